import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { CloseCode } from '@open110/modules/incident/close'
import { Unit, UnitFix } from '@open110/modules/unit'
import { Backup, Feedback, Panic, ReturnReason, Slip, SlipCard, SlipState, StepWay } from './dispatch.ts'

export * from './dispatch.feedback.api.ts'
export * from './dispatch.field.api.ts'

/** The unit's own clock when the button was pressed, perhaps without network. */
const madeAt = z.optional(z.string().check(z.maxLength(40)))
const reason = z.optional(z.string().check(z.maxLength(500)))

export const issue = route({
  name: 'dispatch.issue',
  at: 'POST /api/v1/incidents/:incident/slips',
  means: 'Send a unit: it gets a slip. With `draft` the slip is only prepared and its unit is told nothing.',
  who: ['dispatch.work'],
  takes: z.object({
    unit: z.string(),
    words: z.optional(z.string().check(z.maxLength(2_000))),
    draft: z.optional(z.boolean()),
    /** The request for backup that this slip answers. */
    for: z.optional(z.string()),
  }),
  gives: Slip,
  refuses: [
    'incident.not-found',
    'unit.not-found',
    'incident.already-closed',
    'unit.already-sent',
    'backup.not-found',
  ],
  status: 201,
})

export const moveSlip = route({
  name: 'dispatch.move',
  at: 'POST /api/v1/slips/:slip/moves',
  means:
    'One step of the slip: the unit signs, departs, arrives, settles and reports; the dispatcher issues, cancels, answers a return, stands down or closes, and writes down with a reason what a unit says by radio.',
  who: ['unit.work', 'dispatch.work'],
  takes: z.object({
    move: z.string(),
    fix: z.optional(UnitFix),
    reason,
    /** Of `ask-return`; `other`, or none, needs words in `reason`. */
    returnReason: z.optional(ReturnReason),
    feedback: z.optional(Feedback),
    /** How a step came that the dispatcher writes down for the unit; by radio unless it is said. `madeAt` is the time said. */
    via: z.optional(StepWay),
    /** Of `send-back`: the fields that are missing. */
    missing: z.optional(z.array(z.string().check(z.maxLength(40))).check(z.maxLength(40))),
    madeAt,
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
    'feedback.category-unknown',
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

export const board = route({
  name: 'dispatch.board',
  at: 'GET /api/v1/slips',
  means:
    'The slips of my desk that are open, and those that ended within the last half hour; the oldest first.',
  who: ['dispatch.work'],
  gives: z.array(
    z.object({
      slip: Slip,
      incident: z.object({
        id: z.string(),
        number: z.string(),
        level: z.number(),
        category: z.string(),
        placeWords: z.optional(z.string()),
        wgs84: z.optional(z.object({ lng: z.number(), lat: z.number() })),
      }),
    }),
  ),
})

export const myUnit = route({
  name: 'unit.mine',
  at: 'GET /api/v1/units/mine',
  means:
    'My unit and its open slips, each with the card for the scene; lately ended ones after them; and calls for help of officers near.',
  who: ['unit.work'],
  gives: z.object({ unit: Unit, cards: z.array(SlipCard), panics: z.array(Panic) }),
  refuses: ['unit.not-found'],
})

export const backups = route({
  name: 'dispatch.backups',
  at: 'GET /api/v1/backups',
  means: 'Requests for backup at my desk that nobody has answered, the oldest first.',
  who: ['dispatch.work'],
  gives: z.array(Backup),
})

export const declineBackup = route({
  name: 'dispatch.decline-backup',
  at: 'POST /api/v1/backups/:backup/declines',
  means:
    'No backup is sent, with the reason that the unit reads. A further slip `for` it answers it otherwise.',
  who: ['dispatch.work'],
  takes: z.object({ reason }),
  gives: Backup,
  refuses: ['backup.not-found', 'move.not-now', 'reason.missing'],
})

export const conclude = route({
  name: 'dispatch.conclude',
  at: 'POST /api/v1/incidents/:incident/conclusions',
  means:
    'Accept every submitted feedback, end the slips and close the incident, all or nothing. Slips that still ask something of a unit stand in its way.',
  who: ['dispatch.work'],
  takes: z.object({
    /** 关闭原因 and words, where no feedback closes it: as `incident.move` takes them for `close`. */
    code: z.optional(CloseCode),
    reason,
  }),
  gives: z.object({ state: z.string(), accepted: z.number(), slips: z.array(Slip) }),
  refuses: [
    'incident.not-found',
    'move.not-now',
    'move.denied',
    'incident.slips-open',
    'incident.feedback-missing',
  ],
})
