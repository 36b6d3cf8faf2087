import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Owner, Program } from './embedded.binaries.ts'
import { CannotStart } from './embedded.refusal.ts'
import { careless, writeSettings, type Way } from './embedded.settings.ts'

/** 数据库簇 — one PostgreSQL: its folder, its program, whom it runs as. */
export type Cluster = { folder: string; program: Program; owner: Owner | undefined }

/**
 * How the program is told where its data is. Root hands PostgreSQL to an unprivileged user who may not be able
 * to walk to the clone at all (`/root` is 0700), and the data should lie in the clone nevertheless: whoever
 * copies or deletes the clone means the data too. A process keeps the working directory that it was given
 * before it lost its privileges, and Linux leads `/proc/self/cwd` there without walking the path. PostgreSQL
 * forks and never leaves its data folder, so the name stays good for all its processes.
 */
const nameOf = ({ folder, owner }: Cluster): string =>
  owner && process.platform === 'linux' ? '/proc/self/cwd' : folder

/** Nothing of the caller's environment: a PGDATA or PGPORT there is about somebody else's database. */
const environment = (): NodeJS.ProcessEnv =>
  process.platform === 'win32'
    ? { PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'], TEMP: process.env['TEMP'] }
    : { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

const inCluster = (cluster: Cluster) =>
  ({ cwd: cluster.folder, env: environment(), windowsHide: true, ...cluster.owner }) as const

/** What a new cluster is made with. */
export type Birth = { way: Way; durable: boolean }

/**
 * 建簇 — makes the cluster and the database `open110` in it, if there is none. All of it happens in a folder
 * of another name that takes the real one at the end, so a start that was cut off leaves nothing half-made.
 *
 * Text is ordered by code point (`C.UTF-8` of PostgreSQL itself): the same on every machine and after every
 * upgrade, so no index can go wrong; names for people are ordered where they are asked for, `collate "zh-x-icu"`.
 */
export const prepare = async (cluster: Cluster, birth: Birth): Promise<void> => {
  if (existsSync(join(cluster.folder, 'PG_VERSION'))) return checkMajor(cluster)
  const young: Cluster = { ...cluster, folder: `${cluster.folder}.new` }
  rmSync(young.folder, { recursive: true, force: true })
  mkdirSync(young.folder, { recursive: true, mode: 0o700 })
  if (cluster.owner) chownSync(young.folder, cluster.owner.uid, cluster.owner.gid)
  await run(young, cluster.program.initdb, [
    ...['-D', nameOf(young), '-U', 'open110', '--encoding=UTF8', '--locale=C'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--auth=reject'],
    ...(birth.durable ? [] : ['--no-sync']),
  ])
  writeSettings(young.folder, birth.way, young.owner, birth.durable ? {} : careless)
  await speakAlone(young, 'create database open110')
  renameSync(young.folder, cluster.folder)
  if (birth.durable && process.platform !== 'win32') syncFolder(dirname(cluster.folder))
}

/** A new name is on the disk only when its folder is. */
const syncFolder = (folder: string): void => {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}

/** Sets the password that loopback asks for. Only while nothing runs in the cluster. */
export const setPassword = (cluster: Cluster, password: string): Promise<void> =>
  speakAlone(cluster, `alter role open110 password '${password}'`)

const checkMajor = ({ folder, program }: Cluster): void => {
  const major = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (major === program.version.split('.')[0]) return
  throw new CannotStart(
    `数据是 PostgreSQL ${major} 的,程序是 ${program.version}:请用原版本导出,再导入。`,
    `the data was made by PostgreSQL ${major}, the program is ${program.version}; export with the old version first`,
  )
}

/** One statement to a PostgreSQL without a network: no role, no door and no start is needed for it. */
const speakAlone = (cluster: Cluster, statement: string): Promise<void> =>
  run(
    cluster,
    cluster.program.postgres,
    ['--single', '-j', '-D', nameOf(cluster), 'postgres'],
    `${statement};\n\n`,
  )

const run = async (cluster: Cluster, program: string, args: readonly string[], input = ''): Promise<void> => {
  const child = spawn(program, args, { ...inCluster(cluster), stdio: 'pipe' })
  let said = ''
  child.stdout.on('data', (part: Buffer) => (said += part))
  child.stderr.on('data', (part: Buffer) => (said += part))
  child.stdin.on('error', () => {}) // it left before it listened; its exit code tells why
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0 && !/\b(ERROR|FATAL|PANIC):/.test(said)) return
  const reason = /(?:error|ERROR|FATAL|PANIC): +(.+)/.exec(said)?.[1] ?? said.trim().split('\n').at(-1) ?? ''
  throw new CannotStart(`数据库没有建成:${reason}。`, `the database could not be made (exit ${code})`)
}

/** 运行 — a running PostgreSQL; `exited` tells, and never fails, when it is gone for whatever reason. */
export type Running = { pid: number; exited: Promise<void>; stop: () => Promise<void> }

const READY_SECONDS = 60

/**
 * 开簇 — starts PostgreSQL and returns when it takes connections, crash recovery included.
 * It gets a session of its own: Ctrl-C at the terminal is for the server, which stops its database last.
 */
export const launch = async (cluster: Cluster, logFile: number): Promise<Running> => {
  const child = spawn(cluster.program.postgres, ['-D', nameOf(cluster)], {
    ...inCluster(cluster),
    detached: process.platform !== 'win32',
    stdio: ['ignore', logFile, logFile],
  })
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  )
  child.unref()
  await ready(cluster, child)
  return { pid: child.pid!, exited, stop: () => quiet(cluster, child, exited) }
}

/** PostgreSQL writes its state into the eighth line of its pid file. */
const ready = async ({ folder }: Cluster, child: ChildProcess): Promise<void> => {
  const until = performance.now() + READY_SECONDS * 1000
  while (performance.now() < until) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) break
    const lines = (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return
    await wait(5)
  }
  child.kill('SIGQUIT')
  throw new CannotStart(
    '数据库没有启动,原因见 log/postgres.log。',
    'PostgreSQL did not start; log/postgres.log says why',
  )
}

/**
 * Fast shutdown: open transactions are rolled back and everything is on disk. If that hangs, an immediate one,
 * from which the next start recovers.
 */
const quiet = async (cluster: Cluster, child: ChildProcess, exited: Promise<void>): Promise<void> => {
  if (process.platform === 'win32') {
    await run(cluster, cluster.program.pgCtl, ['stop', '-D', nameOf(cluster), '-m', 'fast', '-w'])
    return exited
  }
  child.ref()
  for (const [signal, seconds] of [
    ['SIGINT', 30],
    ['SIGQUIT', 10],
    ['SIGKILL', 10],
  ] as const) {
    child.kill(signal)
    const timer = new AbortController()
    const late = wait(seconds * 1000, 'late', { signal: timer.signal }).catch(() => 'late')
    const first = await Promise.race([exited, late])
    timer.abort()
    if (first !== 'late') return
  }
}
