import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { takeLock } from '../lock.mjs'
import { launch, prepare, setPassword, type Cluster, type Running } from './embedded.cluster.ts'
import { evict } from './embedded.orphans.ts'
import { findProgram, isReachable, type Owner } from './embedded.binaries.ts'
import { CannotStart } from './embedded.refusal.ts'
import { careless, writeSettings, type Way } from './embedded.settings.ts'
import { forgetSocketFolder, makePrivate, socketFolderFor } from './embedded.socket.ts'

/** 内置数据库 — a PostgreSQL that came with the program and keeps its data in the clone. */
export type Embedded = { url: string; version: string; stop: () => Promise<void> }

export type EmbeddedOptions = {
  /** The data folder of this installation, `.data`: the cluster in `postgres/`, its log in `log/`, the `lock`. */
  dir: string
  /** What the person at the terminal should know: a wait, a repair, a restart. */
  log: (line: string) => void
  /** Listen on loopback with a password (0: any free port) instead of on a socket. Always so on Windows. */
  port?: number
  /** Only for clusters that are thrown away: false lets a power cut lose what was committed. */
  durable?: boolean
}

/**
 * Starts the embedded PostgreSQL and keeps it running until `stop()`: if it dies, it is started again under the
 * same url. One server per data folder; a second one is refused (`CannotStart`), as is a machine that cannot run it.
 *
 * PostgreSQL refuses to be root. Under root it runs as `nobody`, or as whoever owns the data already.
 */
export const startEmbedded = async (options: EmbeddedOptions): Promise<Embedded> => {
  const { log } = options
  mkdirSync(join(options.dir, 'log'), { recursive: true, mode: 0o700 })
  const dir = realpathSync(options.dir)
  const lock = await takeLock(join(dir, 'lock'), {
    waitSeconds: 5,
    onWait: (pid) =>
      log(`数据目录正被另一个 open110 使用(进程 ${pid}),等它退出。 Waiting for process ${pid}.`),
  })
  if ('heldBy' in lock) {
    throw new CannotStart(
      `open110 已在运行(进程 ${lock.heldBy},数据目录 ${dir})。`,
      `open110 is already running on this data folder (process ${lock.heldBy}).`,
    )
  }
  try {
    return await start(dir, options, lock.release)
  } catch (fault) {
    forgetSocketFolder(join(dir, 'postgres'))
    lock.release()
    throw fault
  }
}

const start = async (dir: string, options: EmbeddedOptions, release: () => void): Promise<Embedded> => {
  const { log, durable = true } = options
  const folder = join(dir, 'postgres')
  const owner = await ownerOf(folder)
  if (await evict(folder))
    log('已停下上次遗留的数据库。 Stopped the PostgreSQL that an earlier run left behind.')
  const cluster: Cluster = { folder, owner, program: await findProgram(owner, [dir, '/var/lib', tmpdir()]) }
  const way = await wayFor(cluster, options.port)
  if (!existsSync(folder)) log('首次运行,正在建立数据库。 First run: making the database.')
  await prepare(cluster, { way, durable })
  const password = randomBytes(24).toString('hex')
  if ('port' in way) await setPassword(cluster, password) // a new one each time: there is none to keep

  const open = async (): Promise<Running> => {
    if ('socketFolder' in way) {
      rmSync(way.socketFolder, { recursive: true, force: true }) // a lock of the dead may lie in it
      makePrivate(way.socketFolder, owner)
    }
    writeSettings(folder, way, owner, durable ? {} : careless)
    const logFile = openLog(join(dir, 'log', 'postgres.log'))
    try {
      return await launch(cluster, logFile)
    } finally {
      closeSync(logFile)
    }
  }
  const stop = await keepRunning(open, () => evict(folder), log)
  let stopped: Promise<void> | undefined
  return {
    url:
      'port' in way
        ? `postgresql://open110:${password}@127.0.0.1:${way.port}/open110`
        : `postgresql://open110@localhost/open110?host=${encodeURIComponent(way.socketFolder)}`,
    version: cluster.program.version,
    stop: () =>
      (stopped ??= stop().then(() => {
        if ('socketFolder' in way) rmSync(way.socketFolder, { recursive: true, force: true })
        release()
      })),
  }
}

/** Starts it, and again whenever it ends by itself, waiting longer each time that this fails. */
const keepRunning = async (
  open: () => Promise<Running>,
  clear: () => Promise<boolean>,
  log: (line: string) => void,
): Promise<() => Promise<void>> => {
  let running = await open()
  let isStopping = false
  const again = async (): Promise<void> => {
    for (let pause = 50; !isStopping; pause = Math.min(pause * 2, 5000)) {
      try {
        await clear()
        running = await open()
        return
      } catch (fault) {
        log(`数据库未能重启:${String(fault)} PostgreSQL did not restart; trying again.`)
        await wait(pause)
      }
    }
  }
  const watch = async (): Promise<void> => {
    for (;;) {
      await running.exited
      if (isStopping) return
      log('数据库意外退出,正在重启。 PostgreSQL ended unexpectedly; restarting it.')
      await again()
      if (isStopping) return running.stop()
    }
  }
  const watched = watch()
  return async () => {
    isStopping = true
    await running.stop()
    await watched
  }
}

/** Linux and macOS call this user `nobody`: it owns nothing and may do nothing. */
const nobody: Owner = process.platform === 'darwin' ? { uid: -2, gid: -2 } : { uid: 65534, gid: 65534 }

const ownerOf = async (folder: string): Promise<Owner | undefined> => {
  const me = process.getuid?.()
  if (me === undefined) return undefined
  const found = existsSync(folder) ? statSync(folder) : undefined
  if (me !== 0) {
    if (!found || found.uid === me) return undefined
    throw new CannotStart(
      `数据属于另一个用户(${found.uid}),请用原来的用户或 root 启动。`,
      `the data belongs to user ${found.uid}; start as that user or as root`,
    )
  }
  const owner = found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : nobody
  if (process.platform === 'linux' || (await isReachable(dirname(folder), owner))) return owner
  throw new CannotStart(
    '请不要以 root 启动,或把程序放到人人可进入的目录。',
    'do not start as root, or move the clone to a folder that all may enter',
  )
}

const wayFor = async ({ folder, owner }: Cluster, port: number | undefined): Promise<Way> => {
  if (port === undefined && process.platform !== 'win32') {
    return { socketFolder: await socketFolderFor(folder, owner), osUser: userName() }
  }
  return { port: port || (await freePort()) }
}

/** PostgreSQL will not run for a user that the system has no name for, as containers like to have them. */
const userName = (): string => {
  try {
    return userInfo().username
  } catch (cause) {
    throw new CannotStart(
      `当前用户(${process.getuid?.()})在系统中没有名字,请换一个用户或设置 DATABASE_URL。`,
      `the system has no name for user ${process.getuid?.()}; start as another or set DATABASE_URL`,
      { cause },
    )
  }
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

const LARGEST_LOG_BYTES = 10_000_000

const openLog = (path: string): number => {
  if (existsSync(path) && statSync(path).size > LARGEST_LOG_BYTES) renameSync(path, `${path}.1`)
  return openSync(path, 'a', 0o600)
}
