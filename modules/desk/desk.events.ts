import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { Moment } from '@open110/kit/time'

/** 席位变动 — a seat was taken, left, or fell silent. */
export const seatChanged = event({
  name: 'desk.seat-changed',
  version: 1,
  means: 'A seat was taken, left, or fell silent.',
  body: z.object({ desk: z.string(), seat: z.number(), state: z.enum(['empty', 'live', 'stale']) }),
  topics: (b) => [`desk:${b.desk}`],
  hearers: (b) => [`org:${b.desk}`],
})

/** 无人值守 — nobody is left to receive: the supervisor is alarmed (NY-03). */
export const unstaffed = event({
  name: 'desk.unstaffed',
  version: 1,
  means: 'No live seat is left at this desk.',
  body: z.object({ desk: z.string(), since: Moment }),
  topics: (b) => [`desk:${b.desk}`, `wall:${b.desk}`],
  hearers: (b) => [`org:${b.desk}`],
})

/** 交接 — a hand-over was made, signed or taken back. */
export const handoverMoved = event({
  name: 'desk.handover-moved',
  version: 1,
  means: 'A hand-over was made, signed or taken back; signed, what it lists has a new owner.',
  body: z.object({
    handover: z.string(),
    desk: z.string(),
    state: z.enum(['open', 'signed', 'withdrawn']),
  }),
  topics: (b) => [`desk:${b.desk}`],
  hearers: (b) => [`org:${b.desk}`],
})
