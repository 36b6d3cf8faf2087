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
