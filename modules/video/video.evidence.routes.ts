import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { isRefusal, refuse } from '@open110/kit/refuse'
import { json, type Database } from '@open110/kit/server/db'
import { answer, answerGathered, type Answer } from '@open110/kit/server/http'
import { secondsBetween, type Clock } from '@open110/kit/time'
import type { Attachment } from '@open110/modules/report'
import type { Evidence } from '@open110/modules/evidence/server'
import { staffOf } from '@open110/modules/staff'
import * as api from './video.api.ts'
import { openEntries, type NearVideo } from './video.entry.server.ts'
import { stillTaken } from './video.events.ts'
import * as index from './video.index.store.ts'
import type { MuxerAnswer, MuxerAsk } from './video.muxer.server.ts'
import { runMuxer } from './video.sealing.server.ts'
import type { Party } from './video.server.ts'
import { bareJpeg } from './video.still.ts'
import { isOver, type Recording } from './video.ts'

/** A single picture stands for the moment where no frame of a film is, if it is this near. */
const stillNearSeconds = 10
const frameNearMs = 2_000
/** No phone takes single pictures faster; a hand that fills the disk does. */
const leastStillSeconds = 0.3

/** 取证 — single pictures, frames that become evidence, marks and findings, and what was recorded. */
export function videoEvidenceRoutes(
  near: NearVideo & {
    db: Database
    clock: Clock
    folder: string
    evidence: Pick<Evidence, 'keepMade' | 'keepBytes' | 'bytesOf'>
    /** Draws the last picture of a short clip. */
    drawFrame: (clip: string) => Promise<Uint8Array | undefined>
    mux?: (ask: MuxerAsk) => Promise<MuxerAnswer>
  },
): Answer[] {
  const { videos, evidence, clock } = near
  const entries = openEntries(near)
  const mux = near.mux ?? runMuxer

  /** The frame of this moment out of the journal, or the single picture that stood in its place. */
  async function frameOf(folder: string, { call }: Party, peer: string, at: string) {
    const ask = { task: 'frame' as const, folder: join(near.folder, call.id), peer, atMs: Date.parse(at) }
    const found = await mux({ ...ask, out: join(folder, 'frame') })
    const newest = found.task === 'frame' ? found.frame : undefined
    // The last picture of a line that broke minutes ago is not what stands there now.
    const frame = newest && Math.abs(newest.atMs - ask.atMs) <= frameNearMs ? newest : undefined
    const drawn = frame && (await near.drawFrame(frame.path))
    if (drawn) return { picture: drawn, at: new Date(frame.atMs).toISOString() }
    const still = await near.db.maybe(index.stillNear, { video: call.id, participant: peer, at })
    if (!still || Math.abs(secondsBetween(still.at, at)) > stillNearSeconds) return undefined
    const bytes = await evidence.bytesOf(still.id)
    const picture = bytes && bareJpeg(bytes)
    return picture && { picture, at: still.at }
  }

  async function keepPicture(
    party: Party,
    peer: string,
    at: string,
  ): Promise<{ kept: Attachment; at: string } | undefined> {
    const root = join(near.folder, party.call.id)
    await mkdir(root, { recursive: true, mode: 0o700 })
    const folder = await mkdtemp(join(root, '.frame-'))
    try {
      const found = await frameOf(folder, party, peer, at)
      if (!found) return undefined
      const path = join(folder, 'frame.jpg')
      await writeFile(path, found.picture, { mode: 0o600 })
      const kept = await evidence.keepMade(path, {
        report: party.report,
        kind: 'photo',
        mime: 'image/jpeg',
        takenAt: found.at,
      })
      return isRefusal(kept) ? undefined : { kept, at: found.at }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  return [
    answerGathered(api.still, async ({ params, body }, { me, db }) => {
      const party = await videos.partyTo(db, me, params.video)
      if (isRefusal(party)) return party
      if (isOver(party.call.state)) return refuse('video.over')
      const mine = entries.mineIn(me, party, body.participant)
      if (isRefusal(mine)) return mine
      const { stillAt } = party.call
      if (stillAt && secondsBetween(stillAt, clock.now()) < leastStillSeconds)
        return refuse('video.still-invalid', { why: 'too-soon' })
      const bytes = Buffer.from(body.jpeg, 'base64')
      if (mine.role === 'supervisor' || !bareJpeg(bytes)) return refuse('video.still-invalid')
      const id = near.ids.make('vs')
      await mkdir(near.folder, { recursive: true, mode: 0o700 })
      const digests = await evidence.keepBytes(id, bytes, near.folder)
      if (isRefusal(digests)) return refuse('video.still-invalid', digests.facts)
      return near.db.of('media').tx(async (tx) => {
        const now = clock.now()
        const fresh = await videos.partyTo(tx, me, party.call.id, true)
        if (isRefusal(fresh) || isOver(fresh.call.state)) return refuse('video.over')
        const video = party.call.id
        const { takenAt } = body
        await tx.run(index.addStill, { id, video, participant: mine.id, takenAt, ...digests, now })
        await videos.note(tx, video, now, 'still', mine, { still: id, sha256: digests.sha256 })
        if (fresh.side === 'reporter') await videos.sign(tx, fresh, now)
        tx.emit(stillTaken, now, { ...(await videos.where(tx, fresh)), still: id, participant: mine.id })
        return { still: id }
      })
    }),

    answer(api.openStill, async ({ params }, { me, db, now }) => {
      const party = await videos.partyTo(db, me, params.video)
      if (isRefusal(party)) return party
      const still = await db.maybe(index.stillById, { still: params.still })
      const bytes = still?.video === party.call.id ? await evidence.bytesOf(still.id) : undefined
      const picture = bytes && bareJpeg(bytes)
      if (!picture) return refuse('video.not-found')
      await near.audit(db, now, { actor: me.id, act: 'video.open-still', object: params.still })
      const read = (from: number, to: number) => Readable.from([picture.subarray(from, to + 1)])
      return { file: { type: 'image/jpeg', bytes: picture.length, name: params.still, read } }
    }),

    answerGathered(api.snapshot, async ({ params, body }, { me, db, now }) => {
      const party = await videos.partyTo(db, me, params.video)
      if (isRefusal(party)) return party
      const of = party.people.find(({ id }) => id === body.of)
      if (!of) return refuse('video.not-found')
      const found = await keepPicture(party, of.id, body.at ?? now)
      if (!found) return refuse('video.frame-missing')
      const { id: attachment, sha256 } = found.kept
      const video = party.call.id
      await near.db.tx(async (tx) => {
        const at = clock.now()
        const facts = { of: of.id, attachment, sha256, takenAt: found.at }
        await videos.note(tx, video, at, 'snapshot', staffOf(me), facts)
        await near.audit(tx, at, { actor: me.id, act: 'video.snapshot', object: video, facts })
      })
      return { attachment, sha256, at: found.at }
    }),

    answer(api.mark, async ({ params, body }, { me, tx, now }) => {
      const party = await videos.partyTo(tx, me, params.video, true)
      if (isRefusal(party) || party.side !== 'desk') return refuse('video.not-found')
      const words = body.words.trim()
      if (!words) return refuse('video.reason-missing')
      const id = near.ids.make('va')
      const { call, report } = party
      const { kind } = body
      const { id: video, report: reportId } = call
      await tx.run(index.addAbuse, {
        id,
        video,
        report: reportId,
        citizen: report.citizen,
        kind,
        words,
        by: me.id,
        now,
      })
      await videos.note(tx, video, now, 'mark', staffOf(me), { mark: id, kind })
      await near.audit(tx, now, {
        actor: me.id,
        act: 'video.mark-abuse',
        object: video,
        facts: { mark: id, kind },
      })
      return { mark: id }
    }),

    answer(api.finding, async ({ params, body }, { me, tx, now }) => {
      const party = await videos.partyTo(tx, me, params.video, true)
      if (isRefusal(party)) return party
      const words = body.words.trim()
      if (!words) return refuse('video.reason-missing')
      const id = near.ids.make('vf')
      const { id: video } = party.call
      await tx.run(index.addFinding, { id, video, words, atMs: body.atMs, by: me.id, now })
      // Written by somebody who is not there for anybody outside the desk.
      await tx.run(index.addEntry, {
        video,
        now,
        kind: 'finding',
        who: staffOf(me).name,
        isHidden: true,
        facts: json({ finding: id, words, atMs: body.atMs }),
      })
      await near.audit(tx, now, { actor: me.id, act: 'video.finding', object: video, facts: { finding: id } })
      return { finding: id }
    }),

    answer(
      api.recording,
      async ({ params }, { me, db, now }): Promise<Recording | ReturnType<typeof notIts>> => {
        const party = await videos.partyTo(db, me, params.video)
        if (isRefusal(party) || party.side !== 'desk') return notIts()
        const { call } = party
        await near.audit(db, now, { actor: me.id, act: 'video.recording', object: call.id })
        const [objects, entriesOf] = await Promise.all([
          db.all(index.objectsOf, { video: call.id }),
          db.all(index.entriesOf, { video: call.id }),
        ])
        const { startedAt, endedAt } = call
        const durationMs = startedAt ? Math.round(secondsBetween(startedAt, endedAt ?? now) * 1_000) : 0
        return {
          video: call.id,
          state: call.recording,
          startedAt,
          durationMs,
          objects,
          indexAttachment: call.indexAttachment,
          index: entriesOf,
        }
      },
    ),
  ]
}

const notIts = () => refuse('video.not-found')
