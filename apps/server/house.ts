import { languageFor, type LanguageCode } from '@open110/core/language'
import { sayOr, speak } from '@open110/core/words'
import { openRandom } from '@open110/kit/server/crypto'
import { openHttp, type Subject } from '@open110/kit/server/http'
import { openSweeps } from '@open110/kit/server/jobs'
import { liveSweeps, openHub } from '@open110/kit/server/live'
import { auditSweeps } from '@open110/modules/audit/server'
import { closureSweeps } from '@open110/modules/closure/server'
import { deadlineSweeps } from '@open110/modules/deadline/server'
import { deskSweeps } from '@open110/modules/desk/server'
import { dispatchSweeps } from '@open110/modules/dispatch/server'
import { evidenceSweeps, openUploads } from '@open110/modules/evidence/server'
import { incidentSweeps } from '@open110/modules/incident/server'
import { reportSweeps } from '@open110/modules/report/server'
import { unitSweeps } from '@open110/modules/unit/server'
import { answersOf } from './answers.ts'
import { heedOneAnother } from './following.ts'
import { openRooms, type Given } from './rooms.ts'
import { openVideoRoom, type MediaGiven } from './video.ts'
import { linesAway, openOtherDoors } from './channels.ts'
import { suggestFigure } from './figures.ts'
import { openHouseHealth } from './health.ts'
import { servePublic } from './public.ts'

export type House = Awaited<ReturnType<typeof openHouse>>

/** A house without video: everything else goes on. */
const noMedia: MediaGiven = { engine: undefined, turn: { urls: [], secret: '' } }

/** 全屋 — every module opened and handed what it needs of the others. The same house stands in production and in tests. */
export async function openHouse(given: Given & { media?: MediaGiven }) {
  const { db, clock, ids, log, secret } = given
  const speakers = new Map<LanguageCode, ReturnType<typeof speak>>()
  const speakerOf = (language: string | undefined) => {
    const tongue = languageFor(language)
    const say = speakers.get(tongue) ?? speak(tongue)
    speakers.set(tongue, say)
    return say
  }
  const titleOf = (code: string, facts: Readonly<Record<string, unknown>>, language: string | undefined) =>
    sayOr(speakerOf(language), `refusal.${code}`, facts as Record<string, string>)

  const rooms = await openRooms({
    ...given,
    show: (contract, body) => hub.show(contract, body),
    onSuggested: (seconds) => noteSuggested(seconds),
  })
  heedOneAnother(db, rooms)
  const { people, identify, reports, desks, places, threads, units, dispatch, incidents } = rooms
  const { evidence, closure, landing, room } = rooms
  const random = given.random ?? openRandom()
  const chance = () => (random(1)[0] ?? 0) / 256
  const health = openHouseHealth({
    db: db.of('alarm'),
    clock,
    log,
    mediaFolder: given.folder,
    dataFolder: given.dataFolder,
    keepFreeBytes: rooms.keepFreeBytes,
    dutyDesk: given.dutyDesk,
    desksUnstaffed: () => desks.unstaffed(db),
    desksWaiting: () => reports.desksWaiting(db),
    heldBackMs: () => hub.heldBackMs(),
    invariantsBroken: () => closure.broken(db.of('query')),
    lacks: rooms.lacks,
    linesAway: () => linesAway(given.lines ?? {}),
    videoLost: () => video.lost(),
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
    contacts: rooms.contacts,
    places,
    desks,
    threads,
    unitsOf: dispatch.informedOf,
    say: speakerOf(undefined),
  })
  const http = openHttp({
    db,
    clock,
    log,
    titleOf,
    identify,
    chance,
    // Whatever a reporter's phone may ask for (decision 0026).
    isEven: ({ who }) => who.some((one) => one === 'citizen' || one === 'anyone'),
  })
  const video = openVideoRoom({
    ...given,
    media: given.media ?? noMedia,
    random,
    rooms,
    invite: channels.invite,
    say: speakerOf(undefined),
    onFault: (err) => log.warn({ err }, 'video'),
  })
  const noteSuggested = suggestFigure(http.metrics)
  const degraded = () => health.degraded()
  const answers = answersOf(
    { ...given, random, speakerOf, degraded, doors: [...channels.answers, ...video.answers] },
    rooms,
  )
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
    async reportOfErrand(reader, unit, incident, begunAt = clock.now()) {
      const errand = await dispatch.errandOf(reader, unit, incident, begunAt)
      const [report] = errand ? await reports.ofIncident(reader, incident) : []
      return report && { report, isLate: errand === 'late', begunAt }
    },
    identify,
    titleOf,
    onFault: (err) => log.error({ err }, 'an upload failed'),
  })
  const sweeps = openSweeps(
    [
      ...reportSweeps({ db, clock, policyOf: desks.policyOf }),
      ...deskSweeps({ db, clock, desks }),
      ...incidentSweeps({ db, clock, incidents, reports }),
      ...dispatchSweeps({ db, clock, fitting: rooms.fitting }),
      ...deadlineSweeps({ db, clock, deadlines: rooms.deadlines }),
      ...auditSweeps({ db, clock }),
      ...closureSweeps({ db, clock, closure }),
      ...channels.sweeps,
      ...video.sweeps,
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
      await video.close()
      await rooms.engines
    },
  }
}
