import type { Reader } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import type { Reports } from '@open110/modules/report/server'
import { incidentsNear } from './incident.hint.store.ts'
import { rowOf } from './incident.server.ts'
import { boxAround, categoryOfTag, similarity, similarTo } from './incident.similar.ts'
import type { Similar } from './incident.ts'

/** What is compared reaches back so far: an event may go on longer than its first report is fresh. */
const backSeconds = 4 * similarity.seconds

/** 相似提示 — what the report may be the same event as: incidents, and reports that are none yet. Nothing is merged by it. */
export async function similarOf(
  reports: Pick<Reports, 'fixesOf' | 'undecided'>,
  db: Reader,
  report: {
    id: string
    desk: string
    incident?: string | undefined
    words?: string | undefined
    placeWords?: string | undefined
    tag?: string | undefined
    deliveredAt: string
  },
  now: string,
): Promise<Similar[]> {
  const fixes = (await reports.fixesOf(db, report.id)).filter(({ lng }) => lng !== undefined)
  const best = fixes.find(({ kind }) => kind === 'pin') ?? fixes[0]
  const wgs84 =
    best?.lng === undefined || best.lat === undefined ? undefined : { lng: best.lng, lat: best.lat }
  const since = plusSeconds(now, -backSeconds)
  const [open, waiting] = await Promise.all([
    db.all(incidentsNear, { desk: report.desk, since, ...(wgs84 && boxAround(wgs84)) }),
    reports.undecided(db, report.desk, since),
  ])
  const incidents = open
    .filter(({ id }) => id !== report.incident)
    .map((incident) => {
      const place = incident.placeConfirmed ?? incident.placeInitial
      return {
        text: `${incident.narrative.slice(0, 200)} ${place.words ?? ''}`,
        at: incident.acceptedAt,
        wgs84: place.wgs84,
        accuracyMetres: place.accuracyMetres,
        category: incident.categoryConfirmed ?? incident.categoryInitial,
        is: { incident: rowOf(incident, 0) },
      }
    })
  const others = waiting
    .filter(({ id }) => id !== report.id)
    .map((other) => ({
      text: `${other.words ?? ''} ${other.placeWords ?? ''}`,
      at: other.deliveredAt,
      wgs84: other.wgs84,
      accuracyMetres: other.accuracyMetres,
      category: categoryOfTag(other.tag),
      is: {
        report: {
          id: other.id,
          receiptCode: other.receiptCode,
          state: other.state,
          gist: other.gist,
          place: other.placeWords ?? '',
          deliveredAt: other.deliveredAt,
        },
      },
    }))
  const one = {
    text: `${(report.words ?? '').slice(0, 200)} ${report.placeWords ?? ''}`,
    at: report.deliveredAt,
    wgs84,
    accuracyMetres: best?.accuracyMetres,
    category: categoryOfTag(report.tag),
  }
  return similarTo(one, [...incidents, ...others]).map(({ other, reasons, score }) => ({
    ...other.is,
    reasons,
    score,
  }))
}
