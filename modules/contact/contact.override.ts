import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'
import { Moment, plusSeconds } from '@open110/kit/time'
import { ContactMode, ContactPolicy, Way } from './contact.ts'

/** 破例联络 — one way to one reporter that the policy keeps shut, opened by people for a few minutes or one use. */
export const OverrideId = idOf('co')
export type OverrideId = z.infer<typeof OverrideId>

/** 破例口径 — how long it stands, how long a second person is waited for before it, and how soon one looks at it afterwards. */
export const overrideRules = { standsSeconds: 300, askedSeconds: 600, confirmSeconds: 600 } as const

/** Ways of which one use is the whole of it; the others are over when their minutes are. */
export const usedOnce: readonly Way[] = ['call', 'sms', 'email', 'push', 'survey', 'field-call', 'transfer']

/**
 * 破例状态 — `asked`: a second person has not pressed yet, and nothing goes out. `standing`: it may be used. `used`, `over`: it may
 * not any more. `ended`: somebody took it back.
 */
export const overrideStates = ['asked', 'standing', 'used', 'over', 'ended'] as const
export const OverrideState = z.enum(overrideStates)
export type OverrideState = z.infer<typeof OverrideState>

export const Override = z.object({
  id: OverrideId,
  report: z.string(),
  receiptCode: z.string(),
  way: Way,
  reason: z.string(),
  /** How grave it was when it was asked for: at 1 the second person comes afterwards. */
  level: z.int(),
  state: OverrideState,
  by: z.string(),
  /** Whether whoever looks has asked for it: then another person confirms. */
  isMine: z.boolean(),
  at: Moment,
  /** Until when it stands; while it is asked for, until when it is waited for a second person. */
  until: Moment,
  usedAt: z.optional(Moment),
  confirmed: z.optional(z.object({ by: z.string(), at: Moment })),
  /** A level 1 that nobody else has looked at yet, and until when that should be done. */
  confirmDueAt: z.optional(Moment),
})
export type Override = z.infer<typeof Override>

/** 联络一览 — everything that the desk is shown of how this reporter may be reached. */
export const ContactSeen = z.object({
  policy: ContactPolicy,
  /** What the report itself says. */
  own: ContactMode,
  /** Who has set it, where somebody has. */
  set: z.optional(z.object({ by: z.string(), at: Moment })),
  isDuress: z.boolean(),
  /** Somebody has asked to withdraw, and nobody has decided yet. */
  isWithheld: z.boolean(),
  level: z.int(),
  ways: z.array(z.object({ way: Way, isOpen: z.boolean() })),
  overrides: z.array(Override),
})
export type ContactSeen = z.infer<typeof ContactSeen>

type Kept = {
  readonly way: Way
  readonly level: number
  readonly at: Moment
  readonly standsFrom?: Moment | undefined
  readonly usedAt?: Moment | undefined
  readonly endedAt?: Moment | undefined
  readonly confirmedAt?: Moment | undefined
}

/** Until when it stands, or is waited for. */
export function untilOf(override: Kept): Moment {
  const { standsFrom, at } = override
  return standsFrom
    ? plusSeconds(standsFrom, overrideRules.standsSeconds)
    : plusSeconds(at, overrideRules.askedSeconds)
}

export function stateOf(override: Kept, now: Moment): OverrideState {
  if (override.endedAt) return 'ended'
  if (override.usedAt) return 'used'
  if (untilOf(override) <= now) return 'over'
  return override.standsFrom ? 'standing' : 'asked'
}

/** 待补确认 — a level 1 goes first and is confirmed by another afterwards; until then it stays open, however long it is over. */
export function confirmDueAt(override: Kept): Moment | undefined {
  if (override.level > 1 || override.confirmedAt) return undefined
  return plusSeconds(override.at, overrideRules.confirmSeconds)
}
