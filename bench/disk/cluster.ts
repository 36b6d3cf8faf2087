import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { urlOf, type Stand, type Where } from '../stand.ts'

/** 慢盘 — the cluster that the program made, started again by hand so that its waits for the disk can be stretched. */
export type Cluster = {
  readonly folder: string
  readonly program: string
  readonly socketFolder: string
}

/** What a running stand uses; it is read before the stand is closed. */
export const clusterOf = (data: string, { database }: Stand): Cluster => ({
  folder: join(data, 'postgres'),
  program: readlinkSync(`/proc/${database.postmaster}/exe`),
  socketFolder: database.socketFolder,
})

export const hasStrace = (): boolean => spawnSync('strace', ['--version']).status === 0

/** How PostgreSQL is started: alone, under strace, or under strace with every wait for the disk so much longer. */
export type Brake = 'none' | 'watched' | { readonly delayMs: number }

function underStrace(brake: Brake): string[] {
  if (brake === 'none') return []
  // With a filter in the kernel only these two calls stop for strace; all others run at full speed.
  const watch = ['strace', '-f', '-qqq', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=fdatasync,fsync']
  if (brake === 'watched') return watch
  return [...watch, '-e', `inject=fdatasync,fsync:delay_enter=${brake.delayMs * 1_000}`]
}

export async function startCluster(
  cluster: Cluster,
  brake: Brake,
): Promise<Where & { stop(): Promise<void> }> {
  const { uid, gid } = statSync(cluster.folder)
  const isRoot = process.getuid?.() === 0
  mkdirSync(cluster.socketFolder, { recursive: true, mode: 0o700 })
  chmodSync(cluster.socketFolder, 0o700)
  if (isRoot) chownSync(cluster.socketFolder, uid, gid)
  // It may not be allowed to walk to its folder, but it was given that folder to work in.
  const [program, ...args] = [...underStrace(brake), cluster.program, '-D', '/proc/self/cwd']
  const child = spawn(program, args, {
    cwd: cluster.folder,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: 'ignore',
    ...(isRoot ? { uid, gid } : {}),
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const url = urlOf(cluster.socketFolder)
  await untilItAnswers(url, () => child.exitCode !== null)
  const postmaster = Number(readFileSync(join(cluster.folder, 'postmaster.pid'), 'utf8').split('\n')[0])
  const shutDown = () => process.kill(postmaster, 'SIGINT') // the fast way: connections end, data is written
  process.once('exit', shutDown)
  return {
    url,
    socketFolder: cluster.socketFolder,
    postmaster,
    async stop() {
      process.off('exit', shutDown)
      shutDown()
      await ended
      rmSync(cluster.socketFolder, { recursive: true, force: true })
    },
  }
}

async function untilItAnswers(url: string, hasEnded: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return
    } catch (fault) {
      if (hasEnded()) throw new Error('PostgreSQL did not start', { cause: fault })
      await wait(50)
    }
  }
  throw new Error('PostgreSQL does not answer')
}
