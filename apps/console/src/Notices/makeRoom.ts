import { useEffect, type RefObject } from 'react'
import { restMs } from '../Queue/queue.state.ts'

/**
 * 让位 — what lies over the heads of the page is given room once no hand has moved for a moment: nothing is pushed away
 * under a pointer, and nothing stays covered by a question that waits for its answer.
 */
export function useMakeRoom(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const over = list.current?.closest<HTMLElement>('.notices')
    if (!list.current || !over) return
    let given = 0
    let wait: ReturnType<typeof setTimeout> | undefined
    const later = () => {
      clearTimeout(wait)
      if (over.scrollHeight === given) return
      wait = setTimeout(() => {
        given = over.scrollHeight
        over.style.setProperty('--notices', `${given}px`)
      }, restMs)
    }
    const sizes = new ResizeObserver(later)
    sizes.observe(list.current)
    const hands = ['pointermove', 'pointerdown', 'wheel', 'keydown'] as const
    for (const hand of hands) window.addEventListener(hand, later, { passive: true })
    return () => {
      clearTimeout(wait)
      sizes.disconnect()
      for (const hand of hands) window.removeEventListener(hand, later)
      over.style.removeProperty('--notices')
    }
  }, [list])
}
