import * as z from 'zod/mini'
import { Moment, secondsBetween } from '@open110/kit/time'

/** 催促口径 — how often one report may be urged, and how long the desk may leave it unanswered before it shows red. */
export const urgePolicy = { everySeconds: 180, redSeconds: 60 } as const

/** What the desk answers with one press: a key of the word catalogue in place of words. */
export const usualAnswer = 'urge.usual'

/** 催促 — "nobody has come yet", said by the reporter. */
export const Urge = z.object({
  id: z.string(),
  at: Moment,
  answeredAt: z.optional(Moment),
  /** Absent where a message in the dialogue was the answer. */
  answer: z.optional(z.string()),
  answeredBy: z.optional(z.string()),
})
export type Urge = z.infer<typeof Urge>

/** The reporter's own side of it. Counted from the answer on by the phone: its clock may be wrong. */
export const MyUrge = z.object({
  at: z.optional(Moment),
  answeredAt: z.optional(Moment),
  answer: z.optional(z.string()),
  againInSeconds: z.number(),
})
export type MyUrge = z.infer<typeof MyUrge>

/** Two presses at once each have their own now, and the one that is kept first may be the later by that. */
const atOnceSeconds = 15

/**
 * Seconds until the report may be urged again. A moment of just now counts as now; one from further in the future was
 * written under another date and holds nobody up.
 */
export function urgeWait(last: Moment | undefined, now: Moment): number {
  const passed = last === undefined ? urgePolicy.everySeconds : secondsBetween(last, now)
  if (passed < -atOnceSeconds) return 0
  return Math.max(0, Math.ceil(urgePolicy.everySeconds - Math.max(0, passed)))
}
