import type { Database, Reader } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import type { Clock } from '@open110/kit/time'
import { slipNextProposed, slipUnread } from './dispatch.events.ts'
import { raiseUnread } from './dispatch.readback.store.ts'
import { proposals, takeProposal } from './dispatch.store.ts'

export function dispatchSweeps(given: {
  db: Database
  clock: Clock
  /** Units that fit an incident, the best first; those sent or thought of are left out. */
  fitting: (db: Reader, desk: string, incident: string) => Promise<string[]>
}): Sweep[] {
  const { db, clock } = given
  return [
    {
      /** 未读提醒 — what a unit has not read back in time is raised at its desk, once. */
      name: 'dispatch.unread',
      everyMs: 1_000,
      run: () =>
        db.tx(async (tx) => {
          const now = clock.now()
          const unread = await tx.all(raiseUnread, { now })
          for (const { at, ...slip } of unread) tx.emit(slipUnread, now, { ...slip, since: at })
          return unread.length
        }),
    },
    {
      /** 建议改派 — who could go instead of a unit that does not sign. It proposes, a person sends. */
      name: 'dispatch.next-unit',
      everyMs: 1_000,
      async run() {
        const pending = await db.all(proposals)
        for (const { isUnsigned, ...slip } of pending) {
          const [next] = isUnsigned ? await given.fitting(db, slip.desk, slip.incident) : []
          await db.tx(async (tx) => {
            if ((await tx.run(takeProposal, { slip: slip.slip })) === 0 || !isUnsigned) return
            const now = clock.now()
            tx.emit(slipNextProposed, now, { ...slip, next, at: now })
          })
        }
        return pending.length
      },
    },
  ]
}
