import { useCallback, useEffect, useState } from 'react'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import type { Recording } from '@open110/modules/video'
import * as videos from '@open110/modules/video/api'
import { useDesk } from '../Desk/desk.tsx'

/** 录像 — opened on purpose, for every opening is on record; once more when it is sealed. */
export function useRecording(video: string) {
  const { call, room } = useDesk()
  const [recording, keep] = useState<Recording>()
  const [fault, say] = useState<string>()
  const again = useCallback(() => {
    call(videos.recording, { params: { video } }).then(
      (answer) => {
        if (isRefusal(answer)) return say(answer.refused)
        keep(answer)
        say(undefined)
      },
      (cause: unknown) => {
        if (!(cause instanceof Unanswered)) throw cause
        // Named degradation: what was shown stays, and it is said that nothing newer came.
        say('unanswered')
      },
    )
  }, [call, video])
  useEffect(() => {
    again()
    return room.hearFrames({
      frame: ({ type, data }) => {
        if (type === 'video.sealed' && (data as { video?: unknown } | undefined)?.video === video) again()
      },
      refetch: () => undefined,
    })
  }, [again, room, video])
  return { recording, fault, again }
}
