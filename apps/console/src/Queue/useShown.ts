import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import type { QueueRow } from '@open110/modules/report'
import { arrive, isAtWork, isSettled, nothingShown, release, type Group, type Shown } from './queue.state.ts'
import { rowAt, topOf } from './window.state.ts'

/** A press within this time after rows moved, with the pointer still where it was, was meant for another row. */
const aimMs = 400

/**
 * 不动手下的行 — holds the order while a hand is in the list. When it rests the list is brought up to date,
 * scrolled so that the row under the pointer stays under it.
 */
export function useShown(
  rows: readonly QueueRow[] | undefined,
  me: string,
  open: ReadonlySet<Group>,
  list: RefObject<HTMLDivElement | null>,
) {
  const [shown, setShown] = useState<Shown>(nothingShown)
  const newest = useRef(shown)
  const touchedMs = useRef<number>(undefined)
  const pointerY = useRef<number>(undefined)
  const movedMs = useRef<number>(undefined)
  const anchor = useRef<{ id: string; y: number }>(undefined)

  const touch = () => {
    touchedMs.current = performance.now()
  }
  const put = (next: Shown) => {
    newest.current = next
    setShown(next)
  }
  /** Remembers where the row under the pointer lies, then lets the rows move. */
  const settle = (next: Shown) => {
    const box = list.current
    const y = pointerY.current
    if (box && y !== undefined) {
      const { order } = newest.current
      const id = rowAt(order, open, y - box.getBoundingClientRect().top + box.scrollTop)
      const top = id === undefined ? undefined : topOf(order, open, id)
      anchor.current = id !== undefined && top !== undefined ? { id, y: top - box.scrollTop } : undefined
    }
    put(next)
  }

  useEffect(() => {
    if (!rows) return
    if (isAtWork(touchedMs.current, performance.now())) put(arrive(newest.current, rows, me, true))
    else settle(arrive(newest.current, rows, me, false))
    // oxlint-disable-next-line react/exhaustive-deps
  }, [rows, me])

  const isHeld = !isSettled(shown)
  useEffect(() => {
    if (!isHeld) return
    const watch = setInterval(() => {
      if (!isAtWork(touchedMs.current, performance.now())) settle(release(newest.current))
    }, 200)
    return () => clearInterval(watch)
    // oxlint-disable-next-line react/exhaustive-deps
  }, [isHeld])

  useLayoutEffect(() => {
    const kept = anchor.current
    anchor.current = undefined
    const box = list.current
    if (!kept || !box) return
    const top = topOf(shown.order, open, kept.id)
    if (top === undefined) return
    const wanted = top - kept.y
    if (wanted !== box.scrollTop) box.scrollTop = wanted
    if (Math.abs(box.scrollTop - wanted) > 1) movedMs.current = performance.now()
    // oxlint-disable-next-line react/exhaustive-deps
  }, [shown.order])

  return {
    shown,
    touch,
    point(y: number | undefined) {
      if (y !== pointerY.current) movedMs.current = undefined
      pointerY.current = y
      if (y !== undefined) touch()
    },
    showNow() {
      touchedMs.current = undefined
      put(release(newest.current))
    },
    isAimed: () => movedMs.current === undefined || performance.now() - movedMs.current > aimMs,
  }
}
