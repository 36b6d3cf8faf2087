import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Offer, Unit, UnitFix, UnitState } from './unit.ts'

export const suggest = route({
  name: 'dispatch.suggest',
  at: 'GET /api/v1/incidents/:incident/suggestions',
  means: 'The nearest fitting units with the reasons, or why there is none.',
  who: ['dispatch.work'],
  gives: Offer,
  refuses: ['incident.not-found'],
})

export const units = route({
  name: 'unit.list',
  at: 'GET /api/v1/units',
  means: 'The units of my bureau with state, place and the age of the fix.',
  who: ['dispatch.work'],
  gives: z.array(Unit),
})

export const fixes = route({
  name: 'unit.fix',
  at: 'POST /api/v1/units/:unit/fixes',
  means: 'Positions of a unit, possibly several that waited for the network.',
  who: ['unit.work'],
  takes: z.object({ fixes: z.array(UnitFix).check(z.minLength(1), z.maxLength(500)) }),
  gives: z.object({ kept: z.number() }),
  refuses: ['unit.not-found', 'place.datum-missing'],
})

export const setState = route({
  name: 'unit.state',
  at: 'POST /api/v1/units/:unit/state',
  means: 'A unit comes on duty, is ready, or is out of service.',
  who: ['unit.work'],
  takes: z.object({ state: z.enum(['ready', 'out', 'off']) }),
  gives: z.object({ state: UnitState }),
  refuses: ['unit.not-found', 'unit.slips-open'],
})
