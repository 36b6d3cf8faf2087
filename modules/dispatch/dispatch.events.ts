import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { Moment } from '@open110/kit/time'
import {
  BackupKind,
  BackupState,
  FeedbackState,
  FeedbackType,
  PanicState,
  ReadbackKind,
  SlipState,
} from './dispatch.ts'

const about = { slip: z.string(), incident: z.string(), desk: z.string(), unit: z.string() }
type About = { incident: string; desk: string; unit: string }
const topics = (b: About) => [`unit:${b.unit}`, `incident:${b.incident}`, `desk:${b.desk}`]
const hearers = (b: About) => [`unit:${b.unit}`, `org:${b.desk}`]
const atDesk = (b: { incident: string; desk: string }) => [`incident:${b.incident}`, `desk:${b.desk}`]
const deskHears = (b: { desk: string }) => [`org:${b.desk}`]
const unitsOf = (b: { units: readonly string[] }) => b.units.map((unit) => `unit:${unit}`)

export const slipDrafted = event({
  name: 'slip.drafted',
  version: 1,
  means: 'A slip is being thought of, or the thought was dropped. Its unit knows nothing of it.',
  body: z.object({ ...about, state: SlipState, at: Moment }),
  topics: atDesk,
  hearers: deskHears,
})

export const slipIssued = event({
  name: 'slip.issued',
  version: 1,
  means: 'A unit has been sent.',
  body: z.object({ ...about, state: SlipState, at: Moment }),
  topics,
  hearers,
})

export const slipMoved = event({
  name: 'slip.moved',
  version: 1,
  means: 'A slip has a new state.',
  body: z.object({ ...about, move: z.string(), state: SlipState, at: Moment }),
  topics,
  hearers,
})

export const slipAcknowledged = event({
  name: 'slip.acknowledged',
  version: 1,
  means: 'A unit has read something back, up to that moment.',
  body: z.object({ ...about, what: ReadbackKind, upTo: Moment, at: Moment }),
  topics,
  hearers,
})

export const slipUnread = event({
  name: 'slip.unread',
  version: 1,
  means: 'A unit has not read something back in time: the dispatcher is told, and reaches it another way.',
  body: z.object({ ...about, what: ReadbackKind, since: Moment }),
  topics: (b) => [...atDesk(b), `unit:${b.unit}`, `wall:${b.desk}`],
  hearers,
})

export const slipSaid = event({
  name: 'slip.said',
  version: 1,
  means: 'The desk urges or writes to a unit, or the unit writes to the desk.',
  body: z.object({ ...about, kind: z.enum(['urge', 'message']), side: z.enum(['desk', 'unit']), at: Moment }),
  topics,
  hearers,
})

export const slipDangerRaised = event({
  name: 'slip.danger-raised',
  version: 1,
  means: 'A danger was recorded after units were sent: each of them reads it back.',
  body: z.object({
    incident: z.string(),
    desk: z.string(),
    units: z.array(z.string()),
    danger: z.string(),
    at: Moment,
  }),
  topics: (b) => [...atDesk(b), ...unitsOf(b)],
  hearers: (b) => [`org:${b.desk}`, ...unitsOf(b)],
})

export const slipNextProposed = event({
  name: 'slip.next-proposed',
  version: 1,
  means: 'A slip stays unsigned: this unit could be sent next, or nobody is left. A person decides.',
  body: z.object({ ...about, next: z.optional(z.string()), at: Moment }),
  topics: atDesk,
  hearers: deskHears,
})

const backup = {
  backup: z.string(),
  incident: z.string(),
  desk: z.string(),
  slip: z.optional(z.string()),
  unit: z.optional(z.string()),
  kind: BackupKind,
}
const backupTopics = (b: { incident: string; desk: string; unit?: string | undefined }) => [
  ...atDesk(b),
  ...(b.unit ? [`unit:${b.unit}`] : []),
]
const backupHearers = (b: { desk: string; unit?: string | undefined }) => [
  `org:${b.desk}`,
  ...(b.unit ? [`unit:${b.unit}`] : []),
]

export const slipBackupAsked = event({
  name: 'slip.backup-asked',
  version: 1,
  means: 'A unit asks for backup, or a raised danger proposes it (then without a unit).',
  body: z.object({ ...backup, count: z.number(), at: Moment }),
  topics: (b) => [...backupTopics(b), `wall:${b.desk}`],
  hearers: backupHearers,
})

export const slipBackupMoved = event({
  name: 'slip.backup-moved',
  version: 1,
  means: 'A request for backup was answered, declined or withdrawn.',
  body: z.object({ ...backup, state: BackupState, at: Moment }),
  topics: backupTopics,
  hearers: backupHearers,
})

export const feedbackMoved = event({
  name: 'feedback.moved',
  version: 1,
  means: 'A feedback was saved, submitted, accepted or sent back.',
  body: z.object({ ...about, feedback: z.string(), type: FeedbackType, state: FeedbackState, at: Moment }),
  topics,
  hearers,
})

const panic = {
  panic: z.string(),
  unit: z.string(),
  desk: z.string(),
  incident: z.optional(z.string()),
  /** Others that are near or on the same incident. */
  units: z.array(z.string()),
  state: PanicState,
  at: Moment,
}
type PanicBody = { unit: string; desk: string; incident?: string | undefined; units: readonly string[] }
const panicTopics = (b: PanicBody) => [
  `desk:${b.desk}`,
  `unit:${b.unit}`,
  ...unitsOf(b),
  ...(b.incident ? [`incident:${b.incident}`] : []),
  `wall:${b.desk}`,
]
const panicHearers = (b: PanicBody) => [`org:${b.desk}`, `unit:${b.unit}`, ...unitsOf(b)]

export const unitPanicked = event({
  name: 'unit.panicked',
  version: 1,
  means:
    'An officer is in danger: level-1 sound at every seat of the desk and with the units near, until acknowledged.',
  body: z.object(panic),
  topics: panicTopics,
  hearers: panicHearers,
})

export const unitPanicMoved = event({
  name: 'unit.panic-moved',
  version: 1,
  means: 'Somebody has acknowledged or ended a call for help of a unit.',
  body: z.object(panic),
  topics: panicTopics,
  hearers: panicHearers,
})
