import type { Database } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import { plusSeconds, type Clock } from '@open110/kit/time'
import { isRefusal } from '@open110/kit/refuse'
import type { Reports } from '@open110/modules/report/server'
import { incidentDue, incidentHinted, incidentUnlocked } from './incident.events.ts'
import { similarOf } from './incident.hint.server.ts'
import { takeHints } from './incident.hint.store.ts'
import { freeOldLocks } from './incident.lock.store.ts'
import type { Incidents } from './incident.server.ts'
import * as store from './incident.store.ts'

/** What time does with incidents: the held come back, the closed go on the shelf, old locks open, hints are looked for. */
export function incidentSweeps(given: {
  db: Database
  clock: Clock
  incidents: Incidents
  reports: Reports
}): Sweep[] {
  const { db, clock, incidents } = given
  const bySystem = ['system']
  const resumed = { byItself: 'incident.resume-due' }
  const archived = { byItself: 'incident.archive' }

  const hint = (id: string) =>
    db.tx(async (tx) => {
      const now = clock.now()
      const report = await given.reports.byId(tx, id)
      if (!report || report.incident) return
      const alike = await similarOf(given.reports, tx, report, now)
      const incident = alike.find((one) => one.incident)?.incident?.id
      const other = alike.find((one) => one.report)?.report?.id
      if (incident || other) tx.emit(incidentHinted, now, { report: id, desk: report.desk, incident, other })
    })

  return [
    {
      name: 'incident.held',
      everyMs: 2_000,
      run: () =>
        db.tx(async (tx) => {
          const now = clock.now()
          const due = await tx.all(store.heldDue, { now })
          for (const { id } of due) {
            const incident = await tx.one(store.incidentForUpdate, { incident: id })
            if (isRefusal(await incidents.go(tx, incident, 'resume', bySystem, 'system', now, resumed)))
              continue
            tx.emit(incidentDue, now, { incident: id, desk: incident.desk })
          }
          return due.length
        }),
    },
    {
      name: 'incident.archive',
      everyMs: 60_000,
      async run() {
        const now = clock.now()
        let did = 0
        // No desk archives sooner than after a day.
        for (const { desk } of await db.all(store.desksClosed, { before: plusSeconds(now, -86_400) })) {
          did += await db.tx(async (tx) => {
            const { archiveAfterDays } = await incidents.policyOf(tx, desk, now)
            const before = plusSeconds(now, -86_400 * archiveAfterDays)
            const old = await tx.all(store.closedBefore, { desk, before })
            for (const { id } of old) {
              const incident = await tx.one(store.incidentForUpdate, { incident: id })
              await incidents.go(tx, incident, 'archive', bySystem, 'system', now, archived)
            }
            return old.length
          })
        }
        return did
      },
    },
    {
      name: 'incident.locks',
      everyMs: 2_000,
      run: () =>
        db.tx(async (tx) => {
          const now = clock.now()
          const freed = await tx.all(freeOldLocks, { now })
          for (const lock of freed) tx.emit(incidentUnlocked, now, lock)
          return freed.length
        }),
    },
    {
      name: 'incident.hints',
      everyMs: 400,
      // Taken first: a hint that cannot be found is lost, and stands in nobody's way. The list of hints is asked for anyway.
      async run() {
        const asked = await db.all(takeHints)
        for (const { report } of asked) await hint(report)
        return asked.length
      },
    },
  ]
}
