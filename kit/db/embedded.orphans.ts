import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { birthOf } from '../lock.mjs'
import { CannotStart } from './embedded.refusal.ts'

/**
 * 遗留 — ends what a server that was killed has left running in its cluster, and clears a pid file that means
 * somebody else by now. A PostgreSQL that lost its server is sound; it is stopped rather than adopted so that
 * there is one way to run one: this program, today's settings, a child whose end is noticed.
 *
 * The pid file is removed only when nobody lives in the cluster any more, and only if its number would stop
 * PostgreSQL: one that means another process now, or a dead one that its container's first process never buried.
 * Else it stays, because PostgreSQL finds backends that outlived their postmaster by it.
 */
export const evict = async (folder: string): Promise<boolean> => {
  const found = inhabitants(folder).length > 0
  const first = await leave(folder, 'SIGINT', 20)
  const second = first || (await leave(folder, 'SIGQUIT', 5))
  if (!second && !(await leave(folder, 'SIGKILL', 5))) {
    throw new CannotStart(
      '上次的数据库进程没有退出。',
      `a PostgreSQL of an earlier run does not end: ${inhabitants(folder)}`,
    )
  }
  const pidFile = join(folder, 'postmaster.pid')
  if (process.platform !== 'win32' && existsSync(pidFile)) {
    const named = postmasterOf(folder)
    if (named === undefined || isNumberTaken(named)) rmSync(pidFile, { force: true })
  }
  return found
}

/** Asks whoever lives in the cluster to go; the postmaster alone when it lives, for it ends the others. */
const leave = async (folder: string, signal: NodeJS.Signals, seconds: number): Promise<boolean> => {
  const living = inhabitants(folder)
  const postmaster = living.find((pid) => pid === postmasterOf(folder))
  // Without a postmaster they go by themselves, and SIGINT would mean something else to them.
  if (postmaster !== undefined && signal !== 'SIGKILL') end(postmaster, signal)
  else if (signal !== 'SIGINT') living.forEach((pid) => end(pid, signal))
  const until = performance.now() + seconds * 1000
  while (inhabitants(folder).length > 0) {
    if (performance.now() > until) return false
    await wait(10)
  }
  return true
}

const end = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch (fault) {
    if (!(fault instanceof Error && 'code' in fault && fault.code === 'ESRCH')) throw fault
  }
}

const isNumberTaken = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (fault) {
    return fault instanceof Error && 'code' in fault && fault.code === 'EPERM'
  }
}

export const postmasterOf = (folder: string): number | undefined => {
  try {
    return Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]) || undefined
  } catch {
    return undefined // no file: none runs
  }
}

/**
 * The PostgreSQL processes at work in this folder. Each of them stays in its data folder as working directory,
 * which says more than any number in a file. Where the system does not tell, the pid file and the name must do.
 */
export const inhabitants = (folder: string): number[] => {
  if (!existsSync(folder)) return []
  if (process.platform === 'linux') {
    const home = realpathSync(folder)
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry) && livesIn(entry, home))
      .map(Number)
  }
  const named = postmasterOf(folder)
  return named !== undefined && birthOf(named) !== undefined && programOf(named) === 'postgres' ? [named] : []
}

const livesIn = (pid: string, home: string): boolean => {
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === home &&
      basename(readlinkSync(`/proc/${pid}/exe`)).replace(' (deleted)', '') === 'postgres'
    )
  } catch {
    return false // gone this moment, or a stranger's
  }
}

const programOf = (pid: number): string | undefined => {
  if (process.platform === 'win32') return undefined
  try {
    return basename(execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim())
  } catch {
    return undefined // gone this moment
  }
}
