import { useId, useState } from 'react'
import { momentOf } from '@open110/kit/time'
import type { Deadline } from '@open110/modules/deadline'
import * as deadlines from '@open110/modules/deadline/api'
import * as dispatches from '@open110/modules/dispatch/api'
import * as escalations from '@open110/modules/escalation/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { ReasonedAct } from '../parts/ReasonedAct.tsx'

const minuteChoices = [10, 30, 60, 240, 1440]

/** 对超时做什么 — urge the unit, tell the officer, or let the clock stand still with the reason. */
export function DeadlineActs({ clock }: { clock: Deadline }) {
  const { say, call, boards, session } = useDesk()
  const nowMs = useNow()
  const acting = useAct()
  const id = useId()
  const [minutes, setMinutes] = useState(30)
  const [done, setDone] = useState('')
  const [key, setKey] = useState(makeKey)
  const isSupervisor = session.staff.permissions.includes('deadline.supervise')
  const isSlip = clock.subjectKind === 'slip'
  const run = async <T,>(words: string, act: () => Promise<T>): Promise<boolean> => {
    setDone('')
    const answer = await acting.run(act)
    if (answer === undefined) return false
    setKey(makeKey())
    setDone(words)
    boards.refresh(['deadlines', 'loops'])
    return true
  }
  const params = { deadline: clock.id }
  return (
    <div className="board-acts">
      {isSlip ? (
        <button
          type="button"
          className="button"
          disabled={acting.isBusy}
          onClick={() =>
            void run(say('console.urged'), () =>
              call(dispatches.urge, { params: { slip: clock.subject }, body: {}, key }),
            )
          }
        >
          {say('console.urge')}
          <span className="visually-hidden">{clock.owner.name}</span>
        </button>
      ) : null}
      {clock.incident ? (
        <ReasonedAct
          say={say}
          label={say('console.report-up')}
          reasonLabel={say('console.report-up.words')}
          isBusy={acting.isBusy}
          onAct={(words) =>
            run(say('console.reported-up'), () =>
              call(escalations.ask, {
                params: { incident: clock.incident! },
                body: { to: 'duty-officer', words },
                key,
              }),
            )
          }
        />
      ) : null}
      {!isSupervisor ? null : clock.state === 'paused' ? (
        <button
          type="button"
          className="button"
          disabled={acting.isBusy}
          onClick={() =>
            void run(say('console.clock.resumed'), () => call(deadlines.resume, { params, key }))
          }
        >
          {say('console.clock.resume')}
        </button>
      ) : (
        <ReasonedAct
          say={say}
          label={say('console.clock.pause')}
          isBusy={acting.isBusy}
          onAct={(reason) =>
            run(say('console.clock.paused'), () =>
              call(deadlines.pause, {
                params,
                body: { reason, until: momentOf(nowMs + minutes * 60_000) },
                key,
              }),
            )
          }
        >
          <label htmlFor={id}>{say('console.clock.until')}</label>
          <select
            id={id}
            className="select"
            value={minutes}
            onChange={(event) => setMinutes(Number(event.target.value))}
          >
            {minuteChoices.map((choice) => (
              <option key={choice} value={choice}>
                {say('console.in-minutes', { minutes: choice })}
              </option>
            ))}
          </select>
        </ReasonedAct>
      )}
      {done ? (
        <span className="note" role="status">
          {done}
        </span>
      ) : null}
      <Said text={acting.said} />
    </div>
  )
}
