/**
 * 排队 — work that is slow on purpose, such as trying a password, waits here before it takes a connection: a few at once,
 * a short line behind them, and whoever comes after that is told to try again. A flood of it must not keep reports waiting.
 */
export type Line = <Answer>(work: () => Promise<Answer>) => Promise<Answer | typeof tooLong>

export const tooLong = Symbol('the line is too long')

export function openLine(rule: { atOnce: number; mostWaiting: number }): Line {
  const waiting: (() => void)[] = []
  let busy = 0
  return async (work) => {
    if (busy < rule.atOnce) busy += 1
    else if (waiting.length < rule.mostWaiting) await new Promise<void>((go) => waiting.push(go))
    else return tooLong
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // The place is handed over, so that nobody slips in between.
      if (next) next()
      else busy -= 1
    }
  }
}
