import { useState } from 'react'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import { Unanswered } from '@open110/kit/client/call'
import type { Slip } from '@open110/modules/dispatch'
import * as dispatches from '@open110/modules/dispatch/api'
import { sayRefusal } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { isEnded } from './slip.state.ts'

/** 命令行对处警单 — `/unit 城东-2 撤回 …` and `/urge`; a refusal is answered into the line, and what was typed stays. */
export function useSlipCommands(slips: readonly Slip[]) {
  const { say, call, room } = useDesk()
  const [said, setSaid] = useState('')
  const open = slips.filter((slip) => !isEnded(slip))
  const named = (name: string) =>
    open.find((slip) => slip.unitName === name) ?? open.find((slip) => slip.unitName.includes(name))
  const isReported = open.length > 0 && open.every(({ state }) => state === 'reported')
  const run = async (act: () => Promise<unknown | Refusal>): Promise<string | undefined> => {
    try {
      const answer = await act()
      room.refresh(['slips', 'incident', 'units', 'suggestions'])
      return isRefusal(answer) ? sayRefusal(say, answer) : undefined
    } catch (cause) {
      if (!(cause instanceof Unanswered)) throw cause
      return say('console.unanswered')
    }
  }
  return {
    said,
    /** Every open slip has its final feedback: the incident can be accepted and closed in one press. */
    isReported,
    async conclude(incident: string, reason: string): Promise<string | undefined> {
      const body = reason ? { reason } : {}
      const why = await run(() => call(dispatches.conclude, { params: { incident }, body, key: makeKey() }))
      setSaid(why ?? '')
      return why
    },
    async move(name: string, move: string): Promise<string | undefined> {
      const slip = named(name)
      if (!slip) return say('console.slip-unknown', { name })
      const body = { move, reason: say('console.by-command') }
      return run(() => call(dispatches.moveSlip, { params: { slip: slip.id }, body }))
    },
    async urge(argument: string): Promise<string | undefined> {
      const [first = '', ...rest] = argument.trim().split(/\s+/)
      const slip = first ? named(first) : undefined
      const words = (slip ? rest.join(' ') : argument).trim()
      const all = slip
        ? [slip]
        : open.filter(({ state }) => state === 'issued' || state === 'signed' || state === 'en-route')
      if (all.length === 0) return say('console.nobody-to-urge')
      for (const one of all) {
        const body = words ? { words } : {}
        const why = await run(() => call(dispatches.urge, { params: { slip: one.id }, body, key: makeKey() }))
        if (why) return why
      }
      setSaid(say('console.urged'))
      return undefined
    },
  }
}
