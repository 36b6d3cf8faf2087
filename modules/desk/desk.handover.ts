import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'
import type { Moves } from '@open110/kit/moves'
import { Moment } from '@open110/kit/time'

/** 交接班 — what one shift leaves open and another person signs for. */
export const HandoverId = idOf('ho')
export type HandoverId = z.infer<typeof HandoverId>

export const handoverStates = ['open', 'signed', 'withdrawn'] as const
export const HandoverState = z.enum(handoverStates)
export type HandoverState = z.infer<typeof HandoverState>

/** 交接流程 — until it is signed the outgoing person answers for everything (首接责任, promise 7). */
export const handoverMoves = {
  sign: { from: ['open'], to: 'signed', by: ['incoming'] },
  withdraw: { from: ['open'], to: 'withdrawn', by: ['outgoing'] },
} as const satisfies Moves<HandoverState, 'outgoing' | 'incoming'>

/** 交接事项 — one thing that passes on: an incident, or a report that is not decided yet. */
export const HandoverItem = z.object({
  kind: z.enum(['incident', 'report']),
  id: z.string(),
  /** 接警单号 or 回执码. */
  number: z.string(),
  level: z.optional(z.number()),
  state: z.string(),
  gist: z.string(),
  place: z.string(),
  since: Moment,
})
export type HandoverItem = z.infer<typeof HandoverItem>

/** 未了数 — what else is open at the desk; each module counts its own. */
export const HandoverCounts = z.object({
  /** 对话 — reports of mine with something unread. */
  dialogues: z.number(),
  /** 时限 — clocks of the desk that run or are overdue. */
  clocks: z.number(),
  /** 请示 — asked and not ended. */
  escalations: z.number(),
  /** 回访 — due or attempted. */
  followups: z.number(),
})
export type HandoverCounts = z.infer<typeof HandoverCounts>

/** 交接单 — as it is made, signed, kept and printed. */
export const Handover = z.object({
  id: HandoverId,
  desk: z.string(),
  seat: z.optional(z.number()),
  outgoing: z.string(),
  outgoingName: z.string(),
  madeAt: Moment,
  notes: z.string(),
  items: z.array(HandoverItem),
  counts: HandoverCounts,
  state: HandoverState,
  incomingName: z.optional(z.string()),
  endedAt: z.optional(Moment),
})
export type Handover = z.infer<typeof Handover>

/** In whose name this person may end a hand-over: who made it takes it back, anybody else of the desk signs. */
export function handoverRoleOf(staff: string, handover: { outgoing: string }): 'outgoing' | 'incoming' {
  return staff === handover.outgoing ? 'outgoing' : 'incoming'
}
