import { useEffect, useRef } from 'react'
import { Unanswered } from '@open110/kit/client/call'
import { useDesk } from '../Desk/desk.tsx'

/**
 * 重新载入 — whoever was in a call comes back into the same one, to the same report. A window that was opened from this one
 * has a copy of what it kept, and is not in the call.
 */
export function useKeptCall(open: (report: string) => void): void {
  const { videos } = useDesk()
  const isDone = useRef(false)
  useEffect(() => {
    const kept = isDone.current || !isReload() ? undefined : videos.kept()
    isDone.current = true
    if (!kept) return
    open(kept.report)
    videos.enter(kept.video, kept.as).catch((cause: unknown) => {
      // Named degradation: not answered now; the open report asks again by itself.
      if (!(cause instanceof Unanswered)) throw cause
    })
  }, [open, videos])
}

function isReload(): boolean {
  const [how] = performance.getEntriesByType('navigation')
  return how instanceof PerformanceNavigationTiming && how.type === 'reload'
}
