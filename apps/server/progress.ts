import { isRefusal } from '@open110/kit/refuse'
import type { Reader } from '@open110/kit/server/db'
import type { Dispatch, slipCourses } from '@open110/modules/dispatch/server'
import type { Incidents } from '@open110/modules/incident/server'
import type { Progress } from '@open110/modules/report/progress'
import type { Units } from '@open110/modules/unit/server'

/** 进展 — what the slips, units and the place of an incident together say to its reporter. */
export function openProgress(near: {
  slipCourses: typeof slipCourses
  dispatch: Pick<Dispatch, 'acknowledgedUpTo' | 'saidToReporters'>
  units: Pick<Units, 'etasTo'>
  incidents: Pick<Incidents, 'visibleTo'>
}) {
  type Course = Awaited<ReturnType<typeof slipCourses>>[number]
  const took = (course: Course, move: string) => course.steps.some((step) => step.move === move)

  /** A volunteer on the way is not the police on the way. */
  const policeAt = async (db: Reader, incident: string) =>
    (await near.slipCourses(db, incident)).filter(({ kind }) => kind === 'police')

  /** Until the first of those under way is there; unknown where nobody's position is fresh. */
  async function etaSeconds(
    db: Reader,
    desk: string,
    id: string,
    underWay: readonly Course[],
  ): Promise<number | undefined> {
    const incident = await near.incidents.visibleTo(db, desk, id)
    const place = isRefusal(incident) ? undefined : (incident.placeConfirmed ?? incident.placeInitial).wgs84
    const etas = place
      ? near.units.etasTo(
          place,
          underWay.map(({ unit }) => unit),
        )
      : []
    return etas.length === 0 ? undefined : Math.min(...etas)
  }

  return {
    async hasArrived(db: Reader, incident: string): Promise<boolean> {
      return (await policeAt(db, incident)).some((course) => took(course, 'arrive'))
    },

    async of(db: Reader, desk: string, incident: string): Promise<Progress> {
      const [courses, readbacks, told] = await Promise.all([
        policeAt(db, incident),
        near.dispatch.acknowledgedUpTo(db, incident),
        near.dispatch.saidToReporters(db, incident),
      ])
      const open = courses.filter(({ hasEnded }) => !hasEnded)
      const isThere = open.some((course) => took(course, 'arrive'))
      const underWay = open.filter((course) => took(course, 'depart'))
      const isOnTheWay = !isThere && underWay.length > 0
      const read = readbacks
        .filter(({ what }) => what === 'supplement')
        .toSorted((a, b) => (a.upTo < b.upTo ? -1 : 1))
        .at(-1)
      return {
        etaSeconds: isOnTheWay ? await etaSeconds(db, desk, incident, underWay) : undefined,
        acknowledged: read && { upTo: read.upTo, at: read.readAt },
        isSent: open.some((course) => took(course, 'sign')),
        told,
      }
    },
  }
}
