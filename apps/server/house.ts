import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { languageFor, type LanguageCode } from '@open110/core/language'
import { sayOr, speak } from '@open110/core/words'
import { health as healthContract } from '@open110/kit/health'
import type { Ids } from '@open110/kit/ids'
import { isRefusal } from '@open110/kit/refuse'
import type { SteadyClock } from '@open110/kit/time'
import { openRandom, sha256Hex } from '@open110/kit/server/crypto'
import { answer, openBrake, openHttp, type Subject } from '@open110/kit/server/http'
import { openSweeps } from '@open110/kit/server/jobs'
import { liveSweeps, openHub } from '@open110/kit/server/live'
import type { Database, Reader } from '@open110/kit/server/db'
import type { Log } from '@open110/kit/server/log'
import { auditSweeps, record, recordLook, verifySeals } from '@open110/modules/audit/server'
import { closureRoutes, closureSweeps, openClosure } from '@open110/modules/closure/server'
import { deadlineEscalated } from '@open110/modules/deadline/events'
import { deadlineRoutes, deadlineSweeps, openDeadlines } from '@open110/modules/deadline/server'
import { deskDivision, deskSuperior, deskRoutes, deskSweeps, handoverRoutes, openDesks } from '@open110/modules/desk/server'
import { feedbackMoved, slipAcknowledged } from '@open110/modules/dispatch/events'
import { dispatchRoutes, dispatchSweeps, openDispatch, openSlipWork, slipCourses } from '@open110/modules/dispatch/server'
import { escalationRoutes, openEscalations } from '@open110/modules/escalation/server'
import {
  evidenceRoutes,
  evidenceSweeps,
  openDiskVault,
  openEvidence,
  openUploads,
  refuseWhenFull,
  surveyEngines,
  type Engines,
} from '@open110/modules/evidence/server'
import { followUpRoutes, openFollowUps, reporterRoutes } from '@open110/modules/followup/server'
import { categoryPath } from '@open110/modules/incident/category'
import { incidentMoved } from '@open110/modules/incident/events'
import { courseOf, glances, openIncidentIds, heedForIncidents, incidentRoutes, incidentSweeps, openIncidents } from '@open110/modules/incident/server'
import { openPeople, personRoutes, type Sms } from '@open110/modules/person/server'
import { openPlaces, placeRoutes } from '@open110/modules/place/server'
import {
  claimRoutes,
  openQueue,
  openReports,
  reportRoutes,
  reportSweeps,
  sendRoutes,
  urgeRoutes,
} from '@open110/modules/report/server'
import { staffIdentity, staffRoutes } from '@open110/modules/staff/server'
import { openUnits, shiftRoutes, unitOf, unitRoutes, unitSweeps } from '@open110/modules/unit/server'
import { messageSent } from '@open110/modules/thread/events'
import { broadcastRoutes, openThreads, openWriting, threadRoutes } from '@open110/modules/thread/server'
import { linesAway, openOtherDoors, type Lines } from './channels.ts'
import { suggestFigure } from './figures.ts'
import { openHouseHealth } from './health.ts'
import { leavingOf } from './leaving.ts'
import { openProgress } from './progress.ts'
import { servePublic } from './public.ts'

export type House = Awaited<ReturnType<typeof openHouse>>

/** 全屋 — every module opened and handed what it needs of the others. The same house stands in production and in tests. */
export async function openHouse(given: {
  db: Database
  clock: SteadyClock
  ids: Ids
  log: Log
  sms: Sms
  /** The telephone system and the gateway for 12110, where there are any. */
  lines?: Lines
  /** Seals what must not be readable in the tables. */
  secret: string
  /** Evidence and uploads. */
  folder: string
  /** Where the grid of the outlines is kept for the next start. */
  gridFile?: string
  /** The database's own files, where they lie on this machine by our doing: then their disk is watched. */
  dataFolder?: string
  dutyDesk: string
  isDemo: boolean
  random?: (bytes: number) => Uint8Array
  /** What attachments leave on the disk for the database and the logs. */
  keepFreeBytes?: number
  /** What was found to make copies with, if that has been looked for already. */
  engines?: Engines
}) {
  const { db, clock, ids, log, secret } = given
  const landing = join(given.folder, 'uploads')
  await mkdir(landing, { recursive: true, mode: 0o700 })

  const speakers = new Map<LanguageCode, ReturnType<typeof speak>>()
  const speakerOf = (language: string | undefined) => {
    const tongue = languageFor(language)
    const say = speakers.get(tongue) ?? speak(tongue)
    speakers.set(tongue, say)
    return say
  }
  const titleOf = (code: string, facts: Readonly<Record<string, unknown>>, language: string | undefined) =>
    sayOr(speakerOf(language), `refusal.${code}`, facts as Record<string, string>)

  const people = openPeople({ db, ids, secret, clock })
  const staffMember = staffIdentity({ db, clock, isDemo: given.isDemo })
  const identify = async (token: string): Promise<Subject | undefined> =>
    (await people.identify(token)) ?? (await staffMember(token))

  const reports = openReports()
  const desks = openDesks({
    db,
    clock,
    onWrongPolicy: (desk, fields) =>
      log.error({ desk, fields }, 'a policy cannot be read; the defaults stand in for these fields'),
  })
  // A report does not wait until it is known what can make copies for looking at.
  const engines = given.engines ? Promise.resolve(given.engines) : tryEngines(workRootOf(given.folder), log)
  let lacks: Engines['lacks'] = []
  void engines.then((found) => (lacks = found.lacks))
  const places = await openPlaces({
    db,
    now: () => clock.now(),
    ...(given.gridFile && { gridFile: given.gridFile }),
  })
  const threads = openThreads()
  const escalations = openEscalations()
  const units = await openUnits({
    db,
    clock,
    onWrongPolicy: (org) => log.error({ org }, 'a policy for units cannot be read; the defaults stand in'),
    show: (contract, body) => hub.show(contract, body),
    onSuggested: (seconds) => noteSuggested(seconds),
  })
  const dispatch = openDispatch({ units })
  const incidents = openIncidents({ reports, unitsOf: dispatch.unitsOf, slipsOf: dispatch.slipsOf })
  heedForIncidents({ db, incidents, reports, audit: record })
  const deadlines = openDeadlines({
    db,
    ids,
    glances,
    courseOf,
    openIncidentIds,
    slipCourses,
    reports,
    resolve: places.resolve,
    onWrongPolicy: (desk) => log.error({ desk }, 'a deadline policy cannot be read; the defaults stand in'),
  })
  deadlines.heed()
  const wantedFor = async (reader: Reader, org: string, id: string) => {
    const incident = await incidents.visibleTo(reader, org, id)
    if (isRefusal(incident)) return incident
    const place = (incident.placeConfirmed ?? incident.placeInitial).wgs84
    const category = incident.categoryConfirmed ?? incident.categoryInitial
    const level = incident.levelConfirmed ?? incident.levelInitial
    const wanted = { place, level, category, dangers: incident.dangers }
    return { wanted, sent: await dispatch.takenBy(reader, id) }
  }
  const fitting = async (reader: Reader, desk: string, incident: string) => {
    const known = await wantedFor(reader, desk, incident)
    if (isRefusal(known)) return []
    const { suggestions } = await units.suggest(desk, known.wanted, new Set(known.sent))
    return suggestions.map(({ unit }) => unit.id)
  }
  const slipWork = openSlipWork({
    db,
    ids,
    audit: record,
    dispatch,
    units,
    incidents,
    reports,
  })
  db.heed(deadlineEscalated, async (tx, { subjectKind, subject, to }, now) => {
    if (subjectKind === 'slip' && to === 'next-unit') await slipWork.proposeNext(tx, subject, now)
  })
  const progress = openProgress({ slipCourses, dispatch, units, incidents })
  const followUpNear = { ids, audit: record, reports, incidents, hasArrived: progress.hasArrived }
  const followUps = openFollowUps(followUpNear)
  followUps.heed(db)
  const writeMessage = openWriting({ ids, reports, seatOfStaff: desks.seatOfStaff })
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
  db.heed(feedbackMoved, async (tx, { incident, state }, now) => {
    if (state === 'accepted') await reports.tell(tx, incident, now)
  })
  const keepFreeBytes = given.keepFreeBytes ?? 256 * 1024 * 1024
  const vault = await openDiskVault({ root: given.folder, now: () => new Date(clock.now()), keepFreeBytes })
  const room = (bytes: number) => refuseWhenFull(landing, bytes, keepFreeBytes)
  const evidence = openEvidence({
    db: db.of('media'),
    ids,
    clock,
    secret,
    vault,
    engines,
    count: reports.countAttachment,
    deskOf: reports.deskOf,
    onFault: (err) => log.warn({ err }, 'a view copy failed'),
  })

  const closure = openClosure({
    policyOf: desks.policyOf,
    verifySeals,
    originalOf: async (id) => (await vault.open({ id, copy: 'original' })) as AsyncIterable<Uint8Array> | undefined,
  })
  const random = given.random ?? openRandom()
  const chance = () => (random(1)[0] ?? 0) / 256
  const health = openHouseHealth({
    db: db.of('alarm'),
    clock,
    log,
    mediaFolder: given.folder,
    dataFolder: given.dataFolder,
    keepFreeBytes,
    dutyDesk: given.dutyDesk,
    desksUnstaffed: () => desks.unstaffed(db),
    desksWaiting: () => reports.desksWaiting(db),
    heldBackMs: () => hub.heldBackMs(),
    invariantsBroken: () => closure.broken(db.of('query')),
    lacks: () => lacks,
    linesAway: () => linesAway(given.lines ?? {}),
  })
  const channels = openOtherDoors({
    db,
    ids,
    clock,
    secret,
    random,
    lines: given.lines ?? {},
    dutyDesk: given.dutyDesk,
    people,
    reports,
    places,
    desks,
    threads,
    unitsOf: dispatch.informedOf,
    say: speakerOf(undefined),
  })
  const http = openHttp({ db, clock, log, titleOf, identify, chance })
  const noteSuggested = suggestFigure(http.metrics)
  const answers = [
    answer(healthContract, () => Promise.resolve({ at: clock.now(), degraded: health.degraded() })),
    ...staffRoutes({ isDemo: given.isDemo }),
    ...personRoutes({ people, sms: given.sms, ids, secret }),
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
    ...channels.answers,
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
  http.serve(answers)

  const beats = (me: Subject) => {
    const now = clock.now()
    const told =
      me.kind === 'citizen'
        ? db.tx(async (tx) => {
            await people.noteSignal(tx, me.id, now)
            await reports.signal(tx, me.id, now)
          })
        : desks.beat(me.id)
    return told.catch((err: unknown) => log.warn({ err }, 'a heartbeat was not noted'))
  }
  const hub = await openHub({
    db: db.of('alarm'),
    clock,
    log,
    identify,
    onBeat: beats,
    // When everybody comes back at once, the desks are first.
    goesFirst: (topics) => topics.some((topic) => topic.startsWith('desk:')),
  })
  const uploads = openUploads({
    db: db.of('media'),
    path: '/api/v1/uploads',
    landing,
    room,
    evidence,
    reports,
    reportOfErrand: async (reader, unit, incident) =>
      (await dispatch.isSentTo(reader, unit, incident))
        ? (await reports.ofIncident(reader, incident))[0]
        : undefined,
    identify,
    titleOf,
    onFault: (err) => log.error({ err }, 'an upload failed'),
  })
  const sweeps = openSweeps(
    [
      ...reportSweeps({ db, clock, policyOf: desks.policyOf }),
      ...deskSweeps({ db, clock, desks }),
      ...incidentSweeps({ db, clock, incidents, reports }),
      ...dispatchSweeps({ db, clock, fitting }),
      ...deadlineSweeps({ db, clock, deadlines }),
      ...auditSweeps({ db, clock }),
      ...closureSweeps({ db, clock, closure }),
      ...channels.sweeps,
      ...evidenceSweeps({ evidence, clock, landing }),
      ...unitSweeps({ db, clock, units }),
      ...liveSweeps({ db, clock }),
    ],
    log,
  )
  servePublic({
    http,
    hub,
    uploads,
    titleOf,
    contracts: answers.map(({ contract }) => contract),
    health,
  })
  const watch = openSweeps([health.sweep], log)

  return {
    app: http.app,
    contracts: answers.map(({ contract }) => contract),
    hub,
    health,
    closure,
    sweeps: {
      ...sweeps,
      start() {
        sweeps.start()
        watch.start()
      },
    },
    async close() {
      await watch.stop()
      await sweeps.stop()
      await hub.close()
      await http.app.close()
      await engines
    },
  }
}

/** Without copies the originals are kept and sealed all the same; what is lacking is said at `/readyz`. */
async function tryEngines(workRoot: string, log: Log): Promise<Engines> {
  try {
    return await surveyEngines({ workRoot })
  } catch (err) {
    log.error({ err }, 'what makes copies could not be tried')
    return { workRoot, lacks: [{ engine: 'copyist', why: 'could not be tried' }] }
  }
}

/** Where programs that read strangers' files work: outside the private data folder, so that they need no way into it. */
function workRootOf(folder: string): string {
  return join(tmpdir(), `open110-views-${sha256Hex(folder).slice(0, 12)}`)
}
