import * as z from 'zod/mini'
import type { Moves } from '@open110/kit/moves'
import { idOf } from '@open110/kit/ids'
import { ContactPolicy } from '@open110/modules/contact'
import { Moment } from '@open110/kit/time'
import { UnitId, type UnitKind } from '@open110/modules/unit'
import { Backup } from './dispatch.backup.ts'
import { Feedback, FeedbackSheet } from './dispatch.feedback.ts'
import { Readback, SlipWord } from './dispatch.readback.ts'

export * from './dispatch.backup.ts'
export * from './dispatch.feedback.ts'
export * from './dispatch.panic.ts'
export * from './dispatch.readback.ts'

/** 处警单 — what a unit is sent to do about an incident. */
export const SlipId = idOf('sl')
export type SlipId = z.infer<typeof SlipId>

/** 处警单种类: `police` 出警 · `joint` 联动 (an agency on a joint visit) · `task` 协助任务 (volunteers, grid workers). */
export const slipKinds = ['police', 'joint', 'task'] as const
export const SlipKind = z.enum(slipKinds)
export type SlipKind = z.infer<typeof SlipKind>

/** The kind follows from who is sent. */
export function slipKindOf(unit: UnitKind): SlipKind {
  if (unit === 'agency') return 'joint'
  return unit === 'volunteer' || unit === 'grid' ? 'task' : 'police'
}

export const slipStates = [
  'drafted',
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

/**
 * 处警流程 (domain §3.4). No cancel after signing, no signing after a cancel, a returned slip is final. A return that is
 * refused leads back to where it was asked: to `issued` if the slip was never signed. What a unit says by radio the dispatcher
 * writes down for it, with the reason (`radioedMoves`).
 */
export const slipMoves = {
  issue: { from: ['drafted'], to: 'issued', by: ['dispatcher'] },
  drop: { from: ['drafted'], to: 'cancelled', by: ['dispatcher'] },
  sign: { from: ['issued'], to: 'signed', by: ['unit', 'dispatcher'] },
  cancel: { from: ['issued'], to: 'cancelled', by: ['dispatcher'], needs: ['reason'] },
  depart: { from: ['signed'], to: 'en-route', by: ['unit', 'dispatcher'] },
  arrive: { from: ['signed', 'en-route'], to: 'on-scene', by: ['unit', 'dispatcher'] },
  settle: { from: ['on-scene'], to: 'scene-done', by: ['unit', 'dispatcher'] },
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

/** 电台补录、代签 — steps that the dispatcher may write down for a unit whose phone does not work; never without a reason. */
export const radioedMoves = ['sign', 'depart', 'arrive', 'settle'] as const satisfies readonly SlipMove[]

/** 反馈方式 (domain §2.5) — how the desk heard of such a step: 电台、电话、短信. */
export const stepWays = ['radio', 'phone', 'sms'] as const
export const StepWay = z.enum(stepWays)
export type StepWay = z.infer<typeof StepWay>

/** States in which a slip asks nothing more of anybody. */
export const endedSlips = ['closed', 'cancelled', 'returned'] as const

/** 退单原因 (domain §3.2); `other` needs words. */
export const returnReasons = [
  'not-our-area',
  'not-our-duty',
  'duplicate',
  'too-little-known',
  'police-first',
  'already-done',
  'other',
] as const
export const ReturnReason = z.enum(returnReasons)
export type ReturnReason = z.infer<typeof ReturnReason>

export const Slip = z.object({
  id: SlipId,
  /** The incident's number with `-P01`. */
  number: z.string(),
  incident: z.string(),
  kind: SlipKind,
  unit: UnitId,
  unitName: z.string(),
  state: SlipState,
  words: z.optional(z.string()),
  issuedAt: Moment,
  issuedBy: z.string(),
  /** The backup request that it answers. */
  for: z.optional(z.string()),
  /** When each state was reached: as the unit's own clock and the server saw it, and which of the two counts. */
  times: z.array(
    z.object({
      move: z.string(),
      at: Moment,
      deviceAt: z.optional(z.string()),
      /** The device's, if it lies between the step before and now; else the server's. */
      happenedAt: Moment,
      by: z.string(),
      /** Written down at the desk by `by` for the unit; `deviceAt` is then the time that the unit said. */
      via: z.optional(StepWay),
    }),
  ),
  reason: z.optional(z.string()),
  returnReason: z.optional(ReturnReason),
  /** The final feedback, as far as it is submitted. */
  feedback: z.optional(Feedback),
  feedbacks: z.array(FeedbackSheet),
  dialogue: z.array(SlipWord),
  /** What the unit has not read back yet. */
  unread: z.array(Readback),
  backups: z.array(Backup),
  openMoves: z.array(z.string()),
})
export type Slip = z.infer<typeof Slip>

/**
 * 出警卡 — what a unit's phone shows: the essentials of the incident, no reporter's identity beyond need. The card of a
 * `task` has its words, place and level alone, and everything else of the incident empty.
 */
export const SlipCard = z.object({
  slip: Slip,
  incident: z.object({
    id: z.string(),
    number: z.string(),
    level: z.number(),
    category: z.string(),
    /** The code that `feedbackForm` asks for. */
    categoryCode: z.string(),
    dangers: z.array(z.string()),
    /** Those of them that were raised after this slip was issued, and when. */
    raised: z.array(z.object({ danger: z.string(), at: Moment })),
    facts: z.record(z.string(), z.string()),
    narrative: z.string(),
    placeWords: z.optional(z.string()),
    wgs84: z.optional(z.object({ lng: z.number(), lat: z.number() })),
    accuracyMetres: z.optional(z.number()),
    /** 不可回拨: the reporter must not be rung or called out to. */
    callSafe: z.boolean(),
    /** The strictest of its reports, with the word to say at the door; nothing of it to a volunteer. */
    contact: z.optional(ContactPolicy),
    supplements: z.array(z.object({ at: Moment, words: z.string() })),
    attachments: z.array(z.object({ id: z.string(), kind: z.string(), view: z.string() })),
    lastFixAt: z.optional(Moment),
  }),
  /** 批示 — what an officer in charge wants the units to read. */
  instructions: z.optional(z.array(z.object({ at: Moment, words: z.string() }))),
  /** 同警力量: who else is sent to the same incident. */
  others: z.array(z.object({ unit: z.string(), name: z.string(), kind: SlipKind, state: SlipState })),
})
export type SlipCard = z.infer<typeof SlipCard>
