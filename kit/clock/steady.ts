import { uptime } from 'node:os'
import { momentOf, type SteadyClock } from '../pure/time.ts'

/** A step of the machine's date beyond this is not believed. */
const believedMs = 2_000
/** While it is not believed, the machine is asked so often whether it had only slept. */
const askAgainMs = 1_000

/** What a machine says of time; a test owns all three. */
export type Machine = {
  /** The date, which anybody may set. */
  wallMs(): number
  /** Stands still while the machine sleeps, and never jumps. */
  steadyMs(): number
  /** Goes on while the machine sleeps, and never jumps. */
  uptimeMs(): number
}

const thisMachine: Machine = {
  wallMs: () => Date.now(),
  steadyMs: () => performance.now(),
  uptimeMs: () => uptime() * 1_000,
}

/**
 * 稳钟 — the date as the machine says it, until it jumps: then the time goes on from before the jump by the steady
 * clock, and `wrongMs` says how far the machine is off. Nothing that is due, no session and no order of events sees the
 * jump. What the machine says is believed again when it has come back, after a sleep, and by the next start (0017).
 */
export function openSteadyClock(machine: Machine = thisMachine): SteadyClock {
  let wallAt = machine.wallMs()
  let steadyAt = machine.steadyMs()
  let awakeAt = machine.uptimeMs() - steadyAt
  let askedMs = -Infinity
  let wrongMs = 0

  const believe = (wallMs: number, steadyMs: number) => {
    wallAt = wallMs
    steadyAt = steadyMs
    wrongMs = 0
    return wallMs
  }
  const nowMs = () => {
    const wallMs = machine.wallMs()
    const steadyMs = machine.steadyMs()
    const ownMs = wallAt + steadyMs - steadyAt
    if (Math.abs(wallMs - ownMs) <= believedMs) return believe(wallMs, steadyMs)
    if (steadyMs - askedMs >= askAgainMs) {
      askedMs = steadyMs
      const sleptMs = machine.uptimeMs() - steadyMs - awakeAt
      if (sleptMs > believedMs) {
        awakeAt += sleptMs
        wallAt += sleptMs
        return nowMs()
      }
    }
    wrongMs = wallMs - ownMs
    return ownMs
  }

  let told = { ms: Number.NaN, moment: '' }
  return {
    // The same millisecond is asked for several times by every request.
    now() {
      const ms = Math.floor(nowMs())
      if (ms !== told.ms) told = { ms, moment: momentOf(ms) }
      return told.moment
    },
    steadyMs: () => machine.steadyMs(),
    wrongMs() {
      nowMs()
      return wrongMs
    },
  }
}
