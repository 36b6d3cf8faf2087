import { useCallback, useEffect, useRef, useState } from 'react'
import type { Speed } from './playback.state.ts'

export type Clock = {
  readonly atMs: number
  readonly isRunning: boolean
  readonly speed: Speed
  /** The same as `atMs`, for players that look between two drawings. */
  now(): number
  run(isRunning: boolean): void
  seek(atMs: number): void
  hurry(speed: Speed): void
}

const drawMs = 100

/** 回放的时钟 — one for all players of a recording; it stops at the end. */
export function useClock(lengthMs: number): Clock {
  const base = useRef({ atMs: 0, sinceMs: 0, isRunning: false, speed: 1 as Speed })
  const [state, draw] = useState({ atMs: 0, isRunning: false, speed: 1 as Speed })
  const now = useCallback(() => {
    const { atMs, sinceMs, isRunning, speed } = base.current
    const passed = isRunning ? (performance.now() - sinceMs) * speed : 0
    return Math.min(lengthMs, atMs + passed)
  }, [lengthMs])
  const set = useCallback(
    (next: { atMs?: number; isRunning?: boolean; speed?: Speed }) => {
      const { isRunning, speed } = base.current
      base.current = { atMs: now(), sinceMs: performance.now(), isRunning, speed, ...next }
      const { sinceMs: _, ...shown } = base.current
      draw(shown)
    },
    [now],
  )
  useEffect(() => {
    if (!state.isRunning) return
    const timer = setInterval(() => {
      if (now() >= lengthMs) set({ atMs: lengthMs, isRunning: false })
      else draw((last) => ({ ...last, atMs: now() }))
    }, drawMs)
    return () => clearInterval(timer)
  }, [state.isRunning, now, set, lengthMs])
  return {
    ...state,
    now,
    run: (isRunning) => set({ isRunning, ...(isRunning && now() >= lengthMs ? { atMs: 0 } : {}) }),
    seek: (atMs) => set({ atMs: Math.max(0, Math.min(lengthMs, atMs)) }),
    hurry: (speed) => set({ speed }),
  }
}
