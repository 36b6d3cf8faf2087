import type { Database, Reader } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import { plusSeconds, secondsBetween, type Clock } from '@open110/kit/time'
import type { DeskPolicy } from '@open110/modules/desk'
import { reportOverflowed, reportUnreceived } from './report.events.ts'
import { desksWaiting, dueAtDesk, markAlarmed, markOverflowed } from './report.store.ts'

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
          for (const { desk } of await tx.all(desksWaiting, { before: plusSeconds(now, -1) })) {
            const policy = await given.policyOf(tx, desk)
            const overflowBefore = plusSeconds(now, -policy.overflowSeconds)
            const alarmBefore = plusSeconds(now, -policy.supervisorSeconds)
            const to = policy.overflowDesk === desk ? undefined : policy.overflowDesk
            for (const report of await tx.all(dueAtDesk, { desk, overflowBefore, alarmBefore })) {
              const waitedSeconds = secondsBetween(report.deliveredAt, now)
              const about = { report: report.id, citizen: report.citizen, desk, waitedSeconds }
              if (!report.overflowedAt && report.deliveredAt <= overflowBefore) {
                did += await tx.run(markOverflowed, { report: report.id, to, now })
                tx.emit(reportOverflowed, now, { ...about, to })
              }
              if (!report.alarmedAt && report.deliveredAt <= alarmBefore) {
                did += await tx.run(markAlarmed, { report: report.id, now })
                tx.emit(reportUnreceived, now, about)
              }
            }
          }
          return did
        }),
    },
  ]
}
