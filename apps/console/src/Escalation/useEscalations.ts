import { useCallback, useEffect, useState } from 'react'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import type { Escalation } from '@open110/modules/escalation'
import * as escalations from '@open110/modules/escalation/api'
import { escalationMoved } from '@open110/modules/escalation/events'
import { useDesk } from '../Desk/desk.tsx'

/** 请示 — of one incident, or of the desk; fetched again when somebody has moved one, and never polled. */
export function useEscalations(of: { incident: string } | { scope: 'open' | 'all' }) {
  const { call, room } = useDesk()
  const [found, keep] = useState<readonly Escalation[]>()
  const [fault, say] = useState<string>()
  const incident = 'incident' in of ? of.incident : undefined
  const scope = 'scope' in of ? of.scope : undefined
  const fetch = useCallback(async () => {
    try {
      const answer = incident
        ? await call(escalations.ofIncident, { params: { incident } })
        : await call(escalations.list, { query: { scope: scope ?? 'open' } })
      if (isRefusal(answer)) return say(answer.refused)
      keep(answer)
      say(undefined)
    } catch (cause) {
      // Named degradation: what was shown stays, and says that it may be old.
      if (!(cause instanceof Unanswered)) throw cause
      say('unanswered')
    }
  }, [call, incident, scope])
  useEffect(() => {
    keep(undefined)
    void fetch()
    return room.hearFrames({
      frame: (frame) => {
        const data = (frame.data ?? {}) as { incident?: unknown }
        if (frame.type !== escalationMoved.name) return
        if (incident === undefined || data.incident === incident) void fetch()
      },
      refetch: () => void fetch(),
    })
  }, [fetch, room, incident])
  return { found, fault, again: () => void fetch() }
}
