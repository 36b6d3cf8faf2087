import * as z from 'zod/mini'
import type { Moves } from '@open110/kit/moves'
import { idOf } from '@open110/kit/ids'
import { Moment } from '@open110/kit/time'
import { UnitId } from '@open110/modules/unit'

/** 处警单 — what a unit is sent to do about an incident. */
export const SlipId = idOf('sl')
export type SlipId = z.infer<typeof SlipId>

export const slipStates = [
  'issued',
  'signed',
  'en-route',
  'on-scene',
  'scene-done',
  'reported',
  'closed',
  'cancelled',
  'return-asked',
  'returned',
] as const
export const SlipState = z.enum(slipStates)
export type SlipState = z.infer<typeof SlipState>

/** 处警流程 (domain §3.4). No cancel after signing, no signing after a cancel, a returned slip is final. */
export const slipMoves = {
  sign: { from: ['issued'], to: 'signed', by: ['unit'] },
  cancel: { from: ['issued'], to: 'cancelled', by: ['dispatcher'], needs: ['reason'] },
  depart: { from: ['signed'], to: 'en-route', by: ['unit'] },
  arrive: { from: ['signed', 'en-route'], to: 'on-scene', by: ['unit'] },
  settle: { from: ['on-scene'], to: 'scene-done', by: ['unit'] },
  report: { from: ['scene-done'], to: 'reported', by: ['unit'], needs: ['feedback'] },
  close: { from: ['reported'], to: 'closed', by: ['dispatcher'] },
  'send-back': { from: ['reported'], to: 'scene-done', by: ['dispatcher'], needs: ['reason'] },
  'ask-return': { from: ['issued', 'signed'], to: 'return-asked', by: ['unit'], needs: ['reason'] },
  'grant-return': { from: ['return-asked'], to: 'returned', by: ['dispatcher'] },
  'refuse-return': { from: ['return-asked'], to: 'signed', by: ['dispatcher'], needs: ['reason'] },
  'stand-down': {
    from: ['signed', 'en-route', 'on-scene'],
    to: 'closed',
    by: ['dispatcher'],
    needs: ['reason'],
  },
} as const satisfies Moves<SlipState, 'unit' | 'dispatcher'>
export type SlipMove = keyof typeof slipMoves

/** States in which a slip asks nothing more of anybody. */
export const endedSlips = ['closed', 'cancelled', 'returned'] as const

/** 处理结果 — how it ended, for the feedback form (domain §3.2). */
export const outcomes = [
  'arrested',
  'fined',
  'case-opened',
  'mediated',
  'to-mediation',
  'to-12345',
  'helped',
  'nothing-found',
  'false-report',
  'duplicate',
  'unreachable',
  'to-other-body',
  'other',
] as const

/** 反馈单 — what the unit found and did, with the counts that the month report adds up (ZJ-26). */
export const Feedback = z.object({
  outcome: z.enum(outcomes),
  words: z.string().check(z.minLength(1), z.maxLength(5_000)),
  officers: z.optional(z.int().check(z.minimum(0))),
  caught: z.optional(z.int().check(z.minimum(0))),
  hurtHelped: z.optional(z.int().check(z.minimum(0))),
  peopleHelped: z.optional(z.int().check(z.minimum(0))),
  categoryFound: z.optional(z.string()),
})
export type Feedback = z.infer<typeof Feedback>

export const Slip = z.object({
  id: SlipId,
  /** The incident's number with `-P01`. */
  number: z.string(),
  incident: z.string(),
  unit: UnitId,
  unitName: z.string(),
  state: SlipState,
  words: z.optional(z.string()),
  issuedAt: Moment,
  issuedBy: z.string(),
  /** When each state was reached, as the unit's own clock and the server saw it. */
  times: z.array(
    z.object({ move: z.string(), at: Moment, deviceAt: z.optional(z.string()), by: z.string() }),
  ),
  reason: z.optional(z.string()),
  feedback: z.optional(Feedback),
  openMoves: z.array(z.string()),
})
export type Slip = z.infer<typeof Slip>

/** What a unit's phone shows: the essentials of the incident, no reporter's identity beyond need. */
export const SlipCard = z.object({
  slip: Slip,
  incident: z.object({
    id: z.string(),
    number: z.string(),
    level: z.number(),
    category: z.string(),
    dangers: z.array(z.string()),
    facts: z.record(z.string(), z.string()),
    narrative: z.string(),
    placeWords: z.optional(z.string()),
    wgs84: z.optional(z.object({ lng: z.number(), lat: z.number() })),
    accuracyMetres: z.optional(z.number()),
    /** 不可回拨: the reporter must not be rung or called out to. */
    callSafe: z.boolean(),
    supplements: z.array(z.object({ at: Moment, words: z.string() })),
    attachments: z.array(z.object({ id: z.string(), kind: z.string(), view: z.string() })),
    lastFixAt: z.optional(Moment),
  }),
})
export type SlipCard = z.infer<typeof SlipCard>
