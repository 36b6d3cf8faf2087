import { useState } from 'react'
import type { Panic } from '@open110/modules/dispatch'
import * as dispatches from '@open110/modules/dispatch/api'
import type { Escalation } from '@open110/modules/escalation'
import * as escalations from '@open110/modules/escalation/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { PanicEnd } from '../Notices/PanicEnd.tsx'
import { ReasonedAct } from '../parts/ReasonedAct.tsx'

/** 值班长的一键 — the answer that a line asks for, beside it. */
export function PanicAct({ panic }: { panic: Panic }) {
  const { say, call, boards } = useDesk()
  const acting = useAct()
  if (panic.state !== 'raised') return <PanicEnd panic={panic} />
  const press = async () => {
    await acting.run(() => call(dispatches.acknowledgePanic, { params: { unit: panic.unit } }))
    boards.refresh(['panics'])
  }
  return (
    <>
      <button
        type="button"
        className="button is-primary"
        disabled={acting.isBusy}
        onClick={() => void press()}
      >
        {say('console.panic.have')}
      </button>
      <Said text={acting.said} />
    </>
  )
}

export function UrgeAct({ slip }: { slip: string }) {
  const { say, call, boards } = useDesk()
  const acting = useAct()
  const [key, setKey] = useState(makeKey)
  const [isDone, setDone] = useState(false)
  const press = async () => {
    if (!(await acting.run(() => call(dispatches.urge, { params: { slip }, body: {}, key })))) return
    setKey(makeKey())
    setDone(true)
    boards.refresh(['slips', 'deadlines'])
  }
  return (
    <>
      <button type="button" className="button" disabled={acting.isBusy} onClick={() => void press()}>
        {say(isDone ? 'console.urged' : 'console.urge')}
      </button>
      <Said text={acting.said} />
    </>
  )
}

export function EscalationAct({ escalation }: { escalation: Escalation }) {
  const { say, call, boards } = useDesk()
  const acting = useAct()
  if (!escalation.openMoves.includes('instruct')) return null
  const move = async (body: { move: string; words?: string }) => {
    const params = { escalation: escalation.id }
    const done = await acting.run(() => call(escalations.moveEscalation, { params, body, key: makeKey() }))
    boards.refresh(['escalations'])
    return done !== undefined
  }
  return (
    <>
      <ReasonedAct
        say={say}
        label={say('console.instruct')}
        reasonLabel={say('console.instruct.words')}
        isBusy={acting.isBusy}
        onAct={(words) => move({ move: 'instruct', words })}
      />
      <button
        type="button"
        className="button"
        disabled={acting.isBusy}
        onClick={() => void move({ move: 'note' })}
      >
        {say('console.noted')}
      </button>
      <Said text={acting.said} />
    </>
  )
}
