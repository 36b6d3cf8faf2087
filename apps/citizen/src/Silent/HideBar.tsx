import { useEffect } from 'react'
import { usePhone } from '../app/hooks.ts'
import { hide, isCovered } from '../app/quiet.ts'
import { shiftSpanMs, tapSpanMs, threefold } from './hide.state.ts'
import './Silent.css'

/** 快速隐藏 — a bar that is always there, three taps on any empty place, or Shift three times. */
export function HideBar() {
  const { say } = usePhone()
  useEffect(() => {
    const shifts = threefold(shiftSpanMs)
    const taps = threefold(tapSpanMs)
    const onKey = (event: KeyboardEvent) => {
      if (event.repeat || isCovered()) return
      // `code`, for an input method may keep `key` to itself.
      if (event.code !== 'ShiftLeft' && event.code !== 'ShiftRight') shifts.forget()
      else if (shifts.press(event.timeStamp)) hide()
    }
    const onTap = (event: PointerEvent) => {
      const onControl = (event.target as Element | null)?.closest('button, a, input, textarea, select, label')
      if (onControl || isCovered()) taps.forget()
      else if (taps.press(event.timeStamp)) hide()
    }
    // Before anybody else, so that the press that uncovers the page is not counted as one that covers it.
    addEventListener('keydown', onKey, true)
    addEventListener('pointerdown', onTap, true)
    return () => {
      removeEventListener('keydown', onKey, true)
      removeEventListener('pointerdown', onTap, true)
    }
  }, [])
  return (
    <button type="button" className="hide-bar" onClick={hide}>
      {say('silent.hide')}
    </button>
  )
}
