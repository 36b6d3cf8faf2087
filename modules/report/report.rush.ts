import type { Mode } from './report.ts'

/**
 * 频次 — how often one sender has reported lately. It lowers the turn of what they send next when many wait, and nothing
 * else: no number of reports makes one refused (faults B3, domain on repeated callers).
 */
export type Rush = {
  /** Counts this report in, and says who sends unusually many: this citizen, or only somebody at the same address. */
  count(citizen: string, address: string, nowMs: number): 'citizen' | 'address' | undefined
}

/** Within a minute or two. Many phones share one address behind a carrier's network, so an address may send more. */
export const usual = { ofCitizen: 5, ofAddress: 120, windowMs: 60_000 }

export function openRush(): Rush {
  let [before, lately] = [new Map<string, number>(), new Map<string, number>()]
  let turnsAtMs = -Infinity
  const counted = (who: string) => {
    const own = (lately.get(who) ?? 0) + 1
    lately.set(who, own)
    return own + (before.get(who) ?? 0)
  }
  return {
    count(citizen, address, nowMs) {
      if (nowMs >= turnsAtMs || nowMs < turnsAtMs - usual.windowMs) {
        before = nowMs >= turnsAtMs && nowMs < turnsAtMs + usual.windowMs ? lately : new Map()
        lately = new Map()
        turnsAtMs = nowMs + usual.windowMs
      }
      const [ofCitizen, ofAddress] = [counted(citizen), counted(address)]
      if (ofCitizen > usual.ofCitizen) return 'citizen'
      return ofAddress > usual.ofAddress ? 'address' : undefined
    },
  }
}

/**
 * 先后 — whose report is written first when more come than can be written at once. A silent alarm never waits behind a
 * flood, not even behind one from the address that it shares with a thousand other phones.
 */
export function rankOf(report: { mode: Mode; urgency: number }, rush: ReturnType<Rush['count']>): 0 | 1 | 2 {
  if (rush === 'citizen') return 2
  if (report.mode === 'silent' || report.urgency === 1) return 0
  return rush === 'address' ? 2 : 1
}
