import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Database, Reader } from '@open110/kit/server/db'
import type { Subject } from '@open110/kit/server/http'
import { normaliseFix } from '@open110/modules/place/fix'
import type { Reports } from '@open110/modules/report/server'
import { isStaff, staffOf } from '@open110/modules/staff'
import type { Offered, Taken } from './evidence.server.ts'

/** 出警所属 — the report of an incident to which a unit is sent, or was until a while ago. */
export type Errand = {
  readonly report: Offered['report']
  /** Its slip had ended when the upload began. */
  readonly isLate: boolean
  readonly begunAt: string
}

export type NearTarget = {
  db: Database
  reports: Pick<Reports, 'visibleTo'>
  /** The report under which a unit's pictures of this incident are kept, if it is or was sent there. */
  reportOfErrand: (
    db: Reader,
    unit: string,
    incident: string,
    begunAt?: string,
  ) => Promise<Errand | undefined>
}
export type Target = Pick<Offered, 'report' | 'bySide' | 'taken'> & { begunAt?: string }

/** In the note of an upload: when a unit began it. Whatever its phone calls so is written over. */
export const begunWord = 'begun-at'

/** 归属 — where a file belongs: to the report that is named, or to the incident to which this unit was sent. */
export async function targetOf(
  near: NearTarget,
  me: Subject,
  said: Readonly<Record<string, string>>,
  /** When the upload began, if that is not now. */
  begunAt?: string,
): Promise<Target | Refusal> {
  if (isStaff(me) && !me.allows.includes('thread.write')) {
    const { unit } = staffOf(me)
    const incident = said['incident'] ?? ''
    const errand = unit && (await near.reportOfErrand(near.db, unit, incident, begunAt))
    if (!unit || !errand) return refuse('report.not-found')
    const { report, isLate, begunAt: at } = errand
    return { report, bySide: 'unit', taken: { unit, incident, isLate, ...takenAs(said) }, begunAt: at }
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
