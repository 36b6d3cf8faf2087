import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { Moment } from '@open110/kit/time'
import { ClockName, Escalation, Outcome, SubjectKind } from './deadline.ts'

/**
 * A clock starts, and ends unnoticed, with the events of its report, incident, slip or follow-up: those are the ones to
 * fetch again on. What is told here is what nobody presses: amber, red, told further, moved, and taken back.
 */
const about = {
  deadline: z.string(),
  clock: ClockName,
  subjectKind: SubjectKind,
  subject: z.string(),
  desk: z.string(),
  incident: z.optional(z.string()),
  /** The unit that it runs for, where it is a unit. */
  unit: z.optional(z.string()),
}
type About = { desk: string; incident?: string | undefined; unit?: string | undefined }
const topics = (b: About) => [
  `desk:${b.desk}`,
  ...(b.incident ? [`incident:${b.incident}`] : []),
  ...(b.unit ? [`unit:${b.unit}`] : []),
]
const hearers = (b: About) => [`org:${b.desk}`, ...(b.unit ? [`unit:${b.unit}`] : [])]

export const deadlineWarned = event({
  name: 'deadline.warned',
  version: 1,
  means: 'A clock has turned amber: the one whose turn it is is urged.',
  body: z.object({ ...about, dueAt: Moment }),
  topics,
  hearers,
})

export const deadlineOverdue = event({
  name: 'deadline.overdue',
  version: 1,
  means: 'A clock has turned red.',
  body: z.object({ ...about, dueAt: Moment }),
  topics: (b) => [...topics(b), `wall:${b.desk}`],
  hearers,
})

export const deadlineEscalated = event({
  name: 'deadline.escalated',
  version: 1,
  means: 'A red clock is told further: to the dispatcher, the supervisor, or as a wish for another unit.',
  body: z.object({ ...about, to: Escalation }),
  topics,
  hearers,
})

export const deadlineChanged = event({
  name: 'deadline.changed',
  version: 1,
  means: 'A clock stands still, goes on, or its due moment has moved with the level or the place.',
  body: z.object({ ...about, dueAt: z.optional(Moment) }),
  topics,
  hearers,
})

export const deadlineSettled = event({
  name: 'deadline.settled',
  version: 1,
  means:
    'A clock that had turned amber or red has ended. `met` after it was red: the step had happened in time and was heard of late.',
  body: z.object({ ...about, outcome: Outcome }),
  topics,
  hearers,
})
