import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { Moment } from '@open110/kit/time'
import { SlipState } from './dispatch.ts'

const body = z.object({
  slip: z.string(),
  incident: z.string(),
  desk: z.string(),
  unit: z.string(),
  state: SlipState,
  at: Moment,
})
const topics = (b: z.infer<typeof body>) => [`unit:${b.unit}`, `incident:${b.incident}`, `desk:${b.desk}`]
const hearers = (b: z.infer<typeof body>) => [`unit:${b.unit}`, `org:${b.desk}`]

export const slipIssued = event({
  name: 'slip.issued',
  version: 1,
  means: 'A unit has been sent.',
  body,
  topics,
  hearers,
})

export const slipMoved = event({
  name: 'slip.moved',
  version: 1,
  means: 'A slip has a new state.',
  body,
  topics,
  hearers,
})
