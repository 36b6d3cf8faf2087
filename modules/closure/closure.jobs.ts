import type { Database } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import type { Clock } from '@open110/kit/time'
import type { Closure } from './closure.server.ts'

const everySeconds = 30

/** 巡检 — every half minute one process looks at what must always hold. */
export function closureSweeps(given: { db: Database; clock: Clock; closure: Closure }): Sweep[] {
  const { db, clock, closure } = given
  return [
    {
      name: 'closure.round',
      everyMs: everySeconds * 1_000,
      againMs: everySeconds * 1_000,
      run: () => closure.round(db, clock.now(), everySeconds - 1),
    },
  ]
}
