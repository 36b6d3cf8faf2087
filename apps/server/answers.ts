import type { GivesOf } from '@open110/kit/route'
import type { Say } from '@open110/core/words'
import { health as healthContract } from '@open110/kit/health'
import { answer, openBrake, type Answer } from '@open110/kit/server/http'
import { record, recordLook } from '@open110/modules/audit/server'
import { contactRoutes } from '@open110/modules/contact/server'
import { closureRoutes } from '@open110/modules/closure/server'
import { deadlineRoutes } from '@open110/modules/deadline/server'
import { deskDivision, deskSuperior, deskRoutes, handoverRoutes } from '@open110/modules/desk/server'
import { dispatchRoutes } from '@open110/modules/dispatch/server'
import { escalationRoutes } from '@open110/modules/escalation/server'
import { evidenceRoutes } from '@open110/modules/evidence/server'
import { exposureRoutes } from '@open110/modules/exposure/server'
import { followUpRoutes, reporterRoutes } from '@open110/modules/followup/server'
import { categoryPath } from '@open110/modules/incident/category'
import { incidentRoutes } from '@open110/modules/incident/server'
import { personRoutes } from '@open110/modules/person/server'
import { placeRoutes } from '@open110/modules/place/server'
import {
  claimRoutes,
  openQueue,
  reportRoutes,
  sendRoutes,
  tagRoutes,
  urgeRoutes,
  withdrawRoutes,
} from '@open110/modules/report/server'
import { staffRoutes } from '@open110/modules/staff/server'
import { shiftRoutes, unitOf, unitRoutes } from '@open110/modules/unit/server'
import { broadcastRoutes, threadRoutes } from '@open110/modules/thread/server'
import { videoPolicyFrom } from '@open110/modules/video/policy'
import { leavingOf } from './leaving.ts'

import type { Given, Rooms } from './rooms.ts'

/** 应答 — the answer to every contract of the house. */
export function answersOf(
  given: Pick<Given, 'db' | 'clock' | 'ids' | 'sms' | 'secret' | 'dutyDesk' | 'isDemo'> & {
    random: (bytes: number) => Uint8Array
    speakerOf: (language: string | undefined) => Say
    degraded: () => GivesOf<typeof healthContract>['degraded']
    /** What answers at the other doors of the house. */
    doors: readonly Answer[]
  },
  rooms: Rooms,
): Answer[] {
  const { db, clock, ids, secret, random, speakerOf } = given
  const { people, reports, desks, places, threads, escalations, units, dispatch, incidents, deadlines } =
    rooms
  const {
    pins,
    contacts,
    wantedFor,
    slipWork,
    progress,
    followUps,
    followUpNear,
    writeMessage,
    landing,
    room,
    evidence,
    closure,
  } = rooms
  return [
    answer(healthContract, () => Promise.resolve({ at: clock.now(), degraded: given.degraded() })),
    ...staffRoutes({ isDemo: given.isDemo }),
    ...personRoutes({ people, pins, sms: given.sms, ids, secret, audit: record }),
    ...placeRoutes({ places }),
    ...deskRoutes({
      desks,
      queueOf: openQueue({
        seatState: desks.seatStates,
        unreadOf: threads.unreadOf,
        needsOf: people.needsOf,
        incidentStates: incidents.statesOf,
      }),
    }),
    ...sendRoutes({
      ids,
      random,
      resolve: places.resolve,
      dutyDesk: given.dutyDesk,
      deskNow: (desk) => desks.now(db.of('alarm'), desk),
    }),
    ...tagRoutes({ resolve: places.resolve, dutyDesk: given.dutyDesk }),
    ...reportRoutes({
      ids,
      clock,
      reports,
      brake: openBrake({ freeTries: 5, firstSeconds: 2, mostSeconds: 300, forgetSeconds: 3_600 }),
      audit: record,
      look: recordLook,
      citizen: people.citizen,
      seatState: desks.seatStates,
      messagesOf: threads.messagesOf,
      unreadOf: threads.unreadOf,
      attachmentsOf: evidence.of,
      incidentState: incidents.stateOf,
      unitsOf: dispatch.informedOf,
      progressOf: progress.of,
      afterOf: followUps.afterOf,
    }),
    ...urgeRoutes({ ids, reports, audit: record, unitsOf: dispatch.informedOf }),
    ...withdrawRoutes({
      ids,
      audit: record,
      reports,
      findPin: pins.find,
      note: incidents.note,
      refresh: incidents.refresh,
    }),
    ...contactRoutes({
      ids,
      audit: record,
      contacts,
      reports,
      levelOf: incidents.levelOf,
      note: incidents.note,
      refresh: incidents.refresh,
    }),
    ...followUpRoutes({
      ...followUpNear,
      followUps,
      writeTo: (tx, report, by, what, now) => writeMessage(tx, report, by, { kind: 'words', ...what }, now),
    }),
    ...reporterRoutes({ ...followUpNear, followUps }),
    ...claimRoutes({
      reports,
      audit: record,
      seatOfStaff: desks.seatOfStaff,
      seatState: desks.seatStates,
      policyOf: desks.policyOf,
    }),
    ...threadRoutes({
      threads,
      reports,
      write: writeMessage,
      hasAttachment: evidence.has,
      fillFact: incidents.fillFact,
      refresh: incidents.refresh,
    }),
    ...handoverRoutes({
      ids,
      audit: record,
      desks,
      leaving: leavingOf({ incidents, reports, threads, escalations }),
    }),
    ...escalationRoutes({
      ids,
      audit: record,
      incidents,
      reports,
      hasAttachment: evidence.has,
      superiorOf: deskSuperior,
    }),
    ...exposureRoutes({
      ids,
      reports,
      limitMinutes: async (db, desk) =>
        videoPolicyFrom(await desks.ownPolicyOf(db, desk, 'video')).exposureMinutes,
    }),
    ...broadcastRoutes({
      audit: record,
      incidents,
      reports,
      write: writeMessage,
      quietWords: (language) => speakerOf(language)('broadcast.quiet'),
    }),
    ...incidentRoutes({
      ids,
      audit: record,
      look: recordLook,
      reports,
      incidents,
      divisionOf: deskDivision,
      slipsOf: dispatch.slipsOf,
      isSentTo: dispatch.isSentTo,
      seatOfStaff: desks.seatOfStaff,
    }),
    ...unitRoutes({
      audit: record,
      units,
      stateOf: dispatch.stateOf,
      wantedFor,
    }),
    ...shiftRoutes({ ids, audit: record, units, stateOf: dispatch.stateOf }),
    ...dispatchRoutes({
      ...slipWork,
      instructionsFor: escalations.instructionsFor,
      unitOf,
      ids,
      audit: record,
      dispatch,
      units,
      incidents,
      reports,
      attachmentsOf: (reader, report) => evidence.of(reader, report, 'desk'),
      categoryName: categoryPath,
    }),
    ...closureRoutes({ closure }),
    ...deadlineRoutes({ deadlines, incidents, audit: record }),
    ...given.doors,
    ...evidenceRoutes({
      db,
      evidence,
      reports,
      audit: record,
      landing,
      room,
      isSentToReport: async (reader, unit, report) => {
        const incident = (await reports.byId(reader, report))?.incident
        return incident !== undefined && dispatch.isSentTo(reader, unit, incident)
      },
    }),
  ]
}
