import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sayOr, speak, languageFor, type LanguageCode } from '@open110/core/words'
import { health as healthContract } from '@open110/kit/health'
import type { Ids } from '@open110/kit/ids'
import { isRefusal } from '@open110/kit/refuse'
import type { SteadyClock } from '@open110/kit/time'
import { openRandom, sha256Hex } from '@open110/kit/server/crypto'
import { answer, openBrake, openHttp, type Subject } from '@open110/kit/server/http'
import { openSweeps } from '@open110/kit/server/jobs'
import { liveSweeps, openHub } from '@open110/kit/server/live'
import type { Database } from '@open110/kit/server/db'
import type { Log } from '@open110/kit/server/log'
import { record, recordLook } from '@open110/modules/audit/server'
import { deskDivision, deskRoutes, deskSweeps, openDesks } from '@open110/modules/desk/server'
import { dispatchRoutes, openDispatch } from '@open110/modules/dispatch/server'
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
import { categoryPath } from '@open110/modules/incident/category'
import { incidentRoutes, openIncidents } from '@open110/modules/incident/server'
import { openPeople, personRoutes, type Sms } from '@open110/modules/person/server'
import { openPlaces, placeRoutes } from '@open110/modules/place/server'
import {
  claimRoutes,
  openQueue,
  openReports,
  reportRoutes,
  reportSweeps,
  sendRoutes,
} from '@open110/modules/report/server'
import { staffIdentity, staffRoutes } from '@open110/modules/staff/server'
import { openUnits, unitRoutes } from '@open110/modules/unit/server'
import { openThreads, threadRoutes } from '@open110/modules/thread/server'
import { openHouseHealth } from './health.ts'
import { servePublic } from './public.ts'

export type House = Awaited<ReturnType<typeof openHouse>>

/** 全屋 — every module opened and handed what it needs of the others. The same house stands in production and in tests. */
export async function openHouse(given: {
  db: Database
  clock: SteadyClock
  ids: Ids
  log: Log
  sms: Sms
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
  const titleOf = (code: string, facts: Readonly<Record<string, unknown>>, language: string | undefined) => {
    const tongue = languageFor(language)
    const say = speakers.get(tongue) ?? speak(tongue)
    speakers.set(tongue, say)
    return sayOr(say, `refusal.${code}`, facts as Record<string, string>)
  }

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
  const units = openUnits()
  const dispatch = openDispatch({ units })
  const incidents = openIncidents({ reports, unitsOf: dispatch.unitsOf })
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
    lacks: () => lacks,
  })
  const http = openHttp({ db, clock, log, titleOf, identify, chance })
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
      unitsOf: dispatch.unitsOf,
    }),
    ...claimRoutes({
      reports,
      audit: record,
      seatOfStaff: desks.seatOfStaff,
      seatState: desks.seatStates,
      policyOf: desks.policyOf,
    }),
    ...threadRoutes({
      ids,
      threads,
      reports,
      seatOfStaff: desks.seatOfStaff,
      hasAttachment: evidence.has,
      fillFact: incidents.fillFact,
      refresh: incidents.refresh,
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
    }),
    ...unitRoutes({
      audit: record,
      units,
      stateOf: dispatch.stateOf,
      wantedFor: async (reader, org, id) => {
        const incident = await incidents.visibleTo(reader, org, id)
        if (isRefusal(incident)) return incident
        const place = (incident.placeConfirmed ?? incident.placeInitial).wgs84
        const category = incident.categoryConfirmed ?? incident.categoryInitial
        const wanted = { place, category, dangers: incident.dangers }
        return { wanted, sent: await dispatch.unitsOf(reader, id) }
      },
    }),
    ...dispatchRoutes({
      ids,
      audit: record,
      dispatch,
      units,
      incidents,
      reports,
      attachmentsOf: evidence.of,
      categoryName: categoryPath,
    }),
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
    identify,
    titleOf,
    onFault: (err) => log.error({ err }, 'an upload failed'),
  })
  const sweeps = openSweeps(
    [
      ...reportSweeps({ db, clock, policyOf: desks.policyOf }),
      ...deskSweeps({ db, clock, desks }),
      ...evidenceSweeps({ evidence, clock, landing }),
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
