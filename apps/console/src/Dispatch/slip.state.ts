import { endedSlips, slipMoves, type Slip } from '@open110/modules/dispatch'
import { secondsSince, signingTone, type AgeTone } from '../Queue/age.state.ts'

/** 处警单 — what the dispatcher may do with one, and how long it has waited for its signature. */
export const dispatcherMoves = (Object.keys(slipMoves) as (keyof typeof slipMoves)[]).filter((move) =>
  (slipMoves[move].by as readonly string[]).includes('dispatcher'),
)

export const isEnded = (slip: Slip): boolean => (endedSlips as readonly string[]).includes(slip.state)

/** Seconds since it was issued while nobody has signed; nothing afterwards. */
export function unsignedFor(slip: Slip, nowMs: number): { seconds: number; tone: AgeTone } | undefined {
  if (slip.state !== 'issued') return undefined
  const seconds = secondsSince(slip.issuedAt, nowMs)
  return { seconds, tone: signingTone(seconds) }
}

/** The steps in order with their times, for one line. */
export function stepsOf(slip: Slip): { move: string; at: string }[] {
  return slip.times.map(({ move, at }) => ({ move, at }))
}

/** Open slips first, the newest first in each part. */
export function sorted(slips: readonly Slip[]): Slip[] {
  return slips.toSorted(
    (a, b) => Number(isEnded(a)) - Number(isEnded(b)) || (a.issuedAt < b.issuedAt ? 1 : -1),
  )
}
