import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { Deadline } from './deadline.ts'
import { DeadlinePolicy } from './deadline.policy.ts'

export const board = route({
  name: 'deadline.board',
  at: 'GET /api/v1/deadlines',
  means: 'The clocks of my desk that run, are overdue or paused: the most overdue first, the paused last.',
  who: ['deadline.see'],
  gives: z.object({
    at: Moment,
    deadlines: z.array(Deadline),
    counts: z.object({
      running: z.number(),
      warned: z.number(),
      overdue: z.number(),
      paused: z.number(),
    }),
  }),
})

export const ofIncident = route({
  name: 'deadline.of-incident',
  at: 'GET /api/v1/incidents/:incident/deadlines',
  means:
    'Every clock of an incident and its slips, those that have ended as well, in the order in which they began.',
  who: ['deadline.see'],
  gives: z.array(Deadline),
  refuses: ['incident.not-found'],
})

export const pause = route({
  name: 'deadline.pause',
  at: 'POST /api/v1/deadlines/:deadline/pause',
  means: 'Let a clock stand still, with the reason and until when; it goes on by itself then.',
  who: ['deadline.supervise'],
  takes: z.object({ reason: z.string().check(z.maxLength(500)), until: Moment }),
  gives: Deadline,
  refuses: [
    'deadline.not-found',
    'deadline.settled',
    'deadline.already-paused',
    'reason.missing',
    'deadline.in-past',
  ],
})

export const resume = route({
  name: 'deadline.resume',
  at: 'POST /api/v1/deadlines/:deadline/resume',
  means: 'Let a clock go on; its due moment has moved by as long as it stood still.',
  who: ['deadline.supervise'],
  gives: Deadline,
  refuses: ['deadline.not-found', 'deadline.settled', 'deadline.not-paused'],
})

const Dated = z.object({
  desk: z.string(),
  /** From when on it holds; absent for the built-in defaults. */
  validFrom: z.optional(Moment),
  policy: DeadlinePolicy,
})

export const policy = route({
  name: 'deadline.policy',
  at: 'GET /api/v1/deadline-policy',
  means: 'The clocks of my desk as they are in force now, and those that come into force later.',
  who: ['policy.see'],
  gives: z.object({ now: Dated, later: z.array(Dated) }),
})

export const setPolicy = route({
  name: 'deadline.set-policy',
  at: 'PUT /api/v1/deadline-policy',
  means:
    'Change the clocks of my desk from a moment on. Clocks that started before keep the rules they started with.',
  who: ['policy.write'],
  takes: z.object({ validFrom: z.optional(Moment), policy: DeadlinePolicy }),
  gives: Dated,
  refuses: ['deadline.in-past'],
})

/** One clock's ranges as on the weekly sheet; the last one is open (see `bucketEnds`). */
const Ranges = z.object({
  /** Upper ends in seconds; `counts` has one more for what is longer. */
  ends: z.array(z.number()),
  counts: z.array(z.number()),
  total: z.number(),
  /** What is still running is in no range. */
  running: z.number(),
})
const Sheet = z.object({ sign: Ranges, depart: Ranges, feedback: Ranges })

export const buckets = route({
  name: 'deadline.buckets',
  at: 'GET /api/v1/statistics/deadlines',
  means:
    'The weekly sheet: how soon slips were signed, set out and fed back, by ranges. Incidents with several slips (一警多处) are counted apart.',
  who: ['deadline.see'],
  asks: z.object({ from: Moment, to: Moment }),
  gives: z.object({ from: Moment, to: Moment, single: Sheet, several: Sheet }),
})
