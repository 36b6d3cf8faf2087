import { useCallback, useEffect, useState } from 'react'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { GivesOf } from '@open110/kit/route'
import * as channels from '@open110/modules/channel/api'
import * as deadlines from '@open110/modules/deadline/api'
import * as dispatches from '@open110/modules/dispatch/api'
import * as incidents from '@open110/modules/incident/api'
import { useDesk } from '../Desk/desk.tsx'
import { spanOf, type Span } from './figures.state.ts'

export type Figures = {
  readonly sheets: GivesOf<typeof deadlines.buckets>
  readonly sums: GivesOf<typeof dispatches.sums>
  readonly volume: GivesOf<typeof incidents.counts>
  readonly channels: GivesOf<typeof channels.counts>
}

/** Figures of a span of days, counted when a person asks for them: they are looked at, not watched. */
export function useFigures(span: Span) {
  const { call, session, room } = useDesk()
  const [state, setState] = useState<{ value?: Figures; fault?: string; asOfMs?: number }>({})
  const [asked, setAsked] = useState(0)
  useEffect(() => {
    let isStill = true
    const query = spanOf(span, Date.now() + room.get().skewMs)
    const fetchAll = async () => {
      const answers = await Promise.all([
        call(deadlines.buckets, { query }),
        call(dispatches.sums, { query }),
        call(incidents.counts, { query }),
        call(channels.counts, { params: { desk: session.staff.org }, query }),
      ])
      const refusal = (answers as readonly unknown[]).find((answer): answer is Refusal => isRefusal(answer))
      if (refusal) return { fault: refusal.refused }
      const [sheets, sums, volume, byChannel] = answers as [
        Figures['sheets'],
        Figures['sums'],
        Figures['volume'],
        Figures['channels'],
      ]
      return { value: { sheets, sums, volume, channels: byChannel }, asOfMs: Date.now() + room.get().skewMs }
    }
    void fetchAll()
      // Named degradation: the page keeps the last figures, says their age, and offers to ask again.
      .catch(() => ({ fault: 'unanswered' }))
      .then((next) => {
        if (isStill) setState((last) => ('value' in next ? next : { ...last, ...next }))
      })
    return () => {
      isStill = false
    }
  }, [call, room, session, span, asked])
  return { ...state, again: useCallback(() => setAsked((count) => count + 1), []) }
}
