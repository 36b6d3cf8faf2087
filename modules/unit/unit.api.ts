import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { Member, RosterRow, Shift } from './unit.shift.ts'
import { Offer, Unit, UnitFix, UnitKind, UnitState, saidStates } from './unit.ts'

export const suggest = route({
  name: 'dispatch.suggest',
  at: 'GET /api/v1/incidents/:incident/suggestions',
  means:
    'The nearest fitting units with the reasons, or why there is none; of one kind or with one skill when that is asked.',
  who: ['dispatch.work'],
  asks: z.object({ kind: z.optional(UnitKind), skill: z.optional(z.string().check(z.maxLength(40))) }),
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
  means:
    'Positions of a unit, possibly several that waited for the network; `kept` are those that say a place.',
  who: ['unit.work'],
  takes: z.object({ fixes: z.array(UnitFix).check(z.minLength(1), z.maxLength(500)) }),
  gives: z.object({ kept: z.number() }),
  refuses: ['unit.not-found', 'place.datum-missing'],
  admission: 'query',
})

export const track = route({
  name: 'unit.track',
  at: 'GET /api/v1/units/:unit/track',
  means: 'Where a unit has been between two moments, the oldest first, a day at most; the look is audited.',
  who: ['unit.track'],
  asks: z.object({ from: Moment, to: Moment }),
  gives: z.object({
    fixes: z.array(
      z.object({
        at: Moment,
        receivedAt: Moment,
        lng: z.number(),
        lat: z.number(),
        accuracyMetres: z.optional(z.number()),
      }),
    ),
    /** There are more; ask again from the last one on. */
    isCut: z.boolean(),
  }),
  refuses: ['unit.not-found', 'unit.track-too-long'],
})

export const setState = route({
  name: 'unit.state',
  at: 'POST /api/v1/units/:unit/state',
  means:
    'A unit is ready, off duty or out of service; said by itself, or by the dispatcher with the reason. Ready needs a shift; out of service it may fall with slips in hand, which stay open.',
  who: ['unit.work', 'dispatch.work'],
  takes: z.object({
    state: z.enum(saidStates),
    reason: z.optional(z.string().check(z.maxLength(500))),
  }),
  gives: z.object({ state: UnitState }),
  refuses: [
    'unit.not-found',
    'unit.slips-open',
    'unit.not-staffed',
    'reason.missing',
    'move.not-now',
    'move.denied',
  ],
})

export const startShift = route({
  name: 'unit.start-shift',
  at: 'POST /api/v1/units/:unit/shift',
  means:
    'Somebody comes on duty with this unit: who, with what, and until when. The unit is ready from then on.',
  who: ['unit.work', 'dispatch.work'],
  takes: z.object({
    members: z.array(Member).check(z.minLength(1), z.maxLength(40)),
    vehicle: z.optional(z.string().check(z.maxLength(40))),
    equipment: z.optional(z.array(z.string().check(z.maxLength(40))).check(z.maxLength(60))),
    plannedEndAt: Moment,
  }),
  gives: Shift,
  refuses: ['unit.not-found', 'unit.already-on-shift', 'unit.shift-end-invalid'],
  status: 201,
})

export const endShift = route({
  name: 'unit.end-shift',
  at: 'DELETE /api/v1/units/:unit/shift',
  means: 'The shift ends and the unit is off duty; not while it has slips that ask something of it.',
  who: ['unit.work', 'dispatch.work'],
  gives: z.object({ state: UnitState }),
  refuses: ['unit.not-found', 'unit.not-staffed', 'unit.slips-open'],
})

export const roster = route({
  name: 'unit.roster',
  at: 'GET /api/v1/roster',
  means:
    'Who is on duty in my bureau, with which vehicle and equipment, and until when; of one unit when it is named.',
  who: ['dispatch.work'],
  asks: z.object({ unit: z.optional(z.string()) }),
  gives: z.array(RosterRow),
})
