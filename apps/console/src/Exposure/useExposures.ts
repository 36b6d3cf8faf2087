import { useCallback, useEffect, useState } from 'react'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import type { GivesOf } from '@open110/kit/route'
import * as exposures from '@open110/modules/exposure/api'
import { exposureMoved } from '@open110/modules/exposure/events'
import { useDesk } from '../Desk/desk.tsx'

export type Mine = GivesOf<typeof exposures.mine>
export type Everyone = GivesOf<typeof exposures.figures>

/** 查看时长 — my own, or everybody's for the supervisor; asked again when somebody has opened or covered something. */
export function useExposures<Whose extends 'mine' | 'everyone'>(whose: Whose) {
  const { call, room, session } = useDesk()
  const [found, keep] = useState<Mine | Everyone>()
  const [fault, say] = useState<string>()
  const fetch = useCallback(async () => {
    try {
      const answer = await call(whose === 'mine' ? exposures.mine : exposures.figures)
      if (isRefusal(answer)) return say(answer.refused)
      keep(answer)
      say(undefined)
    } catch (cause) {
      // Named degradation: what was shown stays, and says that it may be old.
      if (!(cause instanceof Unanswered)) throw cause
      say('unanswered')
    }
  }, [call, whose])
  useEffect(() => {
    void fetch()
    return room.hearFrames({
      frame: (frame) => {
        if (frame.type !== exposureMoved.name) return
        const { staff } = (frame.data ?? {}) as { staff?: unknown }
        // What colleagues look at changes nothing of mine.
        if (whose === 'everyone' || staff === session.staff.id) void fetch()
      },
      refetch: () => void fetch(),
    })
  }, [fetch, room, session, whose])
  return {
    found: found as (Whose extends 'mine' ? Mine : Everyone) | undefined,
    fault,
    again: () => void fetch(),
  }
}
