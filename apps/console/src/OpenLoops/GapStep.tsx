import { useState } from 'react'
import type { Gap, OpenLoop } from '@open110/modules/closure'
import * as dispatches from '@open110/modules/dispatch/api'
import type { GoTo } from '../Boards/goto.ts'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { stepFor } from './loops.state.ts'

/** 缺的一步的按钮 — pressed here where one press is enough, else it leads to where the step is done. */
export function GapStep({ loop, gap, onGo }: { loop: OpenLoop; gap: Gap; onGo: (to: GoTo) => void }) {
  const { say, call, boards } = useDesk()
  const acting = useAct()
  const [key, setKey] = useState(makeKey)
  const [done, setDone] = useState('')
  const step = stepFor[gap.finding]
  const press = async () => {
    if (step === 'urge' && gap.slip) {
      const params = { slip: gap.slip }
      if (!(await acting.run(() => call(dispatches.urge, { params, body: {}, key })))) return
      setDone(say('console.urged'))
    } else if (step === 'conclude' && loop.incident) {
      const params = { incident: loop.incident }
      if (!(await acting.run(() => call(dispatches.conclude, { params, body: {}, key })))) return
      setDone(say('console.concluded'))
    } else if (step === 'follow-up' || step === 'clocks') {
      return onGo({ view: step === 'clocks' ? 'overdue' : 'follow-ups' })
    } else
      return onGo({
        ...(loop.incident ? { incident: loop.incident } : {}),
        ...(loop.report ? { report: loop.report } : {}),
        ...(step === 'send' ? { wish: 'go-units' as const } : {}),
      })
    setKey(makeKey())
    boards.refresh(['loops', 'deadlines'])
  }
  return (
    <span className="gap-step">
      <button type="button" className="button" disabled={acting.isBusy} onClick={() => void press()}>
        {say(`console.gap-step.${step}`)}
        <span className="visually-hidden"> {loop.number}</span>
      </button>
      {done ? (
        <span className="note" role="status">
          {done}
        </span>
      ) : null}
      <Said text={acting.said} />
    </span>
  )
}
