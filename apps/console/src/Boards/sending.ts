import { useState } from 'react'
import { isRefusal } from '@open110/kit/refuse'
import { Unanswered } from '@open110/kit/client/call'
import type { Slip } from '@open110/modules/dispatch'
import * as dispatches from '@open110/modules/dispatch/api'
import { sayRefusal } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { keyring } from '../Session/draft.state.ts'

export type ToSend = {
  readonly incident: string
  readonly units: readonly { readonly id: string; readonly name: string }[]
  readonly words?: string
  /** The request for backup that they answer. */
  readonly for?: string
}

/** 下达 — one slip for each unit. What was issued can be cancelled as long as nobody has signed; what was not says why. */
export function useSending() {
  const { say, call, room, boards } = useDesk()
  const [isBusy, setBusy] = useState(false)
  const [sent, setSent] = useState<readonly Slip[]>([])
  const [said, setSaid] = useState('')
  const [keys] = useState(() => keyring(makeKey))
  const refresh = () => {
    room.refresh(['slips', 'suggestions', 'incident', 'units', 'queue', 'report'])
    boards.refresh(['slips', 'pending', 'deadlines', 'backups'])
  }
  const tell = (why: string[]) => setSaid(why.join(' '))

  const send = async ({ incident, units, words, for: backup }: ToSend): Promise<boolean> => {
    setBusy(true)
    const why: string[] = []
    const issued: Slip[] = []
    try {
      for (const unit of units) {
        const body = {
          unit: unit.id,
          ...(words ? { words } : {}),
          ...(backup ? { for: backup } : {}),
        }
        const key = keys.keyFor({ incident, ...body })
        const answer = await call(dispatches.issue, { params: { incident }, body, key })
        if (isRefusal(answer)) why.push(`${unit.name}:${sayRefusal(say, answer)}`)
        else issued.push(answer)
        keys.answered()
      }
    } catch (cause) {
      if (!(cause instanceof Unanswered)) throw cause
      why.push(say('console.unanswered'))
    } finally {
      setBusy(false)
    }
    if (issued.length > 0) setSent(issued)
    tell(why)
    refresh()
    return why.length === 0
  }
  const takeBack = async (): Promise<void> => {
    setBusy(true)
    const why: string[] = []
    try {
      for (const slip of sent) {
        const body = { move: 'cancel', reason: say('console.cancel-reason') }
        const answer = await call(dispatches.moveSlip, { params: { slip: slip.id }, body })
        if (isRefusal(answer)) why.push(`${slip.unitName}:${sayRefusal(say, answer)}`)
      }
      setSent([])
    } catch (cause) {
      if (!(cause instanceof Unanswered)) throw cause
      why.push(say('console.unanswered'))
    } finally {
      setBusy(false)
    }
    tell(why)
    refresh()
  }
  return { isBusy, sent, said, send, takeBack, forget: () => setSent([]) }
}
export type Sending = ReturnType<typeof useSending>
