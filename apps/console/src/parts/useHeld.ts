import { useEffect, useMemo, useRef, useState } from 'react'
import { isAtWork } from '../Queue/queue.state.ts'
import { arrive, isSettled, newcomers, nothingHeld, release, type Held } from './held.state.ts'

/** Rows in an order that holds while a pointer or key is at work; a row that has gone stays, as last seen, until a pause. */
export function useHeld<Row>(rows: readonly Row[], idOf: (row: Row) => string) {
  const [held, setHeld] = useState<Held>(nothingHeld)
  const newest = useRef(held)
  const seen = useRef(new Map<string, Row>())
  const touchedMs = useRef<number>(undefined)
  const put = (next: Held) => {
    newest.current = next
    setHeld(next)
  }
  const byId = useMemo(() => new Map(rows.map((row) => [idOf(row), row])), [rows, idOf])
  useEffect(() => {
    const next = arrive(newest.current, [...byId.keys()], isAtWork(touchedMs.current, performance.now()))
    for (const id of seen.current.keys()) if (!next.shown.includes(id)) seen.current.delete(id)
    for (const [id, row] of byId) seen.current.set(id, row)
    put(next)
  }, [byId])
  const isHeld = !isSettled(held)
  useEffect(() => {
    if (!isHeld) return
    const watch = setInterval(() => {
      if (!isAtWork(touchedMs.current, performance.now())) put(release(newest.current))
    }, 200)
    return () => clearInterval(watch)
  }, [isHeld])
  const touch = () => {
    touchedMs.current = performance.now()
  }
  return {
    rows: held.shown.flatMap((id): { id: string; row: Row; isGone: boolean }[] => {
      const row = byId.get(id) ?? seen.current.get(id)
      return row === undefined ? [] : [{ id, row, isGone: !byId.has(id) }]
    }),
    newcomers: newcomers(held),
    showNow() {
      touchedMs.current = undefined
      put(release(newest.current))
    },
    /** Where hands may be. */
    hand: { onPointerMove: touch, onPointerDown: touch, onWheel: touch, onKeyDownCapture: touch },
  }
}
