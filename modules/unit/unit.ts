import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'
import type { Moves } from '@open110/kit/moves'
import { Moment } from '@open110/kit/time'

/** 警力 — a patrol, a car, an officer on foot. */
export const UnitId = idOf('un')
export type UnitId = z.infer<typeof UnitId>

/** 警力种类. An agency (联动单位) comes to a joint visit; volunteers and grid workers (志愿者、网格员) get a reduced task. */
export const unitKinds = [
  'car',
  'foot',
  'motorcycle',
  'boat',
  'station',
  'agency',
  'volunteer',
  'grid',
] as const
export const UnitKind = z.enum(unitKinds)
export type UnitKind = z.infer<typeof UnitKind>

/** Kinds that are no police: they are suggested only to whoever asks for them. */
export const civilKinds = ['agency', 'volunteer', 'grid'] as const satisfies readonly UnitKind[]

export const unitStates = ['off', 'ready', 'assigned', 'en-route', 'on-scene', 'out'] as const
export const UnitState = z.enum(unitStates)
export type UnitState = z.infer<typeof UnitState>

/** In whose name a unit's state changes: its own people, a dispatcher of its bureau, or its slips by themselves. */
export type UnitRole = 'unit' | 'dispatcher' | 'slips'

/**
 * 警力流程 (domain §3.4 Unit). What people say is the first three; the rest follows from the slips, the furthest of which
 * drives the state. Ready and off need a unit of which no slip asks anything; out of service it may fall at any moment, and
 * stays out until it says so itself or takes a step.
 */
export const unitMoves = {
  ready: { from: ['off', 'ready', 'out'], to: 'ready', by: ['unit', 'dispatcher'], needs: ['shift'] },
  off: { from: ['off', 'ready', 'out'], to: 'off', by: ['unit', 'dispatcher'] },
  out: { from: unitStates, to: 'out', by: ['unit', 'dispatcher'] },
  assign: { from: unitStates, to: 'assigned', by: ['slips'] },
  'set-out': { from: unitStates, to: 'en-route', by: ['slips'] },
  arrive: { from: unitStates, to: 'on-scene', by: ['slips'] },
  free: { from: ['assigned', 'en-route', 'on-scene'], to: 'ready', by: ['slips'], needs: ['shift'] },
  /** Called in from home and done: nobody is on duty with it. */
  dismiss: { from: ['assigned', 'en-route', 'on-scene'], to: 'off', by: ['slips'] },
} as const satisfies Moves<UnitState, UnitRole>
export type UnitMove = keyof typeof unitMoves

/** What people may say of a unit; each is the name of its move and of the state it leads to. */
export const saidStates = ['ready', 'out', 'off'] as const satisfies readonly UnitMove[]

/** The move by which the slips bring a unit from one state to another, where the table has one. */
export function moveOfSlips(from: UnitState, to: UnitState): UnitMove | undefined {
  const names = Object.keys(unitMoves) as UnitMove[]
  return names.find((name) => {
    const row: Moves<UnitState, UnitRole>[string] = unitMoves[name]
    return row.by.includes('slips') && row.to === to && row.from.includes(from)
  })
}

/** 定位 — one position of a unit as its phone gives it; several may have waited for the network. */
export const UnitFix = z.object({
  lng: z.number(),
  lat: z.number(),
  crs: z.optional(z.string()),
  accuracyMetres: z.optional(z.number()),
  at: z.optional(z.string()),
})
export type UnitFix = z.infer<typeof UnitFix>

const LngLat = z.object({ lng: z.number(), lat: z.number() })

/** 应休息 — why a unit should rest: its shift is long already, or it went from slip to slip without a pause. */
export const restCauses = ['long-duty', 'slips-in-row'] as const

export const Unit = z.object({
  id: UnitId,
  name: z.string(),
  org: z.string(),
  kind: UnitKind,
  state: UnitState,
  skills: z.array(z.string()),
  members: z.number(),
  wgs84: z.optional(LngLat),
  fixAt: z.optional(Moment),
  openSlips: z.number(),
  /** 责任区 — the streets it knows: a circle. */
  beat: z.optional(z.object({ centre: LngLat, metres: z.number() })),
  /** Since when its shift lasts; absent when nobody is on it. */
  onDutyAt: z.optional(Moment),
  rests: z.optional(z.enum(restCauses)),
})
export type Unit = z.infer<typeof Unit>

/** 推荐理由. The first two are true of one unit each: nobody is nearer, nobody is there sooner. */
export const suggestionReasons = [
  'closest',
  'closest-by-time',
  'fresh-fix',
  'old-fix',
  'free',
  'busy',
  'divertible',
  'skill',
  'in-area',
  'rest-overridden',
] as const

/** 推荐 — why this unit, in figures; or why none. */
export const Suggestion = z.object({
  unit: Unit,
  distanceMetres: z.number(),
  etaSeconds: z.number(),
  reasons: z.array(z.object({ kind: z.enum(suggestionReasons), value: z.optional(z.number()) })),
})
export type Suggestion = z.infer<typeof Suggestion>

/** 无可派原因, in the order in which they are asked: the one at which nobody was left. */
export const shortfalls = [
  'no-place',
  'no-units',
  'not-staffed',
  'skill-missing',
  'all-busy',
  'all-resting',
  'no-fixes',
  'fixes-too-old',
  'out-of-radius',
] as const
export type Shortfall = (typeof shortfalls)[number]

/** The nearest fitting units in order, or why there is none. */
export const Offer = z.union([z.array(Suggestion), z.object({ none: z.enum(shortfalls) })])
export type Offer = z.infer<typeof Offer>
