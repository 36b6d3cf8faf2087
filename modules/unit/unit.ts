import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'
import { Moment } from '@open110/kit/time'

/** 警力 — a patrol, a car, an officer on foot. */
export const UnitId = idOf('un')
export type UnitId = z.infer<typeof UnitId>

/** 警力种类. An agency (联动单位) comes to a joint visit; volunteers and grid workers (志愿者、网格员) get a reduced task. */
export const unitKinds = ['car', 'foot', 'motorcycle', 'boat', 'station', 'agency', 'volunteer', 'grid'] as const
export const UnitKind = z.enum(unitKinds)
export type UnitKind = z.infer<typeof UnitKind>

export const unitStates = ['off', 'ready', 'assigned', 'en-route', 'on-scene', 'out'] as const
export const UnitState = z.enum(unitStates)
export type UnitState = z.infer<typeof UnitState>

/** 定位 — one position of a unit as its phone gives it; several may have waited for the network. */
export const UnitFix = z.object({
  lng: z.number(),
  lat: z.number(),
  crs: z.optional(z.string()),
  accuracyMetres: z.optional(z.number()),
  at: z.optional(z.string()),
})
export type UnitFix = z.infer<typeof UnitFix>

export const Unit = z.object({
  id: UnitId,
  name: z.string(),
  org: z.string(),
  kind: UnitKind,
  state: UnitState,
  skills: z.array(z.string()),
  members: z.number(),
  wgs84: z.optional(z.object({ lng: z.number(), lat: z.number() })),
  fixAt: z.optional(Moment),
  openSlips: z.number(),
})
export type Unit = z.infer<typeof Unit>

/** 推荐 — why this unit, in figures; or why none. */
export const Suggestion = z.object({
  unit: Unit,
  distanceMetres: z.number(),
  etaSeconds: z.number(),
  reasons: z.array(
    z.object({
      kind: z.enum(['closest', 'fresh-fix', 'old-fix', 'free', 'busy', 'skill', 'in-area']),
      value: z.optional(z.number()),
    }),
  ),
})
export type Suggestion = z.infer<typeof Suggestion>

export const shortfalls = [
  'no-units',
  'all-busy',
  'no-fixes',
  'fixes-too-old',
  'out-of-radius',
  'no-place',
] as const

/** The nearest fitting units in order, or why there is none. */
export const Offer = z.union([z.array(Suggestion), z.object({ none: z.enum(shortfalls) })])
export type Offer = z.infer<typeof Offer>
