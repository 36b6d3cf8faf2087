import type { Database, Reader } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import { plusSeconds, secondsBetween, type Clock } from '@open110/kit/time'
import type { DeskPolicy } from '@open110/modules/desk'
import { reportOverflowed, reportUnreceived } from './report.events.ts'
import { markAlarmed, markOverflowed, waitingBefore } from './report.store.ts'

/** 超时未接收 — a report that nobody opens is shown to others, then alarms the supervisor (domain §3.3). */
export function reportSweeps(given: {
  db: Database
  clock: Clock
  policyOf: (db: Reader, desk: string) => Promise<DeskPolicy>
}): Sweep[] {
  return [
    {
      name: 'report.unreceived',
      everyMs: 500,
      run: () =>
        given.db.tx(async (tx) => {
          const now = given.clock.now()
          let did = 0
          for (const report of await tx.all(waitingBefore, { before: plusSeconds(now, -1) })) {
            const policy = await given.policyOf(tx, report.desk)
            const waitedSeconds = secondsBetween(report.deliveredAt, now)
            const about = { report: report.id, citizen: report.citizen, desk: report.desk, waitedSeconds }
            if (!report.overflowedAt && waitedSeconds >= policy.overflowSeconds) {
              const to = policy.overflowDesk === report.desk ? undefined : policy.overflowDesk
              did += await tx.run(markOverflowed, { report: report.id, to, now })
              tx.emit(reportOverflowed, now, { ...about, to })
            }
            if (!report.alarmedAt && waitedSeconds >= policy.supervisorSeconds) {
              did += await tx.run(markAlarmed, { report: report.id, now })
              tx.emit(reportUnreceived, now, about)
            }
          }
          return did
        }),
    },
  ]
}
