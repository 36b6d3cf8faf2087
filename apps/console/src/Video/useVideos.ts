import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import type { VideoCall } from '@open110/modules/video'
import * as videos from '@open110/modules/video/api'
import { useDesk } from '../Desk/desk.tsx'
import type { Joined } from './session.state.ts'

/** The call that this desk is in now. */
export function useJoined(): Joined | undefined {
  const { videos } = useDesk()
  return useSyncExternalStore(videos.subscribe, videos.get)
}

/** 一件报警的视频 — asked for when it is opened and when one of them has moved, and never polled. */
export function useVideosOf(report: string | undefined) {
  const { call, room } = useDesk()
  const [state, setState] = useState<{ of?: string; calls?: readonly VideoCall[]; fault?: string }>({})
  const again = useCallback(() => {
    if (report === undefined) return
    call(videos.ofReport, { params: { report } }).then(
      (calls) =>
        setState((last) => ({
          of: report,
          ...(!isRefusal(calls) ? { calls } : last.of === report && last.calls ? { calls: last.calls } : {}),
          ...(isRefusal(calls) ? { fault: calls.refused } : {}),
        })),
      (cause: unknown) => {
        if (!(cause instanceof Unanswered)) throw cause
        // Named degradation: what was last known stays, and says that it may be old.
        setState((last) => ({ ...(last.of === report ? last : { of: report }), fault: 'unanswered' }))
      },
    )
  }, [call, report])
  useEffect(() => {
    again()
    return room.hearFrames({
      frame: ({ type, data }) => {
        const isOurs = (data as { report?: unknown } | undefined)?.report === report
        // Lines that come and go are followed by whoever is in the call.
        if (isOurs && type.startsWith('video.') && type !== 'video.still') again()
      },
      refetch: again,
    })
  }, [again, report, room])
  const { calls, fault } = state.of === report ? state : { calls: undefined, fault: undefined }
  return { ...(calls ? { calls } : {}), ...(fault ? { fault } : {}), again }
}
