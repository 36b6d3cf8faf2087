import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ids } from '@open110/kit/ids'
import { isRefusal } from '@open110/kit/refuse'
import type { SteadyClock } from '@open110/kit/time'
import { sha256Hex } from '@open110/kit/server/crypto'
import { type Subject } from '@open110/kit/server/http'
import type { Database, Reader } from '@open110/kit/server/db'
import type { Log } from '@open110/kit/server/log'
import { record, verifySeals } from '@open110/modules/audit/server'
import { openContacts } from '@open110/modules/contact/server'
import { openClosure } from '@open110/modules/closure/server'
import { openDeadlines } from '@open110/modules/deadline/server'
import { openDesks } from '@open110/modules/desk/server'
import { openDispatch, openSlipWork, slipCourses } from '@open110/modules/dispatch/server'
import { openEscalations } from '@open110/modules/escalation/server'
import {
  openDiskVault,
  openEvidence,
  refuseWhenFull,
  surveyEngines,
  type Engines,
} from '@open110/modules/evidence/server'
import { openFollowUps } from '@open110/modules/followup/server'
import { courseOf, glances, openIncidentIds, openIncidents } from '@open110/modules/incident/server'
import { openPeople, openPins, type Sms } from '@open110/modules/person/server'
import { openPlaces } from '@open110/modules/place/server'
import { openReports } from '@open110/modules/report/server'
import { staffIdentity } from '@open110/modules/staff/server'
import { openUnits } from '@open110/modules/unit/server'
import { openThreads, openWriting } from '@open110/modules/thread/server'
import { type Lines } from './channels.ts'
import { openProgress } from './progress.ts'

export type Rooms = Awaited<ReturnType<typeof openRooms>>

/** What the house needs from outside; every part of it is handed on from here. */
export type Given = {
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
}

/** 各室 — every module opened, and handed the functions of the others that it asks for. */
export async function openRooms(
  given: Given & Pick<Parameters<typeof openUnits>[0], 'show' | 'onSuggested'>,
) {
  const { db, clock, ids, log, secret } = given
  const landing = join(given.folder, 'uploads')
  await mkdir(landing, { recursive: true, mode: 0o700 })

  const people = openPeople({ db, ids, secret, clock })
  const staffMember = staffIdentity({ db, clock, isDemo: given.isDemo })
  const identify = async (token: string): Promise<Subject | undefined> =>
    (await people.identify(token)) ?? (await staffMember(token))

  const reports = openReports()
  const contacts = openContacts({ reports })
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
    show: given.show,
    onSuggested: given.onSuggested,
  })
  const dispatch = openDispatch({ units })
  const incidents = openIncidents({ reports, unitsOf: dispatch.unitsOf, slipsOf: dispatch.slipsOf })
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
  const progress = openProgress({ slipCourses, dispatch, units, incidents })
  const followUpNear = { ids, audit: record, reports, incidents, contacts, hasArrived: progress.hasArrived }
  const followUps = openFollowUps(followUpNear)
  const writeMessage = openWriting({ ids, reports, seatOfStaff: desks.seatOfStaff })
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
    originalOf: async (id) =>
      (await vault.open({ id, copy: 'original' })) as AsyncIterable<Uint8Array> | undefined,
  })

  return {
    people,
    identify,
    pins: openPins({ secret }),
    reports,
    contacts,
    desks,
    engines,
    lacks: () => lacks,
    places,
    threads,
    escalations,
    units,
    dispatch,
    incidents,
    deadlines,
    wantedFor,
    fitting,
    slipWork,
    progress,
    followUps,
    followUpNear,
    writeMessage,
    landing,
    keepFreeBytes,
    room,
    evidence,
    closure,
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
