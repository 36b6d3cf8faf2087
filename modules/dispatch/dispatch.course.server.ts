import type { Reader } from '@open110/kit/server/db'
import { feedbacksOf } from './dispatch.feedback.store.ts'
import { isOpen } from './dispatch.steps.ts'
import * as store from './dispatch.store.ts'

/** 经过 — every slip of an incident with when its steps truly happened, for whoever counts the time between them. */
export async function slipCourses(db: Reader, incident: string) {
  const slips = await db.all(store.slipsOfIncident, { incident })
  const ids = { slips: slips.map(({ id }) => id) }
  const [steps, feedbacks] =
    slips.length === 0 ? [[], []] : await Promise.all([db.all(store.stepsOf, ids), db.all(feedbacksOf, ids)])
  const courseOf = (id: string) => steps.filter(({ slip }) => slip === id)
  return slips
    .filter(({ id, state }) => state !== 'drafted' && !courseOf(id).some(({ move }) => move === 'drop'))
    .map(({ id, unit, unitName, kind, issuedAt, state }) => ({
      id: id as string,
      kind,
      unit: unit as string,
      unitName,
      issuedAt,
      hasEnded: !isOpen(state),
      steps: courseOf(id).flatMap(({ move, happenedAt }) =>
        move === 'issue' ? [] : [{ move, at: happenedAt }],
      ),
      // Words of any kind count as feedback; the arrival is a step of its own.
      feedbackAt: feedbacks
        .filter((one) => one.slip === id && one.type !== 'arrival' && one.submittedAt !== undefined)
        .map(({ happenedAt }) => happenedAt)
        .toSorted(),
    }))
}
