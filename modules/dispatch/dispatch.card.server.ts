import { isRefusal } from '@open110/kit/refuse'
import type { Reader } from '@open110/kit/server/db'
import type { Incidents } from '@open110/modules/incident/server'
import type { Attachment } from '@open110/modules/report'
import type { Reports } from '@open110/modules/report/server'
import { isOpen } from './dispatch.steps.ts'
import type { Slip, SlipCard } from './dispatch.ts'

export type CardNeighbours = {
  incidents: Pick<Incidents, 'visibleTo'>
  reports: Pick<Reports, 'ofIncident' | 'fixesOf' | 'supplementsOf'>
  attachmentsOf: (db: Reader, report: string) => Promise<Attachment[]>
  /** The category's whole path in words. */
  categoryName: (code: string) => string
}

/** 出警卡 — what a unit must know at the scene. Nothing in it says who the reporter is. */
export async function cardOf(
  near: CardNeighbours,
  db: Reader,
  desk: string,
  slip: Slip,
): Promise<SlipCard | undefined> {
  const incident = await near.incidents.visibleTo(db, desk, slip.incident)
  if (isRefusal(incident)) return undefined
  const place = incident.placeConfirmed ?? incident.placeInitial
  const known = {
    id: incident.id,
    number: incident.number,
    level: incident.levelConfirmed ?? incident.levelInitial,
    category: near.categoryName(incident.categoryConfirmed ?? incident.categoryInitial),
    placeWords: place.words,
  }
  // Who is no longer sent knows which errand it was; what has become of those people since is not its business.
  if (!isOpen(slip.state)) {
    return {
      slip,
      incident: {
        ...known,
        dangers: [],
        facts: {},
        narrative: '',
        callSafe: false,
        supplements: [],
        attachments: [],
      },
    }
  }
  const reports = await near.reports.ofIncident(db, incident.id)
  const beside = await Promise.all(
    reports.map(async ({ id }) => {
      const [fixes, supplements, attachments] = await Promise.all([
        near.reports.fixesOf(db, id),
        near.reports.supplementsOf(db, id),
        near.attachmentsOf(db, id),
      ])
      return { fixes, supplements, attachments }
    }),
  )
  const fixTimes = beside.flatMap(({ fixes }) => fixes.map(({ receivedAt }) => receivedAt))
  return {
    slip,
    incident: {
      ...known,
      dangers: incident.dangers,
      facts: Object.fromEntries(Object.entries(incident.facts).map(([field, { value }]) => [field, value])),
      narrative: incident.narrative,
      wgs84: place.wgs84,
      accuracyMetres: place.accuracyMetres,
      // One reporter in danger is enough, whichever report was the first.
      callSafe: incident.callSafe && reports.every(({ callSafe }) => callSafe),
      supplements: beside
        .flatMap(({ supplements }) => supplements)
        .flatMap(({ at, words }) => (words ? [{ at, words }] : []))
        .toSorted((a, b) => (a.at < b.at ? -1 : 1)),
      attachments: beside.flatMap(({ attachments }) =>
        attachments.map(({ id, kind, view }) => ({ id, kind, view })),
      ),
      lastFixAt: fixTimes.toSorted().at(-1),
    },
  }
}
