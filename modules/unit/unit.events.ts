import * as z from 'zod/mini'
import { event, passing } from '@open110/kit/event'
import { Moment } from '@open110/kit/time'
import { UnitState } from './unit.ts'

export const unitMoved = event({
  name: 'unit.moved',
  version: 2,
  means: 'A unit has a new state, shift or load. Where it is comes as unit.places.',
  body: z.object({
    unit: z.string(),
    org: z.string(),
    state: UnitState,
    openSlips: z.number(),
    at: Moment,
  }),
  topics: (b) => [`unit:${b.unit}`, `desk:${b.org}`],
  hearers: (b) => [`unit:${b.unit}`, `org:${b.org}`],
})

export const unitPlaces = passing({
  name: 'unit.places',
  version: 1,
  means:
    'Where units are that have moved, at most once a second on the topic map:{org}; unit.list gives all of them at any time.',
  body: z.object({
    org: z.string(),
    /** Unit, longitude and latitude in WGS-84, and the seconds since 1970 at which it was there. */
    places: z.array(z.tuple([z.string(), z.number(), z.number(), z.number()])),
  }),
  topics: (b) => [`map:${b.org}`],
  hearers: (b) => [`org:${b.org}`],
})
