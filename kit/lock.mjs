import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'

// Plain JavaScript because tools/bootstrap.mjs needs the same lock before a Node that reads TypeScript is there.

/**
 * 出生 — what tells this process from a later one that was given the same number: when it started. `undefined` when no such process lives; a zombie does not.
 * @param {number} pid
 * @returns {string | undefined}
 */
export const birthOf = (pid) => {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // The second field is the program's name in brackets and may itself contain blanks and brackets.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (fields[0] === 'Z' || fields[0] === 'X') return undefined
      return fields[19]
    } catch (fault) {
      if (isGone(fault)) return undefined
      throw fault
    }
  }
  if (process.platform === 'win32') return isAlive(pid) ? 'alive' : undefined
  try {
    const [state, ...start] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    })
      .trim()
      .split(/\s+/)
    return !state || state.startsWith('Z') ? undefined : start.join(' ')
  } catch (fault) {
    if (fault instanceof Error && 'status' in fault) return undefined // ps says "none such" by its exit code
    throw fault
  }
}

/** @param {unknown} fault */
const isGone = (fault) =>
  fault instanceof Error && 'code' in fault && ['ENOENT', 'ESRCH'].includes(String(fault.code))

/** @param {number} pid */
const isAlive = (pid) => {
  try {
    return process.kill(pid, 0)
  } catch (fault) {
    return fault instanceof Error && 'code' in fault && fault.code === 'EPERM'
  }
}

/**
 * Where process numbers mean the same: this boot and this container. Of a holder elsewhere (two containers on
 * one volume) only the age of its lock can be judged, so every holder keeps its own lock young.
 */
const place =
  process.platform === 'linux'
    ? `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${readlinkSync('/proc/self/ns/pid')}`
    : hostname().replace(/\s/g, '')

const YOUNG_MILLISECONDS = 15_000
const RENEW_MILLISECONDS = 5_000

/**
 * Who holds the lock, and the text that says so; `pid` is undefined when the holder is dead.
 * @param {string} path
 * @returns {{ text: string, pid: number | undefined, isHere: boolean } | undefined}
 */
const holderOf = (path) => {
  try {
    const text = readFileSync(path, 'utf8')
    const [pid, where, ...birth] = text.trim().split(' ')
    const isHere = where === place
    const lives = isHere
      ? birthOf(Number(pid)) === birth.join(' ')
      : Date.now() - statSync(path).mtimeMs < YOUNG_MILLISECONDS // also one that is being written this moment
    return { text, pid: lives ? Number(pid) : undefined, isHere }
  } catch (fault) {
    if (isGone(fault)) return undefined
    throw fault
  }
}

/**
 * 锁 — takes the lock file at `path` for this process, waiting up to `waitSeconds` for a living holder.
 * A lock whose holder died is taken over, also when its number lives on in another process.
 * @param {string} path
 * @param {{ waitSeconds?: number, onWait?: (pid: number) => void }} [how]
 * @returns {Promise<{ release: () => void } | { heldBy: number }>}
 */
export const takeLock = async (path, { waitSeconds = 0, onWait } = {}) => {
  const text = `${process.pid} ${place} ${birthOf(process.pid)}\n`
  const began = Date.now()
  let told = false
  for (;;) {
    try {
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 })
      return held(path, text)
    } catch (fault) {
      if (!(fault instanceof Error && 'code' in fault && fault.code === 'EEXIST')) throw fault
    }
    const holder = holderOf(path)
    if (holder && holder.pid === undefined) discard(path, holder.text)
    if (holder?.pid === undefined) continue
    const patience = holder.isHere
      ? waitSeconds * 1000
      : Math.max(waitSeconds * 1000, YOUNG_MILLISECONDS + 1000)
    if (Date.now() - began >= patience) return { heldBy: holder.pid }
    if (!told) onWait?.(holder.pid)
    told = true
    await wait(100)
  }
}

/**
 * @param {string} path
 * @param {string} text
 */
const held = (path, text) => {
  const isMine = () => holderOf(path)?.text === text
  const renewal = setInterval(() => isMine() && utimesSync(path, new Date(), new Date()), RENEW_MILLISECONDS)
  renewal.unref()
  return {
    release: () => {
      clearInterval(renewal)
      if (isMine()) rmSync(path, { force: true })
    },
  }
}

/**
 * Moves a dead holder's lock aside. Two may see it at once, so it is moved, looked at, and only then removed.
 * @param {string} path
 * @param {string} text
 */
const discard = (path, text) => {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (fault) {
    if (isGone(fault)) return
    throw fault
  }
  if (readFileSync(aside, 'utf8') === text) rmSync(aside, { force: true })
  else renameSync(aside, path)
}
