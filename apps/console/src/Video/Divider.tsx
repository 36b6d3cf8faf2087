import { useEffect, useRef, useState } from 'react'
import { useDesk } from '../Desk/desk.tsx'

const least = 220
const most = 760
/** Half of what is there: 500 on a laptop, more on a wall. */
const usual = () => Math.round(window.innerHeight * 0.55)
const name = 'console.layout.video-height'

/** 分隔条 — how high the picture is; dragged, or moved with the arrows, and found again by the next call. */
export function Divider() {
  const { say } = useDesk()
  const bar = useRef<HTMLDivElement>(null)
  const [height, setHeight] = useState(() => within(Number(localStorage.getItem(name)) || usual()))
  useEffect(() => {
    const aside = bar.current?.closest<HTMLElement>('.aside')
    aside?.style.setProperty('--video-height', `${height}px`)
    localStorage.setItem(name, String(height))
    return () => void aside?.style.removeProperty('--video-height')
  }, [height])
  const grab = useRef<{ y: number; height: number }>(undefined)
  return (
    // A separator that can be moved is a widget, whatever its element.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={bar}
      className="video-divider"
      role="separator"
      aria-orientation="horizontal"
      aria-label={say('video.divider')}
      aria-valuenow={height}
      aria-valuemin={least}
      aria-valuemax={most}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        grab.current = { y: event.clientY, height }
      }}
      onPointerMove={(event) => {
        if (grab.current) setHeight(within(grab.current.height + grab.current.y - event.clientY))
      }}
      onPointerUp={() => (grab.current = undefined)}
      onKeyDown={(event) => {
        const by = event.code === 'ArrowUp' ? 20 : event.code === 'ArrowDown' ? -20 : 0
        if (by === 0) return
        event.preventDefault()
        setHeight(within(height + by))
      }}
    />
  )
}

const within = (height: number): number => Math.min(most, Math.max(least, Math.round(height)))
