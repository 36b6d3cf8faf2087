import { chmod, chown, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CopyistAnswer } from './evidence.copyist.server.ts'
import { ffmpegVersion } from './evidence.ffmpeg.server.ts'
import { findJail, runJailed, type Jail } from './evidence.jail.server.ts'

const copyist = fileURLToPath(new URL('./evidence.copyist.server.ts', import.meta.url))
/** No jailed program may write more than this into one file. */
export const maxFileBytes = 256 * 1024 * 1024

/** 引擎 — what this machine can show, and how well its programs are locked in. The console words `lacks`. */
export type Engines = {
  workRoot: string
  /** Runs sharp for photos and mediabunny for clips. */
  copyist?: { jail: Jail; sharp: string }
  ffmpeg?: { jail: Jail; program: string; version: string }
  lacks: { engine: 'copyist' | 'ffmpeg' | 'jail'; why: string }[]
}

/**
 * Tries what is installed, once, at the start. `workRoot` belongs to this process alone and is emptied of what an
 * earlier one left; the account `nobody` must be able to walk into it, or the jail is weaker and `lacks` says so.
 */
export async function surveyEngines(settings: {
  workRoot: string
  ffmpeg?: string | undefined
}): Promise<Engines> {
  await mkdir(settings.workRoot, { recursive: true, mode: 0o711 })
  const workRoot = await realpath(settings.workRoot)
  for (const name of await readdir(workRoot))
    if (name.startsWith('view-')) await rm(join(workRoot, name), { recursive: true, force: true })

  const engines: Engines = { workRoot, lacks: [] }
  const job = await openJob(workRoot)
  try {
    const bounds = { folder: job.cell, seconds: 20, maxFileBytes }
    const command = copyistCommand(job.cell, 'ready')
    const jail = await findJail(command, bounds)
    const ready = jail && readAnswer((await runJailed(jail, command, bounds)).stdout)
    if (jail && ready?.task === 'ready') engines.copyist = { jail, sharp: ready.sharp }
    else engines.lacks.push({ engine: 'copyist', why: 'does not start' })

    const program = settings.ffmpeg ?? 'ffmpeg'
    const found = await ffmpegVersion(program, bounds)
    if ('why' in found) engines.lacks.push({ engine: 'ffmpeg', why: found.why })
    else engines.ffmpeg = { program, ...found }

    const used = [engines.copyist, engines.ffmpeg].filter((engine) => engine !== undefined)
    for (const bar of ['network', 'user', 'limits'] as const)
      if (used.some(({ jail }) => !jail.holds.includes(bar)))
        engines.lacks.push({ engine: 'jail', why: `does not hold ${bar}` })
    return engines
  } finally {
    await rm(job.folder, { recursive: true, force: true })
  }
}

/** 一次制作 — its folder, and within it the cell that the jailed program owns. */
export type Job = { folder: string; cell: string; uid: number | undefined }

/** The cell is the jailed program's; the folder around it is ours, and nobody else may list it. */
export async function openJob(workRoot: string, uid?: number): Promise<Job> {
  const folder = await mkdtemp(join(workRoot, 'view-'))
  await chmod(folder, 0o711)
  const cell = join(folder, 'cell')
  await mkdir(cell, { mode: 0o700 })
  if (uid !== undefined) await chown(cell, uid, uid)
  return { folder, cell, uid }
}

export function copyistCommand(cell: string, task: string, input?: string): string[] {
  const permits = ['--permission', '--allow-addons', '--allow-fs-read=*', `--allow-fs-write=${cell}`]
  const quiet = ['--disable-warning=SecurityWarning', '--max-old-space-size=512']
  return [process.execPath, ...permits, ...quiet, copyist, task, ...(input ? [input] : [])]
}

export function readAnswer(stdout: string): CopyistAnswer | undefined {
  try {
    return JSON.parse(stdout) as CopyistAnswer
  } catch {
    return undefined // it was killed before it could say anything
  }
}
