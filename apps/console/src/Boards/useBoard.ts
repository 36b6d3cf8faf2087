import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { useDesk } from '../Desk/desk.tsx'
import type { Board, BoardPart } from './boards.state.ts'

/** A part of the boards, kept up to date while the component is on the page. */
export function useBoard<Part extends BoardPart>(part: Part, isWanted = true): Board<Part> {
  const { boards } = useDesk()
  useEffect(() => (isWanted ? boards.watch(part) : undefined), [boards, part, isWanted])
  return useSyncExternalStore(boards.subscribe, () => boards.get(part))
}

/** 个人布局 — a choice of this person that the next shift at this machine finds again. */
export function useKept<T extends string>(
  name: string,
  choices: readonly T[],
  otherwise: T,
): [T, (next: T) => void] {
  const { session } = useDesk()
  const key = `console.layout.${session.staff.id}.${name}`
  const [value, setValue] = useState<T>(() => {
    const kept = localStorage.getItem(key)
    return choices.find((choice) => choice === kept) ?? otherwise
  })
  const change = useCallback(
    (next: T) => {
      localStorage.setItem(key, next)
      setValue(next)
    },
    [key],
  )
  return [value, change]
}
