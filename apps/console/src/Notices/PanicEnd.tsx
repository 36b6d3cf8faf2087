import { useState } from 'react'
import { panicEnds, type Panic } from '@open110/modules/dispatch'
import * as dispatches from '@open110/modules/dispatch/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'

/** 解除求援 — the danger is over, and how it ended; two presses, the second says which. */
export function PanicEnd({ panic }: { panic: Panic }) {
  const { say, call, boards } = useDesk()
  const acting = useAct()
  const [isEnding, setEnding] = useState(false)
  const end = async (how: (typeof panicEnds)[number]) => {
    await acting.run(() => call(dispatches.endPanic, { params: { unit: panic.unit }, body: { how } }))
    boards.refresh(['panics'])
  }
  return (
    <>
      {isEnding ? (
        panicEnds.map((how) => (
          <button
            key={how}
            type="button"
            className="button"
            disabled={acting.isBusy}
            onClick={() => void end(how)}
          >
            {say(`panic.end.${how}`)}
          </button>
        ))
      ) : (
        <button type="button" className="button" onClick={() => setEnding(true)}>
          {say('console.panic.end')}
        </button>
      )}
      <Said text={acting.said} />
    </>
  )
}
