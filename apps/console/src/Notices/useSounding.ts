import { useEffect, useRef } from 'react'
import { useBoard } from '../Boards/useBoard.ts'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { arrivingIn } from '../Video/video.state.ts'
import { soundFor, type Sounded } from './notices.state.ts'

const againMs = 3_000

/** Sounds for officers in danger, requests for backup and clocks that turn red, as far as somebody must act. */
export function useSounding(isMuted: boolean): void {
  const { speaker } = useDesk()
  const panics = useBoard('panics').value
  const backups = useBoard('backups').value
  const clocks = useBoard('deadlines').value?.deadlines
  const calls = useBoard('videos').value
  const nowMs = useNow()
  const sounded = useRef<Sounded>(undefined)
  const lastMs = useRef(-Infinity)
  useEffect(() => {
    if (!panics || !backups || !clocks) return
    const heard = soundFor(sounded.current, {
      panics,
      backups,
      clocks,
      nowMs,
      filming: arrivingIn(calls ?? []),
    })
    sounded.current = heard.sounded
    // An officer in danger is not muted with the rest.
    if (!heard.play || (isMuted && heard.play !== 'p1')) return
    if (heard.play === 'p1' && performance.now() - lastMs.current < againMs) return
    lastMs.current = performance.now()
    speaker.play(heard.play)
  }, [panics, backups, clocks, calls, nowMs, isMuted, speaker])
}
