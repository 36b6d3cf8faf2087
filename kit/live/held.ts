/** How far apart the looks are that are remembered, and how many: a minute of them says enough. */
const apartMs = 50
const mostLooks = 1_200

/**
 * 滞留 — for how long committed events have waited because somebody in the cluster keeps a transaction open. Measured
 * from when they were first seen waiting, by a clock that does not jump, not by the moments that they carry.
 */
export function openHeldBack() {
  /** What was the newest waiting event at each look; both grow. */
  let looks: { waits: number; seenMs: number }[] = []
  return {
    note({ horizon, waits }: { horizon: number; waits: number | undefined }, nowMs: number): void {
      const still = looks.findIndex((look) => look.waits >= horizon)
      looks = still < 0 ? [] : looks.slice(still)
      const last = looks.at(-1)
      const isNew = waits !== undefined && (!last || (waits > last.waits && nowMs - last.seenMs >= apartMs))
      if (isNew && looks.length < mostLooks) looks.push({ waits, seenMs: nowMs })
    },
    forMs: (nowMs: number): number => (looks[0] ? nowMs - looks[0].seenMs : 0),
  }
}
