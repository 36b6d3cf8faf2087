import * as z from 'zod/mini'
import { Moment } from '@open110/kit/time'

/** 复诵 — what a unit must be known to have read: the slip itself, a supplement, a raised danger, an urge, a message. */
export const readbackKinds = ['slip', 'supplement', 'danger', 'urge', 'message'] as const
export const ReadbackKind = z.enum(readbackKinds)
export type ReadbackKind = z.infer<typeof ReadbackKind>

/** Unread for so long it is raised at the desk (`slip.unread`). */
export const unreadSeconds = 30

export const Readback = z.object({
  what: ReadbackKind,
  /** The moment of the thing to be read; acknowledging up to it or later covers it. */
  at: Moment,
  /** 危险要素 for a raised danger. */
  danger: z.optional(z.string()),
  /** When the unit read it by its own clock, as far as that can be true. */
  readAt: z.optional(Moment),
  /** Since when the dispatcher is told that nobody reads it. */
  raisedAt: z.optional(Moment),
})
export type Readback = z.infer<typeof Readback>

/** 警令对话 — a word between the desk and a unit about its slip. An urge (催办) always comes from the desk. */
export const SlipWord = z.object({
  id: z.number(),
  kind: z.enum(['urge', 'message']),
  side: z.enum(['desk', 'unit']),
  words: z.optional(z.string()),
  at: Moment,
  by: z.string(),
  /** When the other side has read it. */
  readAt: z.optional(Moment),
})
export type SlipWord = z.infer<typeof SlipWord>
