import { nextTick } from 'node:process'

/** 时间 — one true clock that only the night turns. Devices may believe in others; nothing here waits for real. */
export type Time = {
  /** Milliseconds since the night began. */
  nowMs(): number
  /** Gives back what calls it off. */
  after(ms: number, act: () => void): () => void
  /** Does what is due, each with everything that follows from it without time, until then or until `isOver`. */
  run(untilMs: number, isOver: () => boolean): Promise<void>
}

type Due = { atMs: number; serial: number; act: (() => void) | undefined }

export function openTime(): Time {
  const heap: Due[] = []
  let nowMs = 0
  let serial = 0
  const isSooner = (a: Due, b: Due) => a.atMs < b.atMs || (a.atMs === b.atMs && a.serial < b.serial)

  const push = (due: Due) => {
    let at = heap.length
    heap.push(due)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isSooner(due, heap[above]!)) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = due
  }
  const pop = (): Due | undefined => {
    const first = heap[0]
    const last = heap.pop()
    if (!first || !last || first === last) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && isSooner(heap[below + 1]!, heap[below]!)) below += 1
      if (!isSooner(heap[below]!, last)) break
      heap[at] = heap[below]!
      at = below
    }
    heap[at] = last
    return first
  }

  return {
    nowMs: () => nowMs,
    after(ms, act) {
      // At least a microsecond, and whole ones: whoever waits for the last part of one would wait for ever.
      const atMs =
        ms > 0 ? Math.max(Math.ceil((nowMs + ms) * 1_000), Math.round(nowMs * 1_000) + 1) / 1_000 : nowMs
      const due: Due = { atMs, serial: serial++, act }
      push(due)
      return () => (due.act = undefined)
    },
    run: (untilMs, isOver) =>
      new Promise((done, failed) => {
        // A tick runs only when no promise has anything left to do: each act is followed to its end, and no further.
        const follow = () => queueMicrotask(() => nextTick(step))
        const step = () => {
          try {
            while (heap.length && !heap[0]!.act) pop()
            if (isOver()) return done()
            if (!heap.length || heap[0]!.atMs > untilMs) {
              nowMs = untilMs
              return done()
            }
            const due = pop()!
            nowMs = due.atMs
            due.act!()
          } catch (fault) {
            return failed(fault)
          }
          follow()
        }
        follow()
      }),
  }
}
