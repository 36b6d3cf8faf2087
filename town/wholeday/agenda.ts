/** 日程 — what happens when, in seconds of the day. Acts may put further ones on it, never into the past. */
export function openAgenda() {
  const acts: { at: number; n: number; act: () => Promise<void> }[] = []
  let count = 0
  const before = (a: { at: number; n: number }, b: { at: number; n: number }) =>
    a.at < b.at || (a.at === b.at && a.n < b.n)

  return {
    put(at: number, act: () => Promise<void>): void {
      acts.push({ at, n: count++, act })
      for (let i = acts.length - 1; i > 0;) {
        const up = (i - 1) >> 1
        if (!before(acts[i]!, acts[up]!)) break
        ;[acts[i], acts[up]] = [acts[up]!, acts[i]!]
        i = up
      }
    },
    /** The next act that is due by then, taken off. */
    take(until: number): { at: number; act: () => Promise<void> } | undefined {
      const first = acts[0]
      if (!first || first.at > until) return undefined
      const last = acts.pop()!
      if (acts.length > 0) {
        acts[0] = last
        for (let i = 0; ;) {
          const left = 2 * i + 1
          let least = i
          for (const child of [left, left + 1])
            if (acts[child] && before(acts[child], acts[least]!)) least = child
          if (least === i) break
          ;[acts[i], acts[least]] = [acts[least]!, acts[i]!]
          i = least
        }
      }
      return first
    },
    left: () => acts.length,
  }
}
export type Agenda = ReturnType<typeof openAgenda>
