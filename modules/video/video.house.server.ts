import { join } from 'node:path'
import type { Ids } from '@open110/kit/ids'
import type { Database, Reader } from '@open110/kit/server/db'
import type { Answer } from '@open110/kit/server/http'
import type { Sweep } from '@open110/kit/server/jobs'
import type { SteadyClock } from '@open110/kit/time'
import type { Record as Audit } from '@open110/modules/audit/server'
import { contactSet, overrideMoved } from '@open110/modules/contact/events'
import type { Contacts } from '@open110/modules/contact/server'
import { slipMoved } from '@open110/modules/dispatch/events'
import type { Evidence } from '@open110/modules/evidence/server'
import { incidentMoved } from '@open110/modules/incident/events'
import { isEnded, type IncidentState } from '@open110/modules/incident'
import { reportReceived } from '@open110/modules/report/events'
import type { Reports } from '@open110/modules/report/server'
import type { MediaEngine } from '@open110/media/port'
import type { NearVideo } from './video.entry.server.ts'
import { participantMoved, videoMoved } from './video.events.ts'
import { videoEvidenceRoutes } from './video.evidence.routes.ts'
import { openWatchkeeping } from './video.heard.server.ts'
import { videoSweeps } from './video.jobs.ts'
import { videoLineRoutes } from './video.line.routes.ts'
import { openMedia } from './video.media.server.ts'
import { videoPolicyFrom } from './video.policy.ts'
import { videoDoorRoutes, type NearDoor } from './video.door.routes.ts'
import { videoRoutes } from './video.routes.ts'
import { openSealing } from './video.sealing.server.ts'
import { openVideos } from './video.server.ts'
import { openOfReport } from './video.store.ts'

export type Video = ReturnType<typeof openVideo>

/** 视频室 — the whole of video calls, opened and listening. */
export function openVideo(
  near: {
    db: Database
    clock: SteadyClock
    ids: Ids
    random: (bytes: number) => Uint8Array
    audit: Audit
    reports: Reports
    contacts: Contacts
    evidence: Evidence
    /** Absent where the house carries no video. */
    engine: MediaEngine | undefined
    /** Journals and single pictures on their way. */
    folder: string
    /** What a desk's policy says under `video`. */
    ownPolicyOf: (db: Reader, desk: string) => Promise<unknown>
    unitsOf: (db: Reader, incident: string) => Promise<readonly string[]>
    isSentTo: (db: Reader, unit: string, incident: string) => Promise<boolean>
    /** Why so many bytes more may not lie there, if they may not. */
    room: (bytes: number) => Promise<unknown>
    drawFrame: (clip: string) => Promise<Uint8Array | undefined>
    onFault: (fault: unknown) => void
  } & NearDoor &
    Pick<NearVideo, 'mayKnow' | 'seatOfStaff' | 'textLink' | 'iceServers' | 'say' | 'saySeat' | 'warning'>,
): {
  answers: Answer[]
  sweeps: Sweep[]
  /** Names of what is lost now. */
  lost: () => Promise<('video.engine-away' | 'video.recording-failed')[]>
  close: () => Promise<void>
} {
  const { db, clock, contacts } = near
  const folder = join(near.folder, 'video')
  const videos = openVideos(near)
  const media = openMedia({ ...near, folder, onEvent: () => void watch.drain().catch(near.onFault) })
  const watch = openWatchkeeping({
    db,
    clock,
    videos,
    media,
    permit: (tx, report, now) => contacts.permitFor(tx, report, 'video-sound', now),
  })
  const sealing = openSealing({ ...near, videos, media, folder, engine: near.engine?.id ?? 'none' })
  const policyOf = async (reader: Reader, desk: string) =>
    videoPolicyFrom(await near.ownPolicyOf(reader, desk))
  const permitFor = contacts.permitFor.bind(contacts)
  const doors = { ...near, videos, media, policyOf, permitFor, folder }

  for (const event of [videoMoved, participantMoved])
    db.heed<(typeof event)['body']>(event, async (_tx, body: { video: string }) => watch.touch(body.video))
  for (const event of [contactSet, overrideMoved])
    db.heed<(typeof event)['body']>(event, async (tx, { report }: { report: string }, now) => {
      const call = await tx.maybe(openOfReport, { report })
      if (call?.isTalking) await watch.hush(tx, await videos.knownOf(tx, call), now)
    })
  db.heed(incidentMoved, async (tx, { incident, state }, now) => {
    // Merged into another, it goes on there with its reports and their calls.
    if (isEnded(state as IncidentState) && state !== 'merged') await videos.endOf(tx, incident, now)
  })
  db.heed(slipMoved, (tx, { incident, unit }, now) => videos.showOut(tx, incident, unit, now))
  db.heed(reportReceived, (tx, { report, desk }) => videos.passOn(tx, report, desk))

  return {
    answers: [
      ...videoDoorRoutes(doors),
      ...videoRoutes(doors),
      ...videoLineRoutes(doors),
      ...videoEvidenceRoutes(doors),
    ],
    sweeps: videoSweeps({
      db,
      clock,
      videos,
      watch,
      sealing,
      policyOf,
    }),
    async lost() {
      const isFailed = (await sealing.failed()) > 0
      return [
        ...(media.isThere && !media.isUp() ? (['video.engine-away'] as const) : []),
        ...(isFailed ? (['video.recording-failed'] as const) : []),
      ]
    },
    close: () => media.end(),
  }
}
