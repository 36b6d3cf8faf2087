import type { Timers } from '@open110/kit/client/live'
import { momentOf } from '@open110/kit/time'

/** A clock that a test turns by hand. `settle` lets everything run that needs no time. */
export function handTurned(random: () => number = () => 0.5) {
  let nowMs = 0
  let serial = 0
  const due = new Map<number, { atMs: number; act: () => void }>()
  const timers: Timers = {
    nowMs: () => nowMs,
    after(ms, act) {
      const id = serial++
      due.set(id, { atMs: nowMs + ms, act })
      return () => due.delete(id)
    },
    random,
  }
  const settle = async (turns = 60) => {
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
  }
  const pass = async (ms: number) => {
    const endMs = nowMs + ms
    for (;;) {
      await settle()
      const [first] = [...due]
        .filter(([, { atMs }]) => atMs <= endMs)
        .toSorted((a, b) => a[1].atMs - b[1].atMs)
      if (!first) break
      due.delete(first[0])
      nowMs = Math.max(nowMs, first[1].atMs)
      first[1].act()
    }
    nowMs = endMs
    await settle()
  }
  const startMs = Date.parse('2026-11-21T19:11:00.000Z')
  return { timers, now: () => momentOf(startMs + nowMs), settle, pass, forget: () => due.clear() }
}
