import * as z from 'zod/mini'
import type { Moves } from '@open110/kit/moves'
import { idOf } from '@open110/kit/ids'
import { Moment } from '@open110/kit/time'
import { ContactMode } from '@open110/modules/contact'
import { Rating } from '@open110/modules/report/after'

/** 回访 — the desk comes back to a reporter once it is over. */
export const FollowUpId = idOf('fu')
export type FollowUpId = z.infer<typeof FollowUpId>

/** 回访原因 — 重大 · 抽查 · 不满意 · 约定 · 对结案有异议. */
export const followUpReasons = ['major', 'sample', 'dissatisfied', 'agreed', 'contested'] as const
export const FollowUpReason = z.enum(followUpReasons)
export type FollowUpReason = z.infer<typeof FollowUpReason>

export const followUpStates = ['due', 'attempted', 'unreachable', 'done'] as const
export const FollowUpState = z.enum(followUpStates)
export type FollowUpState = z.infer<typeof FollowUpState>

const desk = ['call-taker', 'dispatcher', 'supervisor'] as const

/** 回访流程 (domain §3.4). Who could not be reached is let go by a supervisor alone, and with a reason. */
export const followUpMoves = {
  attempt: { from: ['due', 'attempted'], to: 'attempted', by: desk },
  finish: { from: ['attempted'], to: 'done', by: desk, needs: ['result'] },
  'give-up': { from: ['attempted'], to: 'unreachable', by: desk, needs: ['reason'] },
  settle: { from: ['unreachable'], to: 'done', by: ['supervisor'], needs: ['reason'] },
} as const satisfies Moves<FollowUpState, 'call-taker' | 'dispatcher' | 'supervisor'>

/** Moves through `followup.move`; an attempt has its own door. */
export const handMoves = ['finish', 'give-up', 'settle'] as const

/** 回访方式 — words in the app, a call made by hand, a text message. */
export const channels = ['message', 'call', 'sms'] as const
export const Channel = z.enum(channels)
export type Channel = z.infer<typeof Channel>

/** 回访结果 — how satisfied somebody says they are, in what words, and what they advise. */
export const Result = z.object({
  satisfaction: z.optional(z.int().check(z.minimum(1), z.maximum(5))),
  comment: z.optional(z.string().check(z.maxLength(2_000))),
  advice: z.optional(z.string().check(z.maxLength(2_000))),
})
export type Result = z.infer<typeof Result>

export const Attempt = z.object({
  channel: Channel,
  hasReached: z.boolean(),
  at: Moment,
  by: z.string(),
  words: z.optional(z.string()),
})
export type Attempt = z.infer<typeof Attempt>

export const FollowUp = z.object({
  id: FollowUpId,
  incident: z.string(),
  incidentNumber: z.string(),
  report: z.string(),
  reason: FollowUpReason,
  isMajor: z.boolean(),
  state: FollowUpState,
  dueAt: Moment,
  openedAt: Moment,
  openedBy: z.optional(z.string()),
  /** What was agreed on, or what the reporter has against the close. */
  words: z.optional(z.string()),
  /** How this reporter may be reached: `silent` by quiet words in the app alone, and otherwise only when they have said so. */
  contact: ContactMode,
  /** What of the channels may be used now. */
  channels: z.array(Channel),
  reach: z.optional(z.object({ ways: z.array(z.enum(['call', 'sms'])), from: Moment, until: Moment })),
  attempts: z.array(Attempt),
  result: z.optional(Result),
  note: z.optional(z.string()),
  doneAt: z.optional(Moment),
  openMoves: z.array(z.string()),
})
export type FollowUp = z.infer<typeof FollowUp>

/** A rating as the desk reads it. */
export const SeenRating = z.extend(Rating, { report: z.string(), at: Moment })
export type SeenRating = z.infer<typeof SeenRating>

/** 可联系时间 — when, and by which way, somebody covert says that they can be reached safely after all. */
export const Reach = z.object({
  ways: z.array(z.enum(['call', 'sms'])),
  from: Moment,
  until: Moment,
})
export type Reach = z.infer<typeof Reach>
