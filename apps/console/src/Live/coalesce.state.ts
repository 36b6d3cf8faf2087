/** 合并刷新 — many events, one fetch: never two at once for the same part, and never more often than the pause. */
export type Coalesce<Part extends string> = {
  ask(parts: readonly Part[]): void
  stop(): void
}

export function openCoalesce<Part extends string>(
  given: { after(ms: number, act: () => void): () => void; nowMs(): number; pauseMs: number },
  fetchPart: (part: Part) => Promise<void>,
): Coalesce<Part> {
  const running = new Set<Part>()
  const again = new Set<Part>()
  const lastMs = new Map<Part, number>()
  const waiting = new Map<Part, () => void>()
  let isStopped = false

  const start = (part: Part) => {
    waiting.delete(part)
    if (isStopped) return
    running.add(part)
    lastMs.set(part, given.nowMs())
    void fetchPart(part).finally(() => {
      running.delete(part)
      if (again.delete(part)) schedule(part)
    })
  }
  const schedule = (part: Part) => {
    if (isStopped || waiting.has(part)) return
    if (running.has(part)) {
      again.add(part)
      return
    }
    const sinceMs = given.nowMs() - (lastMs.get(part) ?? -Infinity)
    if (sinceMs >= given.pauseMs) start(part)
    else
      waiting.set(
        part,
        given.after(given.pauseMs - sinceMs, () => start(part)),
      )
  }
  return {
    ask: (parts) => parts.forEach(schedule),
    stop() {
      isStopped = true
      for (const cancel of waiting.values()) cancel()
      waiting.clear()
    },
  }
}
