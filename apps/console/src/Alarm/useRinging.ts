import { useEffect, useRef } from 'react'
import { useDesk, useRoom, useWish } from '../Desk/desk.tsx'
import { hush, noRinging, ring, ringsOn, titleOf } from './alarm.state.ts'

const againMs = 3_000

/** Rings for what waits, and says the same in the page's title and its icon. */
export function useRinging(isMuted: boolean, name: string): () => void {
  const { room, speaker } = useDesk()
  const rows = useRoom((workplace) => workplace.queue)
  const state = useRef(noRinging)
  const isFirst = useRef(true)
  const lastPlayed = useRef<number>(undefined)
  useEffect(() => {
    if (!rows) return
    const sound = () => {
      const heard = ring(state.current, rows, isFirst.current)
      state.current = heard.ringing
      isFirst.current = false
      if (heard.play && !isMuted) speaker.play(heard.play)
      return heard.isUrgent
    }
    document.title = titleOf(rows, name)
    const hasUrgent = rows.some(ringsOn)
    document
      .getElementById('icon')
      ?.setAttribute('href', hasUrgent ? '/console/icon-alarm.svg' : '/console/icon.svg')
    const lastMs = lastPlayed.current
    if (lastMs === undefined || performance.now() - lastMs > againMs || !hasUrgent) {
      sound()
      lastPlayed.current = performance.now()
    }
    if (!hasUrgent) {
      lastPlayed.current = undefined
      return
    }
    const repeat = setInterval(() => {
      lastPlayed.current = performance.now()
      sound()
    }, againMs)
    return () => clearInterval(repeat)
  }, [rows, isMuted, name, speaker])
  const quiet = () => {
    state.current = hush(state.current, room.get().queue ?? [])
  }
  useWish('/mute', quiet)
  return quiet
}
