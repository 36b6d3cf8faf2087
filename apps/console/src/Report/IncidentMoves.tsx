import { useId, useState } from 'react'
import { sayOr } from '@open110/core/words/console'
import { momentOf } from '@open110/kit/time'
import { handMoves, incidentMoves, type Incident } from '@open110/modules/incident'
import * as incidents from '@open110/modules/incident/api'
import { closings, type CloseCode } from '@open110/modules/incident/close'
import { codeOf, holdOf } from '../Command/command.state.ts'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow, useRoom, useWish } from '../Desk/desk.tsx'
import { policeCame } from '../Dispatch/slip.state.ts'
import { clockText } from '../Queue/age.state.ts'
import { MoveButtons, sayWhy } from '../parts/MoveButtons.tsx'
import { buttonsOf } from './buttons.state.ts'

/** 警情流转 — every move that a person makes by hand, drawn from the table; an absent one says why. */
export function IncidentMoves({ incident }: { incident: Incident }) {
  const { say, call, room, session } = useDesk()
  const acting = useAct()
  const nowMs = useNow()
  const id = useId()
  const [minutes, setMinutes] = useState(30)
  const [code, setCode] = useState<CloseCode>('other')
  const codes = useId()
  const buttons = buttonsOf(incidentMoves, incident.state, session.staff.roles, handMoves).filter(
    (button) =>
      button.isOpen ||
      !['resume', 'revalidate', 'revive'].includes(button.move) ||
      button.why?.is === 'denied',
  )
  const move = async (
    name: string,
    reason?: string,
    given: { readonly code?: CloseCode; readonly minutes: number } = { code, minutes },
  ) => {
    const body = {
      move: name,
      ...(reason ? { reason } : {}),
      ...(name === 'close' && reason !== undefined && given.code ? { code: given.code } : {}),
      ...(name === 'hold' ? { nextAt: momentOf(nowMs + given.minutes * 60_000) } : {}),
    }
    const done = await acting.run(() =>
      call(incidents.moveIncident, { params: { incident: incident.id }, body }),
    )
    room.refresh(['incident', 'queue', 'report', 'suggestions'])
    return done !== undefined
  }
  const slips = useRoom((workplace) => workplace.slips)
  const isRead = slips !== undefined && !policeCame(slips)
  const asked = incident.asks.find(({ until }) => Date.parse(until) > nowMs)
  const wished = (name: string, reason: string, given?: { code?: CloseCode; minutes: number }) => {
    const button = buttons.find((other) => other.move === name)
    if (!button?.isOpen) return sayWhy(say, button?.why, 'incident')
    return void move(name, reason, given)
  }
  useWish('/close', (argument) => {
    const { code: named, words } = codeOf(argument, closings)
    return wished('close', words || argument, { minutes, ...(named ? { code: named } : {}) })
  })
  useWish('/invalid', (reason) => wished('invalidate', reason))
  useWish('/revive', (reason) => wished('revive', reason))
  useWish('/hold', (argument) => {
    const { minutes: named, reason } = holdOf(argument)
    return reason
      ? wished('hold', reason, { minutes: named })
      : say('console.command.incomplete', { name: 'hold', takes: say('console.command.hold') })
  })
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
          button.move === 'close' ? (
            <>
              <label htmlFor={codes}>{say('fusion.close-code')}</label>
              <select
                id={codes}
                className="select"
                value={code}
                onChange={(event) => setCode(event.target.value as CloseCode)}
              >
                {closings.map((closing) => (
                  <option key={closing.code} value={closing.code}>
                    {closing.name}
                  </option>
                ))}
              </select>
              {isRead ? <p className="note reasoned-note">{say('console.reason-is-read')}</p> : null}
            </>
          ) : button.move === 'invalidate' ? (
            isRead ? (
              <p className="note reasoned-note">{say('console.reason-is-read')}</p>
            ) : null
          ) : button.needs.includes('nextAt') ? (
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
      {asked ? (
        <p className="said" role="status">
          {say(asked.staff === session.staff.id ? 'fusion.asked-second' : 'fusion.be-second', {
            by: asked.by,
            until: clockText(asked.until),
          })}
        </p>
      ) : null}
      <Said text={acting.said} />
    </div>
  )
}
