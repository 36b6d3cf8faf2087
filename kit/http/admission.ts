import { monitorEventLoopDelay } from 'node:perf_hooks'
import { admissions, type Admission } from '../pure/route.ts'
import { openLine, tooLong } from './line.ts'

/**
 * 准入 — whose turn it is when there is too much for all. Each class works on so many at once and lets so many wait; under
 * pressure the lowest classes are told to come again later, each at a moment of its own. An alarm is always let in.
 */
export type AdmissionRules = Readonly<
  Record<
    Admission,
    {
      readonly atOnce: number
      readonly mostWaiting: number
      /** The program answers so late that this class is no longer let in. */
      readonly shedAtDelayMs: number
    }
  >
>

export const ordinaryRules: AdmissionRules = {
  alarm: { atOnce: Infinity, mostWaiting: Infinity, shedAtDelayMs: Infinity },
  dialogue: { atOnce: 64, mostWaiting: 4_000, shedAtDelayMs: Infinity },
  media: { atOnce: 16, mostWaiting: 64, shedAtDelayMs: 2_000 },
  query: { atOnce: 12, mostWaiting: 500, shedAtDelayMs: 1_000 },
  content: { atOnce: 4, mostWaiting: 100, shedAtDelayMs: 400 },
}

/** Seconds after which to come again: at least so many, at most three times as many, spread evenly. */
const againSeconds = 2

export type Gate = {
  /** The work's answer, or when to come again. */
  admit<Answer>(admission: Admission, work: () => Promise<Answer>): Promise<Answer | ComeAgain>
  /** Work that waits together with others of its kind and not in a line of the class; it is shed as the class is. */
  gather<Answer>(admission: Admission, work: () => Promise<Answer>): Promise<Answer | ComeAgain>
  close(): void
}

export class ComeAgain {
  readonly seconds: number
  constructor(seconds: number) {
    this.seconds = seconds
  }
}

export function openGate(given: {
  rules?: AdmissionRules
  /** From 0 to 1, so that those who are told to come again do not come all at once. */
  chance: () => number
  /** How late the program runs, milliseconds. */
  delayMs?: () => number
}): Gate {
  const rules = given.rules ?? ordinaryRules
  const watch = given.delayMs ? undefined : watchDelay()
  const delayMs = given.delayMs ?? watch!.delayMs
  const lines = new Map(admissions.map((admission) => [admission, openLine(rules[admission])]))
  const later = () => new ComeAgain(Number((againSeconds * (1 + 2 * given.chance())).toFixed(1)))

  return {
    async admit(admission, work) {
      if (admission === 'alarm') return work()
      if (delayMs() >= rules[admission].shedAtDelayMs) return later()
      const answer = await lines.get(admission)!(work)
      return answer === tooLong ? later() : answer
    },
    gather: async (admission, work) => (delayMs() >= rules[admission].shedAtDelayMs ? later() : work()),
    close: () => watch?.stop(),
  }
}

/** A window is read when it holds so many turns of the loop: fewer could be one long turn and what surrounds it. */
const fewestTurns = 4

/** How late the event loop ran, most of the time, in the last whole window: one long turn is no pressure. */
export function watchDelay(windowMs = 1_000): { delayMs: () => number; stop: () => void } {
  const histogram = monitorEventLoopDelay({ resolution: 10 })
  histogram.enable()
  let usual = 0
  const look = setInterval(() => {
    if (histogram.count < fewestTurns) return
    usual = histogram.percentile(75) / 1e6
    histogram.reset()
  }, windowMs)
  look.unref()
  return {
    delayMs: () => usual,
    stop: () => {
      clearInterval(look)
      histogram.disable()
    },
  }
}
