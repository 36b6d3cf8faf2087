/** 对时 — how far the server's clock is ahead of this machine's, told by answers that carry the server's time. */
export type Skew = {
  readonly skewMs: number
  /** Round trip of the answer that this came from; a slow one would tell a wrong time. */
  readonly tripMs: number
}

/** An answer that took longer than the best one is believed less; the best grows old, so a new clock is learnt. */
const agingMs = 20
const slackMs = 100

export function sampled(
  last: Skew | undefined,
  answer: { sentMs: number; heardMs: number; serverMs: number },
): Skew {
  const tripMs = Math.max(0, answer.heardMs - answer.sentMs)
  if (last && tripMs > last.tripMs + slackMs) return { skewMs: last.skewMs, tripMs: last.tripMs + agingMs }
  return { skewMs: answer.serverMs - (answer.sentMs + tripMs / 2), tripMs }
}
