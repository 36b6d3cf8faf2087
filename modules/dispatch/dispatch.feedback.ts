import * as z from 'zod/mini'
import type { Moves } from '@open110/kit/moves'
import { idOf } from '@open110/kit/ids'
import { Moment } from '@open110/kit/time'

/** 反馈单 — what a unit found and did. Its number is the incident's with `-F01`, given when it is submitted. */
export const FeedbackId = idOf('fb')
export type FeedbackId = z.infer<typeof FeedbackId>

/**
 * 反馈类型: `arrival` 到场 (made by the `arrive` step itself), `handling` 处置 (as often as there is news), `final` 终结,
 * `joint` 联动 (the final one of an agency).
 */
export const feedbackTypes = ['arrival', 'handling', 'final', 'joint'] as const
export const FeedbackType = z.enum(feedbackTypes)
export type FeedbackType = z.infer<typeof FeedbackType>

export const feedbackStates = ['draft', 'submitted', 'accepted', 'sent-back'] as const
export const FeedbackState = z.enum(feedbackStates)
export type FeedbackState = z.infer<typeof FeedbackState>

/** 反馈流程 (domain §3.4). A final one moves its slip: submitted it is reported, accepted it has ended. */
export const feedbackMoves = {
  submit: { from: ['draft', 'sent-back'], to: 'submitted', by: ['unit'], needs: ['feedback'] },
  accept: { from: ['submitted'], to: 'accepted', by: ['dispatcher'] },
  'send-back': { from: ['submitted'], to: 'sent-back', by: ['dispatcher'], needs: ['reason'] },
} as const satisfies Moves<FeedbackState, 'unit' | 'dispatcher'>
export type FeedbackMove = keyof typeof feedbackMoves

/** 处理结果 — how it ended (domain §3.2). */
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
type Outcome = (typeof outcomes)[number]

/** 公安信息代码 GA/T 2000.152 of each outcome; empty where the national code is not publicly known, and none is so far. */
const gatCodes = Object.fromEntries(outcomes.map((outcome) => [outcome, ''])) as Record<Outcome, string>

/** 天气、道路、能见度、事故形态 — what a traffic form asks for. */
export const weathers = ['clear', 'cloudy', 'rain', 'snow', 'fog', 'wind', 'hail'] as const
export const roads = ['dry', 'wet', 'flooded', 'snowy', 'icy', 'muddy', 'works'] as const
export const visibilities = ['under-50', 'under-100', 'under-200', 'over-200'] as const
export const accidentShapes = [
  'head-on',
  'side',
  'rear-end',
  'scrape',
  'run-over',
  'roll-over',
  'fixed-object',
  'single',
  'fire',
  'other',
] as const

const Count = z.optional(z.int().check(z.minimum(0), z.maximum(100_000)))
const Words = (most: number) => z.optional(z.string().check(z.maxLength(most)))

/** 反馈内容 — every field a form may ask for; which ones it does ask for is said by `feedbackForm`. */
export const Feedback = z.object({
  outcome: z.enum(outcomes),
  words: z.string().check(z.minLength(1), z.maxLength(5_000)),
  /** 出动人次 · 车次 · 船艇 */
  officers: Count,
  vehicles: Count,
  boats: Count,
  /** 抓获 · 涉案 · 逃跑 人数 */
  caught: Count,
  involved: Count,
  fled: Count,
  /** 救助伤员 · 救助群众 */
  hurtHelped: Count,
  peopleHelped: Count,
  /** 死亡 · 受伤 人数 */
  dead: Count,
  hurt: Count,
  lossYuan: z.optional(z.number().check(z.minimum(0), z.maximum(1e12))),
  /** 是否取证 */
  evidenceTaken: z.optional(z.boolean()),
  /** 案件编号 */
  caseNumber: Words(60),
  /** 移交单位 · 联系人 */
  movedTo: Words(120),
  movedToContact: Words(120),
  weather: z.optional(z.enum(weathers)),
  road: z.optional(z.enum(roads)),
  visibility: z.optional(z.enum(visibilities)),
  accidentShape: z.optional(z.enum(accidentShapes)),
  /** 确认后类别: a code of the category list, put beside what was first recorded. */
  categoryFound: Words(6),
  /** 实际地址 */
  placeFound: Words(500),
  /** A sentence that the reporter may read. */
  forReporter: Words(500),
})
export type Feedback = z.infer<typeof Feedback>

/** What may be saved before it is submitted: any part of it. */
export const FeedbackDraft = z.partial(Feedback)
export type FeedbackDraft = z.infer<typeof FeedbackDraft>

export const feedbackCounts = [
  'officers',
  'vehicles',
  'boats',
  'caught',
  'involved',
  'fled',
  'hurtHelped',
  'peopleHelped',
  'dead',
  'hurt',
  'lossYuan',
] as const satisfies readonly (keyof Feedback)[]
export type FeedbackCount = (typeof feedbackCounts)[number]

export const FeedbackSheet = z.object({
  id: FeedbackId,
  /** `…-F01`; absent while it is a draft. */
  number: z.optional(z.string()),
  slip: z.string(),
  type: FeedbackType,
  state: FeedbackState,
  /** What was written; an arrival has no words of its own. */
  content: FeedbackDraft,
  wgs84: z.optional(z.object({ lng: z.number(), lat: z.number() })),
  /** When it was true at the scene, and when it came here. */
  happenedAt: Moment,
  submittedAt: z.optional(Moment),
  submittedBy: z.optional(z.string()),
  /** 退回补正: why, and the fields that are missing. */
  sentBackReason: z.optional(z.string()),
  missing: z.array(z.string()),
  acceptedAt: z.optional(Moment),
  acceptedBy: z.optional(z.string()),
})
export type FeedbackSheet = z.infer<typeof FeedbackSheet>

/**
 * One line of a form. Its label is the catalogue key `feedback.field.<name>`, its choices are `feedback.<name>.<choice>`, and
 * `outcome.<choice>` for the outcome.
 */
export type FeedbackField = {
  readonly name: keyof Feedback
  readonly kind: 'choice' | 'words' | 'count' | 'yuan' | 'yes-no' | 'category'
  readonly choices?: readonly string[]
  /** The national code of each choice, empty where it is unknown. */
  readonly gatCodes?: Readonly<Record<string, string>>
  /** Asked for on the first screen; the others are behind "more". */
  readonly isFirst?: true
  readonly isRequired?: true
}

const count = (name: FeedbackCount): FeedbackField => ({ name, kind: 'count' })
const first = (field: FeedbackField): FeedbackField => ({ ...field, isFirst: true })
const fields = {
  outcome: { name: 'outcome', kind: 'choice', choices: outcomes, gatCodes, isFirst: true, isRequired: true },
  words: { name: 'words', kind: 'words', isFirst: true, isRequired: true },
  loss: { name: 'lossYuan', kind: 'yuan' },
  evidence: { name: 'evidenceTaken', kind: 'yes-no' },
  caseNumber: { name: 'caseNumber', kind: 'words' },
  weather: { name: 'weather', kind: 'choice', choices: weathers },
  road: { name: 'road', kind: 'choice', choices: roads },
  visibility: { name: 'visibility', kind: 'choice', choices: visibilities },
  shape: { name: 'accidentShape', kind: 'choice', choices: accidentShapes, isFirst: true },
} as const satisfies Record<string, FeedbackField>

const people: readonly FeedbackField[] = [first(count('caught')), count('involved'), count('fled')]
const harm: readonly FeedbackField[] = [count('hurt'), count('dead'), count('hurtHelped'), fields.loss]

/** What the kind of matter adds, by the first figures of its category; the longest that fits counts. */
const byCategory: readonly (readonly [code: string, adds: readonly FeedbackField[]])[] = [
  ['10', [...people, ...harm, fields.evidence, fields.caseNumber]],
  ['1005', [fields.loss, ...people, fields.evidence, fields.caseNumber].map(asFirst('lossYuan'))],
  ['20', [...people, ...harm, fields.evidence, fields.caseNumber]],
  [
    '30',
    [
      fields.shape,
      ...harm.map(asFirst('hurt')),
      fields.weather,
      fields.road,
      fields.visibility,
      fields.evidence,
    ],
  ],
  ['40', [count('involved'), ...people.filter(({ name }) => name !== 'involved'), ...harm]],
  ['50', [...harm.map(asFirst('hurtHelped')), count('peopleHelped'), fields.weather]],
  ['60', [first(count('peopleHelped')), count('hurtHelped'), count('hurt'), count('dead')]],
  ['61', [first(count('peopleHelped')), count('hurtHelped')]],
  ['62', [first(count('peopleHelped')), count('hurtHelped'), count('hurt'), count('dead'), count('boats')]],
  ['70', [fields.evidence]],
  ['8', [first(count('involved')), count('hurt'), fields.loss, fields.evidence]],
  ['88', [first(count('peopleHelped'))]],
]

function asFirst(name: FeedbackField['name']): (field: FeedbackField) => FeedbackField {
  return (field) => (field.name === name ? first(field) : field)
}

/** 反馈表 — the fields for a category in the order in which they are asked; the field app and the console draw from it. */
export function feedbackForm(category: string): FeedbackField[] {
  const adds = byCategory
    .filter(([code]) => category.startsWith(code))
    .toSorted(([a], [b]) => b.length - a.length)[0]
  return [
    fields.outcome,
    fields.words,
    first(count('officers')),
    first(count('vehicles')),
    ...(adds?.[1] ?? [count('peopleHelped'), count('hurt'), fields.loss]),
    { name: 'categoryFound', kind: 'category' },
    { name: 'placeFound', kind: 'words' },
    { name: 'movedTo', kind: 'words' },
    { name: 'movedToContact', kind: 'words' },
    { name: 'forReporter', kind: 'words' },
  ]
}
