import { isRefusal } from '@open110/kit/refuse'
import type { Reader } from '@open110/kit/server/db'
import type { Moment } from '@open110/kit/time'
import { contactOf, mayReach, strictestOf } from '@open110/modules/contact'
import type { Incidents } from '@open110/modules/incident/server'
import type { Attachment } from '@open110/modules/report'
import type { Reports } from '@open110/modules/report/server'
import { dangersOf } from './dispatch.readback.store.ts'
import { isOpen, isTold } from './dispatch.steps.ts'
import { slipsOfIncident } from './dispatch.store.ts'
import type { Slip, SlipCard } from './dispatch.ts'

export type CardNeighbours = {
  incidents: Pick<Incidents, 'visibleTo'>
  reports: Pick<Reports, 'ofIncident' | 'fixesOf' | 'supplementsOf'>
  attachmentsOf: (db: Reader, report: string) => Promise<Attachment[]>
  /** 批示 for the units, in order. */
  instructionsFor: (db: Reader, incident: string) => Promise<{ at: string; words: string }[]>
  /** The category's whole path in words. */
  categoryName: (code: string) => string
}

/** Nothing of the people in it. */
const unnamed = {
  dangers: [],
  raised: [],
  facts: {},
  narrative: '',
  callSafe: false,
  supplements: [],
  attachments: [],
}

/** 出警卡 — what a unit must know at the scene. Nothing in it says who the reporter is. */
export async function cardOf(
  near: CardNeighbours,
  db: Reader,
  desk: string,
  slip: Slip,
  now: Moment,
): Promise<SlipCard | undefined> {
  const incident = await near.incidents.visibleTo(db, desk, slip.incident)
  if (isRefusal(incident)) return undefined
  const place = incident.placeConfirmed ?? incident.placeInitial
  const code = incident.categoryConfirmed ?? incident.categoryInitial
  const errand = {
    id: incident.id,
    number: incident.number,
    level: incident.levelConfirmed ?? incident.levelInitial,
    placeWords: place.words,
  }
  const where = { wgs84: place.wgs84, accuracyMetres: place.accuracyMetres }
  // A volunteer is told what to do and where; what has happened to whom is not theirs to know (LD-22).
  if (slip.kind === 'task') {
    const open = isOpen(slip.state) ? where : {}
    return { slip, incident: { ...errand, ...open, ...unnamed, category: '', categoryCode: '' }, others: [] }
  }
  const known = { ...errand, category: near.categoryName(code), categoryCode: code }
  // Who is no longer sent knows which errand it was; what has become of those people since is not its business.
  if (!isOpen(slip.state)) return { slip, incident: { ...known, ...unnamed }, others: [] }
  const [instructions, raised, sent] = await Promise.all([
    near.instructionsFor(db, incident.id),
    db.all(dangersOf, { incident: incident.id, since: slip.issuedAt }),
    db.all(slipsOfIncident, { incident: incident.id }),
  ])
  // 最佳视角 first: what somebody at the desk has pinned is what an officer looks at before the door.
  const reports = (await near.reports.ofIncident(db, incident.id)).toSorted(
    (a, b) => Number(b.id === incident.bestView) - Number(a.id === incident.bestView),
  )
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
  const contact = strictestOf(reports.map((report) => contactOf(report, now)))
  const fixTimes = beside.flatMap(({ fixes }) => fixes.map(({ receivedAt }) => receivedAt))
  return {
    slip,
    incident: {
      ...known,
      ...where,
      dangers: incident.dangers,
      raised: raised.filter(({ danger }) => incident.dangers.some((one) => one === danger)),
      facts: Object.fromEntries(Object.entries(incident.facts).map(([field, { value }]) => [field, value])),
      narrative: incident.narrative,
      // One reporter in danger is enough, whichever report was the first.
      callSafe: incident.callSafe && mayReach(contact, 'call'),
      contact,
      supplements: beside
        .flatMap(({ supplements }) => supplements)
        .flatMap(({ at, words }) => (words ? [{ at, words }] : []))
        .toSorted((a, b) => (a.at < b.at ? -1 : 1)),
      attachments: beside.flatMap(({ attachments }) =>
        attachments.map(({ id, kind, view }) => ({ id, kind, view })),
      ),
      lastFixAt: fixTimes.toSorted().at(-1),
    },
    instructions,
    others: sent
      .filter((other) => other.id !== slip.id && isTold(other.state))
      .map(({ unit, unitName, kind, state }) => ({ unit, name: unitName, kind, state })),
  }
}
