import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as z from 'zod/mini'
import { isRefusal } from '@open110/kit/refuse'
import type { Database } from '@open110/kit/server/db'
import { plusSeconds, type Clock } from '@open110/kit/time'
import type { Attachment } from '@open110/modules/report'
import type { Evidence } from '@open110/modules/evidence/server'
import type { Media } from './video.media.server.ts'
import type { MuxerAnswer, MuxerAsk } from './video.muxer.server.ts'
import { recordingSealed } from './video.events.ts'
import * as index from './video.index.store.ts'
import type { Known, Videos } from './video.server.ts'
import * as store from './video.store.ts'

const muxer = fileURLToPath(new URL('./video.muxer.server.ts', import.meta.url))
/** A recording of a whole shift is muxed in minutes; a program that hangs is ended. */
const muxerMs = 30 * 60_000
const mostTries = 3

/** 合成 — asks the program of its own. */
export function runMuxer(ask: MuxerAsk): Promise<MuxerAnswer> {
  const args = [
    '--conditions=open110-server',
    '--disable-warning=ExperimentalWarning',
    muxer,
    JSON.stringify(ask),
  ]
  return new Promise((done) => {
    // It reads what strangers' phones have sent, and is told no secret of ours.
    const bounds = { timeout: muxerMs, maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env['PATH'] } }
    execFile(process.execPath, args, bounds, (fault, stdout) => {
      try {
        done(JSON.parse(stdout) as MuxerAnswer)
      } catch {
        done({ task: 'impossible', why: String(fault).slice(0, 300) })
      }
    })
  })
}

/**
 * 封存录像 — when a call is over: one object per participant and the list of what happened become sealed evidence. The journals
 * stay where they are, read-only; where this fails they are all that there is, and it is said.
 */
export function openSealing(near: {
  db: Database
  clock: Clock
  media: Media
  videos: Pick<Videos, 'knownOf'>
  evidence: Pick<Evidence, 'keepMade'>
  /** The journals of each call lie in a folder of its own below. */
  folder: string
  engine: string
  mux?: (ask: MuxerAsk) => Promise<MuxerAnswer>
  onFault: (fault: unknown) => void
}) {
  const { db, clock, evidence } = near
  const mux = near.mux ?? runMuxer

  const keep = async (path: string, made: Parameters<Evidence['keepMade']>[1]): Promise<Attachment> => {
    const kept = await evidence.keepMade(path, made)
    if (isRefusal(kept)) throw new Error(`video: ${kept.refused}`)
    return kept
  }

  async function seal(known: Known): Promise<void> {
    const { call, people, report } = known
    const folder = join(near.folder, call.id)
    const startedAt = call.startedAt ?? call.openedAt
    await near.media.close(call.id)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // What an earlier try left behind belongs to nobody.
    for (const name of await readdir(folder))
      if (name.startsWith('.seal-')) await rm(join(folder, name), { recursive: true, force: true })
    const out = await mkdtemp(join(folder, '.seal-'))
    try {
      const muxed = (await hasJournals(folder))
        ? await mux({ task: 'seal', folder, startedAtMs: Date.parse(startedAt), out })
        : ({ task: 'seal', objects: [], journals: [] } as const)
      if (muxed.task !== 'seal') throw new Error(`video: ${'why' in muxed ? muxed.why : 'no answer'}`)
      const objects: Omit<z.infer<(typeof index.addObject)['takes']>, 'video'>[] = []
      for (const { peer, path, mime, durationMs, zeroMs, framesLost } of muxed.objects) {
        if (!people.some(({ id }) => id === peer)) continue
        const lastsMs = durationMs - zeroMs
        const kept = await keep(path, {
          report,
          kind: mime.startsWith('audio/') ? 'voice' : 'video',
          mime,
          takenAt: plusSeconds(startedAt, zeroMs / 1000),
          durationSeconds: lastsMs / 1000,
        })
        const { id: attachment, bytes, sha256, sm3 } = kept
        const about = {
          participant: peer as (typeof people)[number]['id'],
          attachment,
          mime,
          bytes,
          sha256,
          sm3,
        }
        objects.push({ ...about, durationMs: lastsMs, offsetMs: zeroMs, framesLost })
      }
      const list = {
        version: 1,
        video: call.id,
        report: call.report,
        engine: near.engine,
        openedAt: call.openedAt,
        startedAt: call.startedAt,
        endedAt: call.endedAt,
        participants: people.map(({ id, role, name, joinedAt, leftAt }) => ({
          id,
          role,
          name,
          joinedAt,
          leftAt,
        })),
        objects,
        journals: muxed.journals,
        stills: await db.all(index.stillsOf, { video: call.id }),
        index: await db.all(index.entriesOf, { video: call.id }),
      }
      const listPath = join(out, 'index.json')
      await writeFile(listPath, `${JSON.stringify(list, undefined, 1)}\n`, { mode: 0o600 })
      const sealed = await keep(listPath, {
        report,
        kind: 'file',
        mime: 'application/json',
        takenAt: startedAt,
      })
      for (const { path } of muxed.journals) await chmod(join(folder, path), 0o400)
      await db.tx(async (tx) => {
        const now = clock.now()
        for (const object of objects) await tx.run(index.addObject, { video: call.id, ...object })
        await tx.run(index.markRecording, { video: call.id, recording: 'sealed', indexAttachment: sealed.id })
        tx.emit(recordingSealed, now, { video: call.id, report: call.report, desk: call.desk })
      })
    } finally {
      await rm(out, { recursive: true, force: true })
    }
  }

  return {
    /** The next call that is over. */
    async sealNext(): Promise<number> {
      const now = clock.now()
      const next = await db.maybe(index.takeSealing, { now })
      if (!next) return 0
      const call = await db.one(store.callById, { video: next.id })
      const isNothing = call.startedAt === undefined
      try {
        if (isNothing) await db.run(index.markRecording, { video: call.id, recording: 'sealed' })
        else await seal(await near.videos.knownOf(db, call))
      } catch (fault) {
        // Named degradation: the journals are kept as they are.
        near.onFault(fault)
        if (call.recordingTries >= mostTries)
          await db.run(index.markRecording, { video: call.id, recording: 'failed' })
      }
      return 1
    },
    /** What could not be sealed is tried anew by every process that is started. */
    retry: () => db.run(index.retryFailed, { now: clock.now() }),
    failed: async () => (await db.one(index.recordingsFailed)).count,
  }
}
/** Whoever only wrote, spoke and sent single pictures has none. */
async function hasJournals(folder: string): Promise<boolean> {
  return (await readdir(folder, { recursive: true })).some((name) => name.endsWith('.mjr'))
}

export type Sealing = ReturnType<typeof openSealing>
