import type { ChainClock } from './chain.ts'

/**
 * 时间轴 — when a picture was taken, in the server's time. The RTP clock says it evenly but from no known zero; arrival
 * says it in the server's time but with every delay of the way. The truth runs along the lower edge of the delays, and
 * leaves it by no more than clocks drift.
 */
export type LineClock = (mediaMs: number) => number

/** The least delay seen in each ten seconds of media time. */
export type DelayEdge = {
  /** `mediaMs` on the sender's own time line; milliseconds, of any zero. */
  readonly note: (mediaMs: number, arrivalMs: number) => void
  readonly clock: () => LineClock
}

const stepMs = 10_000
/** Five times what a bad quartz does. */
const mostDrift = 0.0005

export function openDelayEdge(): DelayEdge {
  const least = new Map<number, { mediaMs: number; delay: number }>()
  return {
    note(mediaMs, arrivalMs) {
      const step = Math.floor(mediaMs / stepMs)
      const known = least.get(step)
      const delay = arrivalMs - mediaMs
      if (!known || delay < known.delay) least.set(step, { mediaMs, delay })
    },
    clock() {
      const edge = [...least.values()].sort((a, b) => a.mediaMs - b.mediaMs)
      for (let i = edge.length - 2; i >= 0; i--) edge[i] = below(edge[i]!, edge[i + 1]!)
      for (let i = 1; i < edge.length; i++) edge[i] = below(edge[i]!, edge[i - 1]!)
      return (mediaMs) => mediaMs + delayAt(edge, mediaMs)
    },
  }
}

function below(point: { mediaMs: number; delay: number }, by: { mediaMs: number; delay: number }) {
  const most = by.delay + Math.abs(point.mediaMs - by.mediaMs) * mostDrift
  return point.delay <= most ? point : { mediaMs: point.mediaMs, delay: most }
}

function delayAt(edge: readonly { mediaMs: number; delay: number }[], mediaMs: number): number {
  let low = 0
  let high = edge.length - 1
  if (high < 0) return 0
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (edge[middle]!.mediaMs <= mediaMs) low = middle
    else high = middle - 1
  }
  const before = edge[low]!
  const after = edge[low + 1]
  if (!after || mediaMs <= before.mediaMs) return before.delay
  const share = (mediaMs - before.mediaMs) / (after.mediaMs - before.mediaMs)
  return before.delay + (after.delay - before.delay) * share
}

/**
 * 口型同步 — what to add to a line's RTP time (in milliseconds) to get the sender's own clock, from its sender reports.
 * `unwrap` counts an RTP time as the line's frames are counted. Undefined: none came.
 */
export function senderOffset(
  clocks: readonly ChainClock[],
  clockRate: number,
  unwrap: (timestamp: number) => number,
): number | undefined {
  const offsets = clocks.map(([, seconds, fraction, timestamp]) => {
    const ntpMs = seconds * 1000 + (fraction / 2 ** 32) * 1000
    return ntpMs - (unwrap(timestamp) / clockRate) * 1000
  })
  offsets.sort((a, b) => a - b)
  return offsets[offsets.length >> 1]
}
