import { refuse, type Refusal } from '@open110/kit/refuse'
import type { Reader, Tx } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import type { Record as Audit } from '@open110/modules/audit/server'
import { incidentLocked } from './incident.events.ts'
import { lockOf, takeLock } from './incident.lock.store.ts'
import type { Incidents } from './incident.server.ts'

/**
 * 编辑锁 — soft: it says who edits, and nobody is shut out for longer than they want. `pass` only asks whether the way is
 * free, `hold` makes the editing mine for a while, `take-over` does so whoever has it, on record.
 */
export async function holdLock(
  near: {
    audit: Audit
    incidents: Pick<Incidents, 'policyOf'>
    seatOfStaff: (db: Reader, staff: string) => Promise<{ desk: string; seat: number } | undefined>
  },
  tx: Tx,
  staff: { id: string; name: string },
  incident: { id: string; desk: string },
  now: string,
  how: 'pass' | 'hold' | 'take-over',
): Promise<{ until: string } | Refusal<'incident.locked'>> {
  const about = { incident: incident.id }
  const held = await tx.maybe(lockOf, { ...about, now })
  const isOthers = held !== undefined && held.staff !== staff.id
  if (isOthers && how !== 'take-over')
    return refuse('incident.locked', { by: held.staffName, until: held.until })
  const { lockSeconds } = await near.incidents.policyOf(tx, incident.desk, now)
  const until = plusSeconds(now, lockSeconds)
  if (how === 'pass') return { until }
  const seat = await near.seatOfStaff(tx, staff.id)
  await tx.run(takeLock, {
    ...about,
    staff: staff.id,
    name: staff.name,
    desk: incident.desk,
    seat: seat?.seat,
    until,
  })
  // To say again what everybody sees already is no news.
  if (held?.staff !== staff.id)
    tx.emit(incidentLocked, now, { ...about, desk: incident.desk, staff: staff.id })
  if (isOthers)
    await near.audit(tx, now, {
      actor: staff.id,
      act: 'incident.take-lock',
      object: incident.id,
      facts: { from: held.staff },
    })
  return { until }
}
