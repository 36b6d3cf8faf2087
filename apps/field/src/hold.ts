import { useEffect, useRef, useState } from 'react'

/** When something happened on the screen by the browser's clock, however late the page comes to it. */
type Happened = { readonly timeStamp: number }

/**
 * 长按 — an act that a pocket or a stray thumb must not start: it happens when the button has been held so long. On a phone that
 * is too busy to count meanwhile, letting go after that time counts as well.
 */
export function useHold(holdMs: number, act: () => void) {
  const [isHeld, setIsHeld] = useState(false)
  const sinceMs = useRef<number>(undefined)
  const done = useRef(act)
  useEffect(() => {
    done.current = act
  })
  const begin = ({ timeStamp }: Happened) => {
    sinceMs.current = timeStamp
    setIsHeld(true)
  }
  const end = (isLongEnough: boolean) => {
    if (sinceMs.current === undefined) return
    sinceMs.current = undefined
    setIsHeld(false)
    if (!isLongEnough) return
    navigator.vibrate?.(80)
    done.current()
  }
  useEffect(() => {
    if (!isHeld) return
    const due = setTimeout(() => end(true), holdMs)
    return () => clearTimeout(due)
  }, [isHeld, holdMs])
  const release = ({ timeStamp }: Happened) => end(timeStamp - (sinceMs.current ?? timeStamp) >= holdMs)
  return {
    isHeld,
    on: {
      onPointerDown: begin,
      onPointerUp: release,
      onPointerLeave: release,
      onPointerCancel: release,
      // A long press would open the phone's own menu over the button.
      onContextMenu: (event: { preventDefault(): void }) => event.preventDefault(),
      onKeyDown: (event: Happened & { code: string; repeat: boolean }) => {
        if (!event.repeat && (event.code === 'Space' || event.code === 'Enter')) begin(event)
      },
      onKeyUp: release,
      onBlur: release,
    },
  }
}
