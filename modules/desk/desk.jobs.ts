import type { Database } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import { plusSeconds, type Clock } from '@open110/kit/time'
import { seatChanged } from './desk.events.ts'
import type { Desks } from './desk.server.ts'
import { desksSatAt, newlyStale } from './desk.store.ts'

/** 席位失联 — seats whose heartbeat stopped are shown as stale; what they hold is never handed over by itself. */
export function deskSweeps(given: { db: Database; clock: Clock; desks: Desks }): Sweep[] {
  return [
    {
      name: 'desk.stale-seats',
      everyMs: 1_000,
      run: () =>
        given.db.tx(async (tx) => {
          const now = given.clock.now()
          let did = 0
          for (const { desk } of await tx.all(desksSatAt)) {
            const { staleSeconds } = await given.desks.policyOf(tx, desk)
            const stale = await tx.all(newlyStale, { desk, before: plusSeconds(now, -staleSeconds) })
            for (const { seat } of stale) tx.emit(seatChanged, now, { desk, seat, state: 'stale' })
            if (stale.length > 0) await given.desks.tellIfUnstaffed(tx, desk, now)
            did += stale.length
          }
          return did
        }),
    },
  ]
}
