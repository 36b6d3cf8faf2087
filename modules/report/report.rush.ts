import type { Mode } from './report.ts'

/**
 * 频次 — how often one sender has reported lately. It lowers the turn of what they send next when many wait, and nothing
 * else: no number of reports makes one refused (faults B3, domain on repeated callers).
 */
export type Rush = {
  /** Counts this report in, and says whether its sender sends unusually many. */
  isRushing(citizen: string, address: string, nowMs: number): boolean
}

/** Within a minute or two. Many phones share one address behind a carrier's network, so an address may send more. */
export const usual = { ofCitizen: 5, ofAddress: 120, windowMs: 60_000 }

export function openRush(): Rush {
  let [before, lately] = [new Map<string, number>(), new Map<string, number>()]
  let turnsAtMs = -Infinity
  const count = (who: string) => {
    const own = (lately.get(who) ?? 0) + 1
    lately.set(who, own)
    return own + (before.get(who) ?? 0)
  }
  return {
    isRushing(citizen, address, nowMs) {
      if (nowMs >= turnsAtMs || nowMs < turnsAtMs - usual.windowMs) {
        before = nowMs >= turnsAtMs && nowMs < turnsAtMs + usual.windowMs ? lately : new Map()
        lately = new Map()
        turnsAtMs = nowMs + usual.windowMs
      }
      const [ofCitizen, ofAddress] = [count(citizen), count(address)]
      return ofCitizen > usual.ofCitizen || ofAddress > usual.ofAddress
    },
  }
}

/** 先后 — whose report is written first when more come than can be written at once. A silent alarm never waits behind a flood. */
export function rankOf(report: { mode: Mode; urgency: number }, isRushing: boolean): 0 | 1 | 2 {
  if (isRushing) return 2
  return report.mode === 'silent' || report.urgency === 1 ? 0 : 1
}
