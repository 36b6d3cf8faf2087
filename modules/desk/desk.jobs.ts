import type { Database } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import { plusSeconds, type Clock } from '@open110/kit/time'
import { seatChanged } from './desk.events.ts'
import type { Desks } from './desk.server.ts'
import { newlyStale } from './desk.store.ts'
import { defaultPolicy } from './desk.ts'

/** 席位失联 — seats whose heartbeat stopped are shown as stale; what they hold is never handed over by itself. */
export function deskSweeps(given: { db: Database; clock: Clock; desks: Desks }): Sweep[] {
  return [
    {
      name: 'desk.stale-seats',
      everyMs: 1_000,
      run: () =>
        given.db.tx(async (tx) => {
          const now = given.clock.now()
          const stale = await tx.all(newlyStale, { before: plusSeconds(now, -defaultPolicy.staleSeconds) })
          for (const { desk, seat } of stale) tx.emit(seatChanged, now, { desk, seat, state: 'stale' })
          for (const desk of new Set(stale.map((one) => one.desk))) await given.desks.tellIfUnstaffed(tx, desk, now)
          return stale.length
        }),
    },
  ]
}
