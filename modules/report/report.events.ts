import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { Moment } from '@open110/kit/time'
import { pinFinds } from '@open110/modules/person'
import { LadderStep, ReportState } from './report.ts'

const about = { report: z.string(), citizen: z.string(), desk: z.string() }
const heardByBoth = (b: { citizen: string; desk: string }) => [`citizen:${b.citizen}`, `org:${b.desk}`]
const atReport = (b: { report: string }) => [`report:${b.report}`]
const atReportAndDesk = (b: { report: string; desk: string }) => [`report:${b.report}`, `desk:${b.desk}`]

export const reportDelivered = event({
  name: 'report.delivered',
  version: 1,
  means: 'A report is durably here and waits at its desk.',
  body: z.object({ ...about, urgency: z.number(), mode: z.string(), at: Moment }),
  topics: (b) => [`report:${b.report}`, `desk:${b.desk}`, `wall:${b.desk}`],
  hearers: heardByBoth,
})

export const reportReceived = event({
  name: 'report.received',
  version: 1,
  means: 'A person at the competent desk has opened the report.',
  body: z.object({ ...about, seat: z.number(), at: Moment }),
  topics: atReportAndDesk,
  hearers: heardByBoth,
})

export const reportTaken = event({
  name: 'report.taken',
  version: 1,
  means:
    'A report has a new owner; a desk that was shown an overflowed one hears that the other has received it.',
  body: z.object({ ...about, seat: z.number(), how: z.enum(['take', 'reclaim', 'override']) }),
  topics: (b) => [`desk:${b.desk}`],
  hearers: (b) => [`org:${b.desk}`],
})

export const reportMoved = event({
  name: 'report.moved',
  version: 1,
  means: 'The report has a new state.',
  body: z.object({ ...about, state: ReportState }),
  topics: atReportAndDesk,
  hearers: heardByBoth,
})

export const reportClimbed = event({
  name: 'report.climbed',
  version: 1,
  means: 'A further rung of the ladder is true: accepted, dispatched, under way, there, done.',
  body: z.object({ ...about, step: LadderStep.shape.step, at: Moment }),
  topics: atReport,
  hearers: heardByBoth,
})

export const reportRaised = event({
  name: 'report.raised',
  version: 1,
  means:
    'What the reporter said later tells of a further danger: it may rank higher in the queue, never lower.',
  body: z.object({ ...about, urgency: z.number() }),
  topics: (b) => [`desk:${b.desk}`],
  hearers: (b) => [`org:${b.desk}`],
})

export const reportSupplemented = event({
  name: 'report.supplemented',
  version: 1,
  means: 'The reporter has added something.',
  body: z.object({
    ...about,
    supplement: z.string(),
    incident: z.optional(z.string()),
    units: z.array(z.string()),
  }),
  topics: (b) => [
    `report:${b.report}`,
    `desk:${b.desk}`,
    ...(b.incident ? [`incident:${b.incident}`] : []),
    ...b.units.map((unit) => `unit:${unit}`),
  ],
  hearers: (b) => [...heardByBoth(b), ...b.units.map((unit) => `unit:${unit}`)],
})

export const reportStated = event({
  name: 'report.stated',
  version: 1,
  means: 'What a caller said has been written down.',
  body: z.object(about),
  topics: atReportAndDesk,
  hearers: (b) => [`org:${b.desk}`],
})

export const reportOverflowed = event({
  name: 'report.overflowed',
  version: 1,
  means: 'The desk did not receive in time; others are shown the report as well.',
  body: z.object({ ...about, to: z.optional(z.string()), waitedSeconds: z.number() }),
  topics: (b) => [`desk:${b.desk}`, ...(b.to ? [`desk:${b.to}`] : [])],
  hearers: (b) => [`org:${b.desk}`, ...(b.to ? [`org:${b.to}`] : [])],
})

export const reportUnreceived = event({
  name: 'report.unreceived',
  version: 1,
  means: 'Nobody has received; the supervisor is alarmed.',
  body: z.object({ ...about, waitedSeconds: z.number() }),
  topics: (b) => [`desk:${b.desk}`, `wall:${b.desk}`],
  hearers: (b) => [`org:${b.desk}`],
})

export const reportSignal = event({
  name: 'report.signal',
  version: 1,
  means: "The reporter's phone was heard of just now.",
  body: z.object({ ...about, at: Moment }),
  topics: (b) => [`desk:${b.desk}`, `report:${b.report}`],
  hearers: (b) => [`org:${b.desk}`],
})

export const reportUrged = event({
  name: 'report.urged',
  version: 1,
  means: 'The reporter says that nobody has come yet.',
  body: z.object({
    ...about,
    urge: z.string(),
    incident: z.optional(z.string()),
    units: z.array(z.string()),
  }),
  topics: (b) => [
    `desk:${b.desk}`,
    ...(b.incident ? [`incident:${b.incident}`] : []),
    ...b.units.map((unit) => `unit:${unit}`),
  ],
  hearers: (b) => [`org:${b.desk}`, ...b.units.map((unit) => `unit:${unit}`)],
})

export const reportUrgeAnswered = event({
  name: 'report.urge-answered',
  version: 1,
  means: 'The desk has answered what the reporter urged.',
  body: z.object(about),
  topics: atReportAndDesk,
  hearers: heardByBoth,
})

export const reportTold = event({
  name: 'report.told',
  version: 1,
  means: 'There is more to read for a reporter who may be told of progress. A covert one never hears it.',
  body: z.object(about),
  topics: atReport,
  hearers: (b) => [`citizen:${b.citizen}`],
})

/** To the desk alone: nothing that the phone can hear tells one PIN from another. */
const deskAlone = {
  topics: (b: { desk: string }) => [`desk:${b.desk}`],
  hearers: (b: { desk: string }) => [`org:${b.desk}`],
}

export const withdrawAsked = event({
  name: 'withdraw.asked',
  version: 1,
  means: 'A reporter asks to withdraw, and what was typed with it. Under duress it is danger to life now.',
  body: z.object({
    report: z.string(),
    desk: z.string(),
    withdrawal: z.string(),
    how: z.enum(pinFinds),
  }),
  ...deskAlone,
})

export const withdrawDecided = event({
  name: 'withdraw.decided',
  version: 1,
  means: 'A person at the desk has decided what a reporter asked.',
  body: z.object({ report: z.string(), desk: z.string(), withdrawal: z.string() }),
  ...deskAlone,
})
