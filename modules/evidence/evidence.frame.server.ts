import { constants } from 'node:fs'
import { chown, copyFile, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { maxFileBytes, openJob, type Engines } from './evidence.engines.server.ts'
import { drawLast } from './evidence.ffmpeg.server.ts'

const mostSeconds = 20

/** 取帧 — the last picture of a short clip as a JPEG, drawn in the jail; nothing where no engine can. */
export async function drawFrame(engines: Engines, clip: string): Promise<Uint8Array | undefined> {
  const { ffmpeg } = engines
  if (!ffmpeg) return undefined
  const job = await openJob(engines.workRoot, ffmpeg.jail.uid)
  try {
    const name = clip.endsWith('.mp4') ? 'clip.mp4' : 'clip.webm'
    const inside = join(job.cell, name)
    await copyFile(clip, inside, constants.COPYFILE_EXCL)
    if (job.uid !== undefined) await chown(inside, job.uid, job.uid)
    const bounds = { folder: job.cell, seconds: mostSeconds, maxFileBytes }
    if (!(await drawLast(ffmpeg, name, bounds))) return undefined
    const drawn = await open(join(job.cell, 'frame.jpg'), constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      return (await drawn.stat()).isFile() ? await drawn.readFile() : undefined
    } finally {
      await drawn.close()
    }
  } finally {
    await rm(job.folder, { recursive: true, force: true })
  }
}
