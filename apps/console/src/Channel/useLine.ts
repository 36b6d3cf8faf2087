import { useCallback, useEffect, useState } from 'react'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import type { Line } from '@open110/modules/channel'
import * as channels from '@open110/modules/channel/api'
import { useDesk } from '../Desk/desk.tsx'

const news = ['call.', 'text.', 'report.supplemented', 'report.stated', 'message.sent']

/** 来路 — how the open report came in, fetched again when something of it has moved. */
export function useLine(report: string): { line?: Line; isLost: boolean; again: () => void } {
  const { call, room } = useDesk()
  const [state, setState] = useState<{ of: string; line?: Line; isLost: boolean }>({
    of: report,
    isLost: false,
  })
  const again = useCallback(() => {
    call(channels.line, { params: { report } }).then(
      (line) =>
        setState((last) =>
          isRefusal(line) ? { ...last, of: report, isLost: true } : { of: report, line, isLost: false },
        ),
      (cause: unknown) => {
        if (!(cause instanceof Unanswered)) throw cause
        // Named degradation: what was last known stays, and it is said that it may be old.
        setState((last) => ({ ...(last.of === report ? last : { of: report }), isLost: true }))
      },
    )
  }, [call, report])
  useEffect(() => {
    again()
    return room.hearFrames({
      frame: ({ type, data }) => {
        const isOurs = (data as { report?: unknown } | undefined)?.report === report
        if (isOurs && news.some((start) => type.startsWith(start))) again()
      },
      refetch: again,
    })
  }, [again, report, room])
  const { line, isLost } = state.of === report ? state : { line: undefined, isLost: false }
  return { ...(line ? { line } : {}), isLost, again }
}
