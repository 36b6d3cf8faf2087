import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { Rating } from '@open110/modules/report/after'
import { Channel, FollowUp, FollowUpState, Reach, Result, SeenRating } from './followup.ts'

export const list = route({
  name: 'followup.list',
  at: 'GET /api/v1/follow-ups',
  means: 'Whom the desk still has to come back to, what is due first first; or what has been done.',
  who: ['followup.work'],
  asks: z.object({
    scope: z.optional(z.enum(['open', 'done'])),
    incident: z.optional(z.string()),
  }),
  gives: z.array(FollowUp),
})

export const open = route({
  name: 'followup.open',
  at: 'POST /api/v1/incidents/:incident/follow-ups',
  means: 'Agree with a reporter to come back to them at a date.',
  who: ['followup.work'],
  takes: z.object({
    dueAt: Moment,
    report: z.optional(z.string()),
    words: z.optional(z.string().check(z.maxLength(500))),
  }),
  gives: FollowUp,
  refuses: ['incident.not-found', 'report.not-found', 'followup.due-invalid', 'followup.already-open'],
  status: 201,
})

export const attempt = route({
  name: 'followup.attempt',
  at: 'POST /api/v1/follow-ups/:followup/attempts',
  means: 'Put on record that the reporter was tried, by which way, and what came of it.',
  who: ['followup.work'],
  takes: z.object({
    channel: Channel,
    hasReached: z.boolean(),
    /** What was written to the reporter, or a note about the try. */
    words: z.optional(z.string().check(z.maxLength(2_000))),
    /** Given with an attempt that has reached somebody, it ends the follow-up. */
    result: z.optional(Result),
  }),
  gives: FollowUp,
  refuses: [
    'followup.not-found',
    'contact.forbidden',
    'message.words-missing',
    'move.not-now',
    'move.denied',
    'followup.result-missing',
  ],
  status: 201,
})

export const moveFollowUp = route({
  name: 'followup.move',
  at: 'POST /api/v1/follow-ups/:followup/moves',
  means: 'Finish a follow-up with its result, give up, or let one go that could not be reached.',
  who: ['followup.work'],
  takes: z.object({
    move: z.string(),
    reason: z.optional(z.string().check(z.maxLength(500))),
    result: z.optional(Result),
  }),
  gives: z.object({ state: FollowUpState, at: Moment }),
  refuses: [
    'followup.not-found',
    'move.not-now',
    'move.denied',
    'reason.missing',
    'followup.result-missing',
    'followup.attempts-missing',
  ],
})

export const ratingsOf = route({
  name: 'followup.ratings-of',
  at: 'GET /api/v1/incidents/:incident/ratings',
  means: 'What the reporters of an incident think of how it was answered and handled.',
  who: ['incident.see'],
  gives: z.array(SeenRating),
  refuses: ['incident.not-found'],
})

export const rate = route({
  name: 'report.rate',
  at: 'POST /api/v1/reports/:report/ratings',
  means: 'Say how one was answered, or how it was handled; it may be changed for ten minutes.',
  who: ['citizen'],
  takes: Rating,
  gives: z.extend(Rating, { at: Moment }),
  refuses: ['report.not-found', 'rating.not-yet', 'rating.already-final'],
  status: 201,
})

export const contest = route({
  name: 'report.contest',
  at: 'POST /api/v1/reports/:report/contests',
  means: 'Object, once, to a close without anybody having come.',
  who: ['citizen'],
  takes: z.object({ words: z.string().check(z.maxLength(2_000)) }),
  gives: z.object({ at: Moment }),
  refuses: [
    'report.not-found',
    'report.not-contestable',
    'report.already-contested',
    'contest.words-missing',
  ],
  status: 201,
})

export const reach = route({
  name: 'report.reach',
  at: 'PUT /api/v1/reports/:report/reach',
  means: 'Say when, and by which way, one can be reached safely after all.',
  who: ['citizen'],
  takes: Reach,
  gives: Reach,
  refuses: ['report.not-found', 'reach.span-invalid'],
})
