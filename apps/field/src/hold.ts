import { useEffect, useRef, useState } from 'react'

/** 长按 — an act that a pocket or a stray thumb must not start: it happens when the button has been held so long. */
export function useHold(holdMs: number, act: () => void) {
  const [isHeld, setIsHeld] = useState(false)
  const done = useRef(act)
  useEffect(() => {
    done.current = act
  })
  useEffect(() => {
    if (!isHeld) return
    const due = setTimeout(() => {
      setIsHeld(false)
      navigator.vibrate?.(80)
      done.current()
    }, holdMs)
    return () => clearTimeout(due)
  }, [isHeld, holdMs])
  const release = () => setIsHeld(false)
  return {
    isHeld,
    on: {
      onPointerDown: () => setIsHeld(true),
      onPointerUp: release,
      onPointerLeave: release,
      onPointerCancel: release,
      // A long press would open the phone's own menu over the button.
      onContextMenu: (event: { preventDefault(): void }) => event.preventDefault(),
      onKeyDown: ({ code, repeat }: { code: string; repeat: boolean }) => {
        if (!repeat && (code === 'Space' || code === 'Enter')) setIsHeld(true)
      },
      onKeyUp: release,
      onBlur: release,
    },
  }
}
