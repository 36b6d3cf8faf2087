import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'
import { Moment } from '@open110/kit/time'
import { pinFinds } from '@open110/modules/person'

/** 撤回申请 — a reporter asks that nobody come. It is a request: whoever is forced to ask is helped all the same (lessons b4). */
export const WithdrawalId = idOf('wd')
export type WithdrawalId = z.infer<typeof WithdrawalId>

/** 处理 — `agree`: it ends as the desk usually ends a report. `keep`: it goes on. */
export const Decision = z.enum(['agree', 'keep'])
export type Decision = z.infer<typeof Decision>

export const Withdrawal = z.object({
  id: WithdrawalId,
  at: Moment,
  /** By the phone's own clock, which may be wrong. */
  madeAt: z.optional(z.string()),
  /** What was typed with it: the PIN, the one under duress, a wrong one; or none was ever set. */
  how: z.enum(pinFinds),
  decision: z.optional(z.object({ what: Decision, by: z.string(), at: Moment, reason: z.string() })),
})
export type Withdrawal = z.infer<typeof Withdrawal>

/** What a desk may decide: one word of duress, now or earlier, and it is not withdrawn. */
export function openDecisions(asked: readonly Pick<Withdrawal, 'how' | 'decision'>[]): Decision[] {
  if (!asked.some(({ decision }) => decision === undefined)) return []
  return asked.some(({ how }) => how === 'duress') ? ['keep'] : ['agree', 'keep']
}

/**
 * 对手机保留 — what a phone from which a withdrawal was asked is told of its report: where it stood then. Whoever holds the
 * phone reads neither that somebody is on the way nor what the PIN has told the desk.
 */
export function heldBack<
  Report extends {
    state: string
    incident?: string | undefined
    incidentNumber?: string | undefined
    withheldSince?: Moment | undefined
  },
  Step extends { step: string; at: Moment },
>(report: Report, steps: readonly Step[]): { report: Report; steps: readonly Step[] } {
  const { withheldSince: since } = report
  if (since === undefined) return { report, steps }
  const told = steps.filter(({ at }) => at <= since)
  const isAccepted = told.some(({ step }) => step === 'accepted')
  const isAtWork = ['verifying', 'accepted', 'merged', 'handling'].includes(report.state)
  const state = isAtWork ? (isAccepted ? 'accepted' : 'received') : report.state
  const none = { incident: undefined, incidentNumber: undefined }
  return { report: { ...report, state, ...(isAccepted ? {} : none) } as Report, steps: told }
}
