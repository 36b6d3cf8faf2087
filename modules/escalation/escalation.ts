import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'
import type { Moves } from '@open110/kit/moves'
import { Moment } from '@open110/kit/time'

/** 请示 — a desk asks whoever may decide about an incident, and does what they say. */
export const EscalationId = idOf('es')
export type EscalationId = z.infer<typeof EscalationId>

/** 请示对象 — 值班长 and 局领导 answer at this desk, 上级指挥中心 at the desk above it. */
export const aims = ['duty-officer', 'chief', 'superior-desk'] as const
export const Aim = z.enum(aims)
export type Aim = z.infer<typeof Aim>

export const escalationStates = ['asked', 'seen', 'instructed', 'noted', 'carried-out'] as const
export const EscalationState = z.enum(escalationStates)
export type EscalationState = z.infer<typeof EscalationState>

/** 请示流程 (110接处警工作规则 15). `officer` was asked, `asker` works at the desk that asked. */
export const escalationMoves = {
  see: { from: ['asked'], to: 'seen', by: ['officer'] },
  instruct: { from: ['asked', 'seen'], to: 'instructed', by: ['officer'], needs: ['words'] },
  note: { from: ['asked', 'seen'], to: 'noted', by: ['officer'] },
  'carry-out': { from: ['instructed'], to: 'carried-out', by: ['asker'] },
} as const satisfies Moves<EscalationState, 'asker' | 'officer'>
export type EscalationRole = 'asker' | 'officer'

/** 未答复 — the officer has said nothing yet. */
export const isUnanswered = (state: EscalationState): boolean => state === 'asked' || state === 'seen'

export const Escalation = z.object({
  id: EscalationId,
  incident: z.string(),
  /** 接警单号 — what the desk above knows the incident by. */
  number: z.string(),
  level: z.number(),
  desk: z.string(),
  aim: Aim,
  toDesk: z.string(),
  state: EscalationState,
  words: z.string(),
  photos: z.array(z.string()),
  askedBy: z.string(),
  askedAt: Moment,
  seen: z.optional(z.object({ by: z.string(), at: Moment })),
  answered: z.optional(z.object({ by: z.string(), at: Moment })),
  /** 批示 — what is to be done. */
  instruction: z.optional(z.string()),
  /** The units that are sent read the instruction too. */
  forUnits: z.boolean(),
  carriedOut: z.optional(z.object({ by: z.string(), at: Moment })),
  openMoves: z.array(z.string()),
})
export type Escalation = z.infer<typeof Escalation>

/** In whose name this person may move it: an officer of the desk that was asked, anybody of the desk that asked. */
export function rolesIn(
  me: { id: string; org: string; isOfficer: boolean },
  escalation: { desk: string; toDesk: string; askedBy: string },
): EscalationRole[] {
  const roles: EscalationRole[] = []
  if (me.org === escalation.desk) roles.push('asker')
  // Nobody decides what they have asked themselves.
  const isOther = me.id !== escalation.askedBy
  if (me.isOfficer && isOther && me.org === escalation.toDesk) roles.push('officer')
  return roles
}

/** 提示上报 — a level that should not stay with one desk alone; a hint, and nobody is asked by itself. */
export function shouldAsk(level: number, asked: readonly unknown[]): boolean {
  return level === 1 && asked.length === 0
}
