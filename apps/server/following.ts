import type { Database } from '@open110/kit/server/db'
import { record } from '@open110/modules/audit/server'
import { deadlineEscalated } from '@open110/modules/deadline/events'
import { feedbackMoved, slipAcknowledged } from '@open110/modules/dispatch/events'
import { incidentMoved } from '@open110/modules/incident/events'
import { heedForIncidents } from '@open110/modules/incident/server'
import { messageSent } from '@open110/modules/thread/events'

import type { Rooms } from './rooms.ts'

/** 随动 — what follows in one module from what happens in another, in the same transaction (decision 0022). */
export function heedOneAnother(db: Database, rooms: Rooms): void {
  const { reports, incidents, deadlines, slipWork, followUps } = rooms
  heedForIncidents({ db, incidents, reports, audit: record })
  deadlines.heed()
  db.heed(deadlineEscalated, async (tx, { subjectKind, subject, to }, now) => {
    if (subjectKind === 'slip' && to === 'next-unit') await slipWork.proposeNext(tx, subject, now)
  })
  followUps.heed(db)
  db.heed(messageSent, async (tx, { report, from }, now) => {
    if (from === 'desk') await reports.answerUrges(tx, report, now)
  })
  db.heed(incidentMoved, async (tx, { incident, state }, now) => {
    if (state === 'scene-done') await reports.settled(tx, incident, now)
    await reports.tell(tx, incident, now)
  })
  db.heed(slipAcknowledged, async (tx, { incident, what }, now) => {
    if (what === 'supplement') await reports.tell(tx, incident, now)
  })
  db.heed(feedbackMoved, async (tx, { incident, feedback, state }, now) => {
    if (state !== 'accepted') return
    await reports.tell(tx, incident, now)
    const found = await slipWork.feedbacks.categoryFound(tx, feedback)
    if (found) await incidents.confirmCategory(tx, incident, found, now)
  })
}
