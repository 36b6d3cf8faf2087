import * as z from 'zod/mini'
import { event } from '@open110/kit/event'

const body = z.object({
  incident: z.string(),
  desk: z.string(),
  state: z.string(),
  units: z.array(z.string()),
})
const topics = (b: z.infer<typeof body>) => [
  `incident:${b.incident}`,
  `desk:${b.desk}`,
  ...b.units.map((unit) => `unit:${unit}`),
]
const hearers = (b: z.infer<typeof body>) => [`org:${b.desk}`, ...b.units.map((unit) => `unit:${unit}`)]

export const incidentAccepted = event({
  name: 'incident.accepted',
  version: 1,
  means: 'A report has become an incident.',
  body,
  topics,
  hearers,
})

export const incidentMoved = event({
  name: 'incident.moved',
  version: 1,
  means: 'The incident has a new state.',
  body,
  topics,
  hearers,
})

export const incidentChanged = event({
  name: 'incident.changed',
  version: 1,
  means: 'A value was recorded or confirmed, or a report joined or left.',
  body,
  topics,
  hearers,
})

const ofDesk = z.object({ incident: z.string(), desk: z.string() })
const atDesk = (b: z.infer<typeof ofDesk>) => [`incident:${b.incident}`, `desk:${b.desk}`]
const deskHears = (b: { desk: string }) => [`org:${b.desk}`]

export const incidentDue = event({
  name: 'incident.due',
  version: 1,
  means: 'The time that a held incident was to be taken up again has come; it is back among the accepted.',
  body: ofDesk,
  topics: atDesk,
  hearers: deskHears,
})

export const incidentLocked = event({
  name: 'incident.locked',
  version: 1,
  means: 'Somebody edits the record, or has taken the editing over.',
  body: z.extend(ofDesk, { staff: z.string() }),
  topics: atDesk,
  hearers: deskHears,
})

export const incidentUnlocked = event({
  name: 'incident.unlocked',
  version: 1,
  means: 'Nobody edits the record any more.',
  body: z.extend(ofDesk, { staff: z.string() }),
  topics: atDesk,
  hearers: deskHears,
})

export const incidentHinted = event({
  name: 'incident.hinted',
  version: 1,
  means:
    'A report that was received may be the same event as an incident or as another report; nothing was merged.',
  body: z.object({
    report: z.string(),
    desk: z.string(),
    incident: z.optional(z.string()),
    other: z.optional(z.string()),
  }),
  topics: (b) => [`report:${b.report}`, `desk:${b.desk}`],
  hearers: deskHears,
})
