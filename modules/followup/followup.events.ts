import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { Moment } from '@open110/kit/time'
import { FollowUpState } from './followup.ts'

const about = {
  followup: z.string(),
  incident: z.string(),
  desk: z.string(),
  dueAt: Moment,
  isMajor: z.boolean(),
}
const atDesk = (b: { incident: string; desk: string }) => [`desk:${b.desk}`, `incident:${b.incident}`]
const heardAtDesk = (b: { desk: string }) => [`org:${b.desk}`]

export const followUpOpened = event({
  name: 'followup.opened',
  version: 1,
  means: 'A reporter is to be come back to.',
  body: z.object(about),
  topics: atDesk,
  hearers: heardAtDesk,
})

export const followUpMoved = event({
  name: 'followup.moved',
  version: 1,
  means: 'A follow-up was tried, finished or given up.',
  body: z.object({ ...about, state: FollowUpState }),
  topics: atDesk,
  hearers: heardAtDesk,
})

/** Heard by the desk alone: the reporter's phone has the answer to its own press, and nothing is sent to it. */
export const reportRated = event({
  name: 'report.rated',
  version: 1,
  means: 'A reporter has rated how it was answered or handled.',
  body: z.object({ report: z.string(), desk: z.string(), incident: z.optional(z.string()) }),
  topics: (b) => [`desk:${b.desk}`, ...(b.incident ? [`incident:${b.incident}`] : [])],
  hearers: heardAtDesk,
})

export const reportContested = event({
  name: 'report.contested',
  version: 1,
  means: 'A reporter objects to a close without anybody having come.',
  body: z.object({ report: z.string(), desk: z.string(), incident: z.string() }),
  topics: atDesk,
  hearers: heardAtDesk,
})
