import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import type { SeenItem } from '@open110/core/item'
import type { Cell } from '@open110/core/cell'
import { shownOf, type Shown } from '../Silent/shown.state.ts'
import { place } from './path.ts'
import type { Phone } from './phone.ts'
import { isOpened } from './quiet.ts'

export const PhoneContext = createContext<Phone | undefined>(undefined)

export function usePhone(): Phone {
  const phone = useContext(PhoneContext)
  if (!phone) throw new Error('a page is drawn without its phone')
  return phone
}

export function useCell<T>(from: Cell<T>): T {
  return useSyncExternalStore(from.watch, from.get, from.get)
}

export function useItems(): readonly SeenItem[] {
  const { outbox } = usePhone()
  return useSyncExternalStore(outbox.watch, outbox.items, outbox.items)
}

/** What a page may show of what was sent: on a quiet page all of it, elsewhere nothing silent without the way back. */
export function useShown(): Shown {
  const { watch } = usePhone()
  const items = useItems()
  const { rows } = useCell(watch.list)
  const isOpen = useCell(isOpened)
  const { isQuiet } = useCell(place)
  return shownOf(items, rows, isOpen || isQuiet)
}

/** Draws again every second while `isRunning`, for whatever counts. */
export function useTick(isRunning: boolean): number {
  const [tick, setTick] = useState(0)
  useEffect(() => {
    if (!isRunning) return undefined
    const id = setInterval(() => setTick((before) => before + 1), 1000)
    return () => clearInterval(id)
  }, [isRunning])
  return tick
}

/** Lets a screen reader speak a change by itself; never on a quiet page, where the voice would be heard by others. */
export function useSpoken(): 'status' | undefined {
  return useCell(place).isQuiet ? undefined : 'status'
}
