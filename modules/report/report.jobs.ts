import type { Database, Reader } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import { plusSeconds, secondsBetween, type Clock } from '@open110/kit/time'
import type { DeskPolicy } from '@open110/modules/desk'
import { reportOverflowed, reportUnreceived } from './report.events.ts'
import { desksWaiting, markAlarmed, markOverflowed } from './report.store.ts'

/** 超时未接收 — a report that nobody opens is shown to others, then alarms the supervisor (domain §3.3). */
export function reportSweeps(given: {
  db: Database
  clock: Clock
  policyOf: (db: Reader, desk: string) => Promise<DeskPolicy>
}): Sweep[] {
  /** What has become due at one desk, in a short transaction of its own. */
  const showOn = (desk: string) =>
    given.db.tx(async (tx) => {
      const now = given.clock.now()
      const policy = await given.policyOf(tx, desk)
      const before = (seconds: number) => plusSeconds(now, -seconds)
      const to = policy.overflowDesk === desk ? undefined : policy.overflowDesk
      const about = ({ id, citizen, deliveredAt }: { id: string; citizen: string; deliveredAt: string }) => ({
        report: id,
        citizen,
        desk,
        waitedSeconds: secondsBetween(deliveredAt, now),
      })
      const shown = await tx.all(markOverflowed, { desk, before: before(policy.overflowSeconds), to, now })
      for (const report of shown) tx.emit(reportOverflowed, now, { ...about(report), to })
      const alarmed = await tx.all(markAlarmed, { desk, before: before(policy.supervisorSeconds), now })
      for (const report of alarmed) tx.emit(reportUnreceived, now, about(report))
      return shown.length + alarmed.length
    })
  return [
    {
      name: 'report.unreceived',
      everyMs: 500,
      // In a flood thousands become due at once; they must not take the disk from those who are pressing the button.
      againMs: 200,
      async run() {
        let did = 0
        const waiting = await given.db.all(desksWaiting, { before: plusSeconds(given.clock.now(), -1) })
        const faults: unknown[] = []
        // What cannot be done at one desk is no reason to leave the others waiting (faults F20).
        for (const { desk } of waiting)
          did += await showOn(desk).catch((fault: unknown) => {
            faults.push(fault)
            return 0
          })
        if (faults.length > 0 && did === 0) throw new AggregateError(faults, 'what is due at some desks')
        return did
      },
    },
  ]
}
