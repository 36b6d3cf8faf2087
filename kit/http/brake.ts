/** Slows down whoever guesses: each wrong try makes the next wait longer; one address never locks another out. */
export type Brake = {
  /** Seconds to wait before this one may try, or 0. */
  waitFor(who: string, nowMs: number): number
  failed(who: string, nowMs: number): void
  passed(who: string): void
}

/** So many guessers are remembered; the one who was longest quiet is forgotten first. */
export const mostGuessers = 100_000

export function openBrake(rule: {
  freeTries: number
  firstSeconds: number
  mostSeconds: number
  forgetSeconds: number
}): Brake {
  const tries = new Map<string, { count: number; lastMs: number }>()
  const waitMs = (count: number) =>
    count < rule.freeTries
      ? 0
      : Math.min(rule.firstSeconds * 2 ** (count - rule.freeTries), rule.mostSeconds) * 1000
  return {
    waitFor(who, nowMs) {
      const known = tries.get(who)
      if (!known) return 0
      return Math.max(0, Math.ceil((known.lastMs + waitMs(known.count) - nowMs) / 1000))
    },
    failed(who, nowMs) {
      for (const [name, known] of tries) {
        if (tries.size >= mostGuessers || nowMs - known.lastMs > rule.forgetSeconds * 1000) tries.delete(name)
        else break
      }
      const count = (tries.get(who)?.count ?? 0) + 1
      tries.delete(who)
      tries.set(who, { count, lastMs: nowMs })
    },
    passed: (who) => void tries.delete(who),
  }
}
