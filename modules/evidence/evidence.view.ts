import { constants } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isRefusal } from '@open110/kit/refuse'
import type { BlobStore, EvidenceCopy, EvidenceKind, EvidenceWarning, SealRefusal } from './evidence.ts'
import type { Measured } from './evidence.copyist.server.ts'
import {
  copyistCommand,
  maxFileBytes,
  openJob,
  readAnswer,
  type Engines,
  type Job,
} from './evidence.engines.server.ts'
import { drawPoster, transcode } from './evidence.ffmpeg.server.ts'
import { runJailed, type Bounds } from './evidence.jail.server.ts'
import { kindAfterProbe, type SniffedMime } from './evidence.sniff.ts'

/** Beyond this a clip's view ends, and says so. */
const maxClipSeconds = 3600

/** What came of one original. `unavailable` is a named degradation: the original is sealed and untouched. */
export type ViewReport = {
  /** May differ from the sniffed kind: a container of video without a picture is voice. */
  kind: EvidenceKind
  measured?: Measured
  engine?: 'sharp' | 'ffmpeg' | 'mediabunny'
  copies: { copy: EvidenceCopy; mime: string; bytes: number }[]
  warnings: EvidenceWarning[]
  unavailable?: Unavailable
}
export type Unavailable = {
  degraded: 'attachment.view-unavailable'
  /** `kind`: nothing shows such files safely; `engine`: a program is missing here; `slow`; `unreadable`. */
  facts: { why: 'kind' | 'engine' | 'slow' | 'unreadable'; detail?: string }
}

/**
 * 制作视图 — makes the copies that people look at and puts them beside the sealed original. Never in a request: a clip
 * takes as long as it lasts. A full disk is refused and may be tried again; a file that no engine reads is reported.
 */
export async function makeViews(
  engines: Engines,
  store: BlobStore,
  evidence: { id: string; kind: EvidenceKind; mime: SniffedMime },
  signal?: AbortSignal,
): Promise<ViewReport | SealRefusal> {
  const report: ViewReport = { kind: evidence.kind, copies: [], warnings: [] }
  const giveUp = (why: Unavailable['facts']['why'], detail?: string): ViewReport => ({
    ...report,
    warnings: [...report.warnings, 'view-unavailable'],
    unavailable: {
      degraded: 'attachment.view-unavailable',
      facts: { why, ...(detail && { detail: detail.slice(0, 200) }) },
    },
  })
  if (evidence.kind === 'file') return giveUp('kind')
  const { copyist, ffmpeg } = engines
  if (!copyist) return giveUp('engine', 'copyist')

  const job = await openJob(engines.workRoot, copyist.jail.uid ?? ffmpeg?.jail.uid)
  try {
    await bringOriginal(store, evidence.id, job)
    const bounds: Bounds = { folder: job.cell, seconds: 90, maxFileBytes, signal }
    const ask = async (task: string, input = 'original', seconds = 90) => {
      const ran = await runJailed(copyist.jail, copyistCommand(job.cell, task, input), { ...bounds, seconds })
      signal?.throwIfAborted()
      if (ran.ended === 'late') return { task: 'late' } as const
      return readAnswer(ran.stdout) ?? ({ task: 'impossible', why: 'the decoder stopped' } as const)
    }

    if (evidence.kind === 'photo') {
      const drawn = await ask('picture')
      if (drawn.task === 'late') return giveUp('slow')
      if (drawn.task !== 'pictured')
        return giveUp(evidence.mime === 'image/heic' ? 'engine' : 'unreadable', whyOf(drawn))
      const { width, height, damaged, frames } = drawn.pictured
      report.engine = 'sharp'
      report.measured = { width, height, hasVideo: false, hasAudio: false }
      if (damaged) report.warnings.push('damaged')
      if (frames > 1) report.warnings.push('first-frame-only')
      const full = await keepAll(store, job, evidence.id, report, [
        { copy: 'view', file: 'view.jpg', mime: 'image/jpeg' },
        { copy: 'thumb', file: 'thumb.jpg', mime: 'image/jpeg' },
      ])
      return full ?? report
    }

    const measured = await ask('measure')
    if (measured.task === 'measured') {
      report.measured = measured.measured
      report.kind = kindAfterProbe(evidence.kind, measured.measured)
    }
    let view: { file: string; mime: string } | undefined
    let problem = 'no engine'
    if (ffmpeg) {
      const made = await transcode(
        ffmpeg,
        report.kind,
        evidence.mime,
        { ...bounds, seconds: 900 },
        maxClipSeconds,
      )
      signal?.throwIfAborted()
      if ('file' in made) {
        view = made
        report.engine = 'ffmpeg'
      } else problem = made.why
    }
    if (!view) {
      const copied = await ask('remux', 'original', 300)
      if (copied.task === 'remuxed') {
        view = copied.remuxed
        report.engine = 'mediabunny'
        if (!copied.remuxed.playsEverywhere) report.warnings.push('view-may-not-play')
      } else if (copied.task === 'late') return giveUp('slow')
      else return giveUp(ffmpeg ? 'unreadable' : 'engine', `${problem}; ${whyOf(copied)}`)
    }

    const seen = await ask('measure', view.file)
    if (seen.task === 'measured') {
      const lost = (report.measured?.durationSeconds ?? 0) - (seen.measured.durationSeconds ?? 0)
      if (lost > 1.5) report.warnings.push('view-shortened')
      report.measured ??= seen.measured
    }
    const hasPoster =
      report.kind === 'video' && ffmpeg !== undefined && (await drawPoster(ffmpeg, view.file, bounds))
    const full = await keepAll(store, job, evidence.id, report, [
      { copy: 'view', ...view },
      ...(hasPoster ? [{ copy: 'thumb', file: 'thumb.jpg', mime: 'image/jpeg' } as const] : []),
    ])
    return full ?? report
  } finally {
    await rm(job.folder, { recursive: true, force: true })
  }
}

/** A copy goes into the jail; the sealed original is out of its reach. */
async function bringOriginal(store: BlobStore, id: string, { cell, uid }: Job): Promise<void> {
  const original = await store.open({ id, copy: 'original' })
  if (!original) throw new Error('evidence: there is no original to make a view of')
  const file = await open(join(cell, 'original'), 'wx', 0o400)
  try {
    if (uid !== undefined) await file.chown(uid, uid)
  } catch (cause) {
    await file.close()
    throw cause
  }
  await pipeline(original, file.createWriteStream())
}

/** Results are copied out byte by byte: a jailed program may have left a link to somebody else's file in their place. */
async function keepAll(
  store: BlobStore,
  { folder, cell }: Job,
  id: string,
  report: ViewReport,
  made: { copy: EvidenceCopy; file: string; mime: string }[],
): Promise<SealRefusal | undefined> {
  for (const { copy, file, mime } of made) {
    const inside = await open(join(cell, file), constants.O_RDONLY | constants.O_NOFOLLOW)
    const path = join(folder, file)
    try {
      if (!(await inside.stat()).isFile()) throw new Error('evidence: what the jail left is not a file')
      const outside = await open(path, 'wx', 0o600)
      await pipeline(inside.createReadStream({ autoClose: false }), outside.createWriteStream())
    } finally {
      await inside.close()
    }
    const kept = await store.put({ id, copy }, path)
    if (isRefusal(kept)) return kept
    report.copies.push({ copy, mime, bytes: kept.bytes })
  }
  return undefined
}

function whyOf(answer: { task: string; why?: string }): string {
  return answer.why ?? answer.task
}
