import type { Door } from './plan.ts'

export type Outcome = 'fed-back' | 'merged' | 'diverted' | 'decline' | 'invalidate'
export type Ledger = ReturnType<typeof openLedger>

/** 账 — what the day's people themselves believe that they have done; the house must agree with it. */
export function openLedger(midnight: string) {
  const doors = new Map<string, number>()
  const outcomes = new Map<string, number>()
  const twists = new Map<string, number>()
  const count = (in_: Map<string, number>, what: string) => void in_.set(what, (in_.get(what) ?? 0) + 1)
  let accepted = 0
  let fedBack = 0
  let waited = 0
  let visits = 0
  let reached = 0
  return {
    secondsOf: (moment: string) => Math.round((Date.parse(moment) - Date.parse(midnight)) / 1_000),
    came: (door: Door) => count(doors, door),
    ended: (outcome: Outcome) => count(outcomes, outcome),
    twisted: (twist: string) => count(twists, twist),
    accepted: () => void (accepted += 1),
    fedBack: () => void (fedBack += 1),
    waited: () => void (waited += 1),
    visited(isReached: boolean) {
      visits += 1
      if (isReached) reached += 1
    },
    sums: () => ({
      reports: [...doors.values()].reduce((sum, n) => sum + n, 0),
      doors: Object.fromEntries(doors),
      outcomes: Object.fromEntries(outcomes),
      twists: Object.fromEntries(twists),
      accepted,
      fedBack,
      waited,
      visits,
      reached,
    }),
  }
}
