import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { UnitFix } from '@open110/modules/unit'
import {
  FeedbackDraft,
  FeedbackSheet,
  FeedbackType,
  feedbackCounts,
  type FeedbackCount,
} from './dispatch.feedback.ts'

const madeAt = z.optional(z.string().check(z.maxLength(40)))

export const writeFeedback = route({
  name: 'feedback.write',
  at: 'POST /api/v1/slips/:slip/feedbacks',
  means:
    'A unit writes a feedback of this type: as a draft, or submitted at once. A final one moves its slip to reported. The one draft of a type is written over.',
  who: ['unit.work'],
  takes: z.object({
    type: FeedbackType,
    content: FeedbackDraft,
    isDraft: z.optional(z.boolean()),
    fix: z.optional(UnitFix),
    madeAt,
  }),
  gives: FeedbackSheet,
  refuses: [
    'slip.not-found',
    'move.not-now',
    'feedback.missing',
    'feedback.category-unknown',
    'feedback.already-submitted',
    'feedback.type-invalid',
    'place.datum-missing',
  ],
  status: 201,
})

export const moveFeedback = route({
  name: 'feedback.move',
  at: 'POST /api/v1/feedbacks/:feedback/moves',
  means:
    'The unit submits a draft or what was sent back; the dispatcher accepts it, or sends it back with what is missing.',
  who: ['unit.work', 'dispatch.work'],
  takes: z.object({
    move: z.string(),
    content: z.optional(FeedbackDraft),
    reason: z.optional(z.string().check(z.maxLength(500))),
    missing: z.optional(z.array(z.string().check(z.maxLength(40))).check(z.maxLength(40))),
    madeAt,
  }),
  gives: FeedbackSheet,
  refuses: [
    'feedback.not-found',
    'move.not-now',
    'move.denied',
    'reason.missing',
    'feedback.missing',
    'feedback.category-unknown',
  ],
})

export const form = route({
  name: 'feedback.form',
  at: 'GET /api/v1/feedback-forms/:category',
  means: 'The fields that a feedback asks for, by category, in their order.',
  who: ['unit.work', 'incident.see'],
  gives: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['choice', 'words', 'count', 'yuan', 'yes-no', 'category']),
      choices: z.optional(z.array(z.string())),
      gatCodes: z.optional(z.record(z.string(), z.string())),
      isFirst: z.optional(z.boolean()),
      isRequired: z.optional(z.boolean()),
    }),
  ),
})

const Sums = z.object(
  Object.fromEntries(feedbackCounts.map((name) => [name, z.number()])) as Record<
    FeedbackCount,
    z.ZodMiniNumber
  >,
)

export const sums = route({
  name: 'feedback.sums',
  at: 'GET /api/v1/statistics/feedback',
  means:
    'What accepted and submitted final feedbacks add up to, by category as found: `rows` add up to `total`. Counted by when the work at the scene ended.',
  who: ['incident.see'],
  asks: z.object({ from: Moment, to: Moment }),
  gives: z.object({
    from: Moment,
    to: Moment,
    total: z.extend(Sums, { feedbacks: z.number() }),
    rows: z.array(z.extend(Sums, { category: z.string(), name: z.string(), feedbacks: z.number() })),
  }),
})
