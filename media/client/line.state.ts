import type { Transport } from '../port.ts'

/**
 * 线路 — when a connection is opened, given up and opened anew. It recovers by a new connection and never by restarting
 * the old one, which is closed once the new one is up. No clock and no network in it.
 */
export type Line = {
  readonly phase: 'opening' | 'up' | 'resting' | 'over'
  readonly transport: Transport
  /** Attempts in a row that did not come up. */
  readonly failures: number
  readonly downSinceMs: number
  /** Of an attempt: the engine has answered, and the two are looking for a way to each other. */
  readonly isAnswered: boolean
  /** When the present phase is to be ended by `late`. */
  readonly untilMs: number
}

export type LineSign =
  | 'answered'
  | 'unanswered'
  | 'up'
  /** Nothing comes through it any more. */
  | 'broken'
  /** The old connection carries again before a new one was had. */
  | 'healed'
  /** The person is back, the network is, or the engine says that it lost the line. */
  | 'nudged'
  /** Not yet: there is nothing to carry, and an event will say when there is. */
  | 'refused'
  /** Not any more. */
  | 'ended'
  | 'late'

const answerMs = 5_000
/** Where the native transport is not up by then, the portable one is tried (TURN over TCP). */
const upMs = 4_000
const restsMs = [150, 400, 800, 1_000] as const
const patientAfterMs = 60_000
const patientRestMs = 3_000
/** Where an event is waited for: only in case it was missed. */
const notYetMs = 20_000

export const openingLine = (nowMs: number, transport: Transport = 'native'): Line => ({
  phase: 'opening',
  transport,
  failures: 0,
  downSinceMs: nowMs,
  isAnswered: false,
  untilMs: nowMs + answerMs,
})

/** The line after a sign. Whoever holds it opens a connection whenever it has become a new `opening`. */
export function onLine(line: Line, sign: LineSign, nowMs: number, chance: number): Line {
  if (line.phase === 'over') return line
  const anew = (from: Line = line): Line => ({
    ...openingLine(nowMs, from.transport),
    failures: from.failures,
    downSinceMs: line.phase === 'up' ? nowMs : line.downSinceMs,
  })
  switch (sign) {
    case 'ended':
      return { ...line, phase: 'over', untilMs: Infinity }
    case 'up':
    case 'healed':
      if (sign === 'healed' && line.phase !== 'resting') return line
      return { ...line, phase: 'up', failures: 0, untilMs: Infinity }
    case 'broken':
      return line.phase === 'up' ? anew() : line
    case 'nudged':
      return line.phase === 'resting' || line.phase === 'up' ? anew({ ...line, failures: 0 }) : line
    case 'answered':
      return line.phase === 'opening' ? { ...line, isAnswered: true, untilMs: nowMs + upMs } : line
    case 'unanswered':
      return line.phase === 'opening' ? rested(line, nowMs, chance) : line
    case 'refused':
      if (line.phase !== 'opening') return line
      return { ...line, phase: 'resting', untilMs: nowMs + notYetMs * (0.75 + chance * 0.5) }
    case 'late':
      if (nowMs < line.untilMs) return line
      if (line.phase === 'resting') return anew()
      if (line.phase !== 'opening') return line
      if (!line.isAnswered) return rested(line, nowMs, chance)
      // The engine was heard, and still there is no way through: the other transport, at once the first time.
      const other = { ...line, transport: line.transport === 'native' ? 'portable' : 'native' } as const
      return line.failures === 0 ? anew({ ...other, failures: 1 }) : rested(other, nowMs, chance)
  }
}

function rested(line: Line, nowMs: number, chance: number): Line {
  const isLong = nowMs - line.downSinceMs > patientAfterMs
  const ms = isLong ? patientRestMs : (restsMs[line.failures] ?? restsMs[restsMs.length - 1] ?? 0)
  return {
    ...line,
    phase: 'resting',
    failures: line.failures + 1,
    untilMs: nowMs + ms * (0.75 + chance * 0.5),
  }
}
