import type { Database } from '@open110/kit/server/db'
import { isRefusal } from '@open110/kit/refuse'
import { secondsBetween } from '@open110/kit/time'
import type { Record as Audit } from '@open110/modules/audit/server'
import { seatChanged } from '@open110/modules/desk/events'
import { reportReceived, reportSupplemented } from '@open110/modules/report/events'
import type { Reports } from '@open110/modules/report/server'
import { incidentUnlocked } from './incident.events.ts'
import { askHint } from './incident.hint.store.ts'
import { freeSeatsLocks } from './incident.lock.store.ts'
import type { Incidents } from './incident.server.ts'
import * as store from './incident.store.ts'

/** 随动 — what incidents do when somebody else's event is told, in its own transaction. */
export function heedForIncidents(given: {
  db: Database
  incidents: Incidents
  reports: Pick<Reports, 'revive'>
  audit: Audit
}): void {
  const { db, incidents } = given

  // Compared a moment later: whoever receives waits for nothing but the receipt.
  db.heed(reportReceived, (tx, { report, desk }, now) => tx.run(askHint, { report, desk, now }))

  db.heed(seatChanged, async (tx, { desk, seat, state }, now) => {
    if (state === 'live') return
    for (const lock of await tx.all(freeSeatsLocks, { desk, seat })) tx.emit(incidentUnlocked, now, lock)
  })

  // 重新激活 — what the reporter adds to a closed incident is work again, for as long as it may be taken up (domain §3.4).
  db.heed(reportSupplemented, async (tx, { incident: id, citizen }, now) => {
    if (!id) return
    // Held only if there is something to do: the report is held already, and all others take the incident first.
    if ((await incidents.stateOf(tx, id)) !== 'closed') return
    const incident = await tx.one(store.incidentForUpdate, { incident: id })
    const { reviveWithinDays } = await incidents.policyOf(tx, incident.desk, now)
    const closedSeconds = incident.closedAt && secondsBetween(incident.closedAt, now)
    if (!closedSeconds || closedSeconds > 86_400 * reviveWithinDays) return
    const revived = { byItself: 'incident.revive-by-citizen' }
    if (isRefusal(await incidents.go(tx, incident, 'revive', ['citizen'], 'citizen', now, revived))) return
    await given.reports.revive(tx, id, now)
    await incidents.settle(tx, id, 'citizen', now)
    await given.audit(tx, now, { actor: citizen, act: 'incident.revive', object: id })
  })
}
