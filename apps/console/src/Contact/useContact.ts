import { useCallback, useEffect, useState } from 'react'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import * as contacts from '@open110/modules/contact/api'
import type { ContactSeen } from '@open110/modules/contact/override'
import { contactSet, overrideMoved } from '@open110/modules/contact/events'
import type { Withdrawal } from '@open110/modules/report/withdraw'
import * as reports from '@open110/modules/report/api'
import { withdrawAsked, withdrawDecided } from '@open110/modules/report/events'
import { useDesk } from '../Desk/desk.tsx'

const heard: readonly string[] = [
  contactSet.name,
  overrideMoved.name,
  withdrawAsked.name,
  withdrawDecided.name,
  'report.moved',
  'message.sent',
]

export type Contacted = { readonly contact: ContactSeen; readonly withdrawals: readonly Withdrawal[] }

/** 联络 — of the open report; fetched again when somebody has changed it, and never polled. */
export function useContact(report: string) {
  const { call, room } = useDesk()
  const [found, keep] = useState<Contacted>()
  const [fault, say] = useState<string>()
  const fetch = useCallback(async () => {
    try {
      const params = { report }
      const [contact, withdrawals] = await Promise.all([
        call(contacts.ofReport, { params }),
        call(reports.withdrawals, { params }),
      ])
      if (isRefusal(contact)) return say(contact.refused)
      if (isRefusal(withdrawals)) return say(withdrawals.refused)
      keep({ contact, withdrawals })
      say(undefined)
    } catch (cause) {
      // Named degradation: what was shown stays, and says that it may be old.
      if (!(cause instanceof Unanswered)) throw cause
      say('unanswered')
    }
  }, [call, report])
  useEffect(() => {
    keep(undefined)
    void fetch()
    return room.hearFrames({
      frame: ({ type, data }) => {
        const about = (data ?? {}) as { report?: unknown }
        if (!heard.includes(type)) return
        if (about.report === report) void fetch()
      },
      refetch: () => void fetch(),
    })
  }, [fetch, room, report])
  return { found, fault, again: () => void fetch() }
}
