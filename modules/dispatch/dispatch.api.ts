import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { Unit, UnitFix } from '@open110/modules/unit'
import { Feedback, Slip, SlipCard, SlipState } from './dispatch.ts'

export const issue = route({
  name: 'dispatch.issue',
  at: 'POST /api/v1/incidents/:incident/slips',
  means: 'Send a unit: it gets a slip.',
  who: ['dispatch.work'],
  takes: z.object({ unit: z.string(), words: z.optional(z.string().check(z.maxLength(2_000))) }),
  gives: Slip,
  refuses: ['incident.not-found', 'unit.not-found', 'incident.already-closed', 'unit.already-sent'],
  status: 201,
})

export const moveSlip = route({
  name: 'dispatch.move',
  at: 'POST /api/v1/slips/:slip/moves',
  means:
    'One step of the slip: the unit signs, departs, arrives, settles and reports; the dispatcher cancels or closes.',
  who: ['unit.work', 'dispatch.work'],
  takes: z.object({
    move: z.string(),
    fix: z.optional(UnitFix),
    reason: z.optional(z.string().check(z.maxLength(500))),
    feedback: z.optional(Feedback),
    /** The unit's own clock when the button was pressed, perhaps without network. */
    madeAt: z.optional(z.string().check(z.maxLength(40))),
  }),
  gives: z.object({ state: SlipState, at: Moment, slip: Slip }),
  refuses: [
    'slip.not-found',
    'move.not-now',
    'move.denied',
    'place.datum-missing',
    'slip.already-cancelled',
    'slip.already-signed',
    'slip.already-returned',
    'reason.missing',
    'feedback.missing',
  ],
})

export const slipsOf = route({
  name: 'dispatch.slips',
  at: 'GET /api/v1/incidents/:incident/slips',
  means: 'Every slip of an incident.',
  who: ['incident.see'],
  gives: z.array(Slip),
  refuses: ['incident.not-found'],
})

export const myUnit = route({
  name: 'unit.mine',
  at: 'GET /api/v1/units/mine',
  means: 'My unit and its open slips, each with the card for the scene; lately ended ones after them.',
  who: ['unit.work'],
  gives: z.object({ unit: Unit, cards: z.array(SlipCard) }),
  refuses: ['unit.not-found'],
})
