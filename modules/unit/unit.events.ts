import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { Moment } from '@open110/kit/time'
import { UnitState } from './unit.ts'

export const unitMoved = event({
  name: 'unit.moved',
  version: 1,
  means: 'A unit has a new position or state.',
  body: z.object({
    unit: z.string(),
    org: z.string(),
    state: UnitState,
    wgs84: z.optional(z.object({ lng: z.number(), lat: z.number() })),
    at: Moment,
  }),
  topics: (b) => [`unit:${b.unit}`, `desk:${b.org}`],
  hearers: (b) => [`unit:${b.unit}`, `org:${b.org}`],
})
