import { useEffect, useState } from 'react'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import type { Device } from '@open110/modules/channel'
import * as channels from '@open110/modules/channel/api'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ageText, secondsSince } from '../Queue/age.state.ts'
import { BoardHead, BoardState } from '../parts/BoardHead.tsx'
import '../Boards/Boards.css'

/** 一键报警设备 — every button of this desk, those that say nothing any more first. */
export function Devices() {
  const { say, call, room, session } = useDesk()
  const [board, setBoard] = useState<{ value?: readonly Device[]; asOfMs?: number; fault?: string }>({})
  const [asked, ask] = useState(0)
  const again = () => ask((count) => count + 1)
  const nowMs = useNow()
  useEffect(
    () => room.hearFrames({ frame: ({ type }) => type === 'device.moved' && again(), refetch: again }),
    [room],
  )
  useEffect(() => {
    let isStill = true
    void call(channels.devices, { params: { desk: session.staff.org } })
      .then((value) =>
        isRefusal(value) ? { fault: value.refused } : { value, asOfMs: Date.now() + room.get().skewMs },
      )
      .catch((cause: unknown) => {
        if (!(cause instanceof Unanswered)) throw cause
        // Named degradation: the table keeps what it last showed and says how old it is.
        return { fault: 'unanswered' }
      })
      .then((next) => isStill && setBoard((last) => ('value' in next ? next : { ...last, ...next })))
    return () => {
      isStill = false
    }
  }, [asked, call, room, session])
  const devices = board.value ?? []
  return (
    <section className="board" aria-label={say('channel.devices')}>
      <BoardHead title={say('channel.devices')} />
      <BoardState
        board={board}
        isEmpty={devices.length === 0}
        empty={say('channel.devices-empty')}
        onAgain={again}
      />
      {devices.length > 0 ? (
        <div className="board-table">
          <table>
            <tbody>
              {devices.map((device) => (
                <tr key={device.id}>
                  <td>{device.name}</td>
                  <td>{device.placeWords}</td>
                  <td>{say(`level.${device.level as 1 | 2}`)}</td>
                  <td className="row-owner" data-state={device.offlineSince ? 'stale' : 'live'}>
                    {device.offlineSince
                      ? say('channel.device.offline', {
                          age: ageText(secondsSince(device.offlineSince, nowMs)),
                        })
                      : say(device.lastBeatAt ? 'channel.device.online' : 'channel.device.unheard')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  )
}
