import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Database, Reader } from '@open110/kit/server/db'
import type { Subject } from '@open110/kit/server/http'
import { normaliseFix } from '@open110/modules/place/fix'
import type { Reports } from '@open110/modules/report/server'
import { isStaff, staffOf } from '@open110/modules/staff'
import type { Offered, Taken } from './evidence.server.ts'

export type NearTarget = {
  db: Database
  reports: Pick<Reports, 'visibleTo'>
  /** The report under which a unit's pictures of this incident are kept, if it is or was sent there. */
  reportOfErrand: (db: Reader, unit: string, incident: string) => Promise<Offered['report'] | undefined>
}
export type Target = Pick<Offered, 'report' | 'bySide' | 'taken'>

/** 归属 — where a file belongs: to the report that is named, or to the incident to which this unit was sent. */
export async function targetOf(
  near: NearTarget,
  me: Subject,
  said: Readonly<Record<string, string>>,
): Promise<Target | Refusal> {
  if (isStaff(me) && !me.allows.includes('thread.write')) {
    const { unit } = staffOf(me)
    const incident = said['incident'] ?? ''
    const report = unit && (await near.reportOfErrand(near.db, unit, incident))
    if (!unit || !report) return refuse('report.not-found')
    return { report, bySide: 'unit', taken: { unit, incident, ...takenAs(said) } }
  }
  const report = await near.reports.visibleTo(near.db, me, said['report'] ?? '')
  return isRefusal(report) ? report : { report, bySide: isStaff(me) ? 'desk' : 'citizen' }
}

/** When and where by the phone's own account (`taken-fix`: longitude, latitude, datum, radius); what cannot be read is left out. */
function takenAs(said: Readonly<Record<string, string>>): Pick<Taken, 'at' | 'place'> {
  const at = said['taken-at']?.slice(0, 40)
  const [lng, lat, crs, radius] = (said['taken-fix'] ?? '').split(',')
  const place =
    lng && lat
      ? normaliseFix({ lng: Number(lng), lat: Number(lat), crs, accuracyMetres: Number(radius) })
      : undefined
  return { ...(at && { at }), ...(place?.state === 'placed' && { place }) }
}
