/**
 * 降级阶梯 — how much of a call still goes out: film, smaller film, single pictures, voice notes, words. A step down ends
 * nothing, and the ladder is climbed again by itself. No clock, no network: what is seen is handed in with its moment.
 */
export const ladderSteps = ['video', 'reduced', 'stills', 'voice', 'text'] as const
export type Step = (typeof ladderSteps)[number]

export type Ladder = {
  readonly step: Step
  /** The best that a person, the desk or the device allows. */
  readonly ceiling: Step
  readonly isUp: boolean
  /** Since when the line is as it is. */
  readonly lineSinceMs: number
  /** Where it goes on when the line is back soon: where it stood when it broke, or what was allowed since. */
  readonly before: Step
  readonly badSinceMs?: number
  readonly goodSinceMs?: number
  /** How long it must be good before the next climb; grows when a climb did not last. */
  readonly climbAfterMs: number
  readonly climbedAtMs?: number
  readonly stillsFailed: number
}

export type Sign =
  | { readonly t: 'line'; readonly isUp: boolean }
  | { readonly t: 'quality'; readonly availableKbps?: number; readonly lost?: number }
  | { readonly t: 'still'; readonly isSent: boolean }
  | { readonly t: 'ceiling'; readonly step: Step }
  | { readonly t: 'tick' }

/** A rebuilt line is there again within this; nobody is told of it. */
const rebuildMs = 700
/** After a break no longer than this the call goes on where it was. */
const shortMs = 8_000
/** Pictures that did not get through so often in a row: only notes are left, which wait until they can go. */
const mostStillsFailed = 3
const wordsAfterMs = 30_000
const climb = { firstMs: 6_000, mostMs: 60_000, lastsMs: 20_000 } as const
const fall = {
  video: { belowKbps: 220, aboveLost: 0.15, afterMs: 3_000 },
  reduced: { belowKbps: 60, aboveLost: 0.35, afterMs: 5_000 },
} as const
const good = { leastKbps: 260, mostLost: 0.05 } as const

export const openLadder = (nowMs: number): Ladder => ({
  step: 'video',
  ceiling: 'video',
  isUp: false,
  lineSinceMs: nowMs,
  before: 'video',
  climbAfterMs: climb.firstMs,
  stillsFailed: 0,
})

export function onLadder(ladder: Ladder, sign: Sign, nowMs: number): Ladder {
  switch (sign.t) {
    case 'line':
      return sign.isUp ? returned(ladder, nowMs) : broken(ladder, nowMs)
    case 'ceiling':
      return allowed({ ...ladder, ceiling: sign.step, before: sign.step }, ladder.isUp ? sign.step : 'stills')
    case 'still':
      return pictured(ladder, sign.isSent, nowMs)
    case 'quality':
      return weighed(ladder, sign, nowMs)
    case 'tick':
      return ladder.isUp ? ladder : waited(ladder, nowMs)
  }
}

/** What the encoder of the film is told at a step; `isActive: false` sends none of it. */
export function encodingOf(step: Step, maxKbps: number) {
  if (step === 'video') return { isActive: true, maxKbps, scaleDownBy: 1, maxFps: 30 }
  if (step === 'reduced')
    return { isActive: true, maxKbps: Math.min(maxKbps, 300), scaleDownBy: 2, maxFps: 12 }
  return { isActive: false, maxKbps: 0, scaleDownBy: 2, maxFps: 1 }
}

/** Single pictures are tried at every step below the film, wherever there is a camera. */
export const triesStills = ({ step, ceiling }: Ladder): boolean =>
  rank(step) >= rank('stills') && rank(ceiling) <= rank('stills')

const rank = (step: Step) => ladderSteps.indexOf(step)
const allowed = (ladder: Ladder, step: Step): Ladder => ({
  ...ladder,
  step: rank(step) < rank(ladder.ceiling) ? ladder.ceiling : step,
})

function broken(ladder: Ladder, nowMs: number): Ladder {
  if (!ladder.isUp) return ladder
  const { badSinceMs: _bad, goodSinceMs: _good, ...rest } = ladder
  return { ...rest, isUp: false, lineSinceMs: nowMs, before: ladder.step }
}

function returned(ladder: Ladder, nowMs: number): Ladder {
  if (ladder.isUp) return ladder
  const isShort = nowMs - ladder.lineSinceMs <= shortMs
  const up = { ...ladder, isUp: true, lineSinceMs: nowMs, stillsFailed: 0 }
  return allowed(up, isShort ? ladder.before : 'reduced')
}

function waited(ladder: Ladder, nowMs: number): Ladder {
  const downMs = nowMs - ladder.lineSinceMs
  if (downMs < rebuildMs) return ladder
  if (ladder.stillsFailed < mostStillsFailed) return allowed(ladder, 'stills')
  return allowed(ladder, downMs < wordsAfterMs ? 'voice' : 'text')
}

function pictured(ladder: Ladder, isSent: boolean, nowMs: number): Ladder {
  const next = { ...ladder, stillsFailed: isSent ? 0 : ladder.stillsFailed + 1 }
  if (ladder.isUp) return next
  // It carries something again: the count to words begins anew.
  return isSent ? allowed(next, 'stills') : waited(next, nowMs)
}

function weighed(
  ladder: Ladder,
  { availableKbps, lost = 0 }: { readonly availableKbps?: number; readonly lost?: number },
  nowMs: number,
): Ladder {
  const { step } = ladder
  if (!ladder.isUp || step === 'voice' || step === 'text') return ladder
  const { badSinceMs, goodSinceMs, ...rest } = ladder
  if (step !== 'stills') {
    const limit = fall[step]
    const isBad = (availableKbps ?? Infinity) < limit.belowKbps || lost > limit.aboveLost
    if (isBad) {
      if (nowMs - (badSinceMs ?? nowMs) < limit.afterMs) return { ...rest, badSinceMs: badSinceMs ?? nowMs }
      const wasRash = nowMs - (ladder.climbedAtMs ?? -Infinity) < climb.lastsMs
      const climbAfterMs = wasRash ? Math.min(ladder.climbAfterMs * 2, climb.mostMs) : climb.firstMs
      return allowed({ ...rest, climbAfterMs }, step === 'video' ? 'reduced' : 'stills')
    }
  }
  if (rank(step) <= rank(ladder.ceiling)) return rest
  // Without film nothing measures the line: whether it carries one again is found out by trying.
  const isGood = step === 'stills' || ((availableKbps ?? Infinity) >= good.leastKbps && lost <= good.mostLost)
  if (!isGood) return rest
  if (nowMs - (goodSinceMs ?? nowMs) < ladder.climbAfterMs)
    return { ...rest, goodSinceMs: goodSinceMs ?? nowMs }
  return allowed({ ...rest, climbedAtMs: nowMs }, step === 'stills' ? 'reduced' : 'video')
}
