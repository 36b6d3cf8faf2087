import { useEffect } from 'react'
import { usePhone } from '../app/hooks.ts'
import { hide } from '../app/quiet.ts'
import { shiftSpanMs, tapSpanMs, threefold } from './hide.state.ts'
import './Silent.css'

/** 快速隐藏 — a bar that is always there, three taps on any empty place, or Shift three times. */
export function HideBar() {
  const { say } = usePhone()
  useEffect(() => {
    const shifts = threefold(shiftSpanMs)
    const taps = threefold(tapSpanMs)
    const onKey = (event: KeyboardEvent) => {
      if (event.repeat) return
      // `code`, for an input method may keep `key` to itself.
      if (event.code !== 'ShiftLeft' && event.code !== 'ShiftRight') shifts.forget()
      else if (shifts.press(event.timeStamp)) hide()
    }
    const onTap = (event: PointerEvent) => {
      const onControl = (event.target as Element | null)?.closest('button, a, input, textarea, select, label')
      if (onControl) taps.forget()
      else if (taps.press(event.timeStamp)) hide()
    }
    addEventListener('keydown', onKey)
    addEventListener('pointerdown', onTap)
    return () => {
      removeEventListener('keydown', onKey)
      removeEventListener('pointerdown', onTap)
    }
  }, [])
  return (
    <button type="button" className="hide-bar" onClick={hide}>
      {say('silent.hide')}
    </button>
  )
}
