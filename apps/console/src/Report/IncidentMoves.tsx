import { useId, useState } from 'react'
import { sayOr } from '@open110/core/words'
import { momentOf } from '@open110/kit/time'
import { handMoves, incidentMoves, type Incident } from '@open110/modules/incident'
import * as incidents from '@open110/modules/incident/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow, useWish } from '../Desk/desk.tsx'
import { MoveButtons, sayWhy } from '../parts/MoveButtons.tsx'
import { buttonsOf } from './buttons.state.ts'

/** 警情流转 — every move that a person makes by hand, drawn from the table; an absent one says why. */
export function IncidentMoves({ incident }: { incident: Incident }) {
  const { say, call, room, session } = useDesk()
  const acting = useAct()
  const nowMs = useNow()
  const id = useId()
  const [minutes, setMinutes] = useState(30)
  const buttons = buttonsOf(incidentMoves, incident.state, session.staff.roles, handMoves).filter(
    (button) =>
      button.isOpen ||
      !['resume', 'revalidate', 'revive'].includes(button.move) ||
      button.why?.is === 'denied',
  )
  const move = async (name: string, reason?: string) => {
    const body = {
      move: name,
      ...(reason ? { reason } : {}),
      ...(name === 'hold' ? { nextAt: momentOf(nowMs + minutes * 60_000) } : {}),
    }
    const done = await acting.run(() =>
      call(incidents.moveIncident, { params: { incident: incident.id }, body }),
    )
    room.refresh(['incident', 'queue', 'report', 'suggestions'])
    return done !== undefined
  }
  const wished = (name: string) => (reason: string) => {
    const button = buttons.find((other) => other.move === name)
    if (!button?.isOpen) return sayWhy(say, button?.why, 'incident')
    return void move(name, reason)
  }
  useWish('/close', wished('close'))
  useWish('/invalid', wished('invalidate'))
  useWish('/hold', wished('hold'))
  return (
    <div className="act-bar" role="group" aria-label={say('console.moves')}>
      <MoveButtons
        say={say}
        buttons={buttons}
        kind="incident"
        label={(name) => sayOr(say, `incident.move.${name}`)}
        isBusy={acting.isBusy}
        onMove={move}
        more={(button) =>
          button.needs.includes('nextAt') ? (
            <>
              <label htmlFor={id}>{say('console.next-at')}</label>
              <select
                id={id}
                className="select"
                value={minutes}
                onChange={(event) => setMinutes(Number(event.target.value))}
              >
                {[10, 30, 60, 240, 1440].map((choice) => (
                  <option key={choice} value={choice}>
                    {say('console.in-minutes', { minutes: choice })}
                  </option>
                ))}
              </select>
            </>
          ) : null
        }
      />
      <Said text={acting.said} />
    </div>
  )
}
