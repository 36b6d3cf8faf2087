import * as z from 'zod/mini'
import type { Moves } from '@open110/kit/moves'
import { idOf } from '@open110/kit/ids'
import { Moment } from '@open110/kit/time'

/** 紧急求援 — an officer is in danger. A unit has at most one that is not ended; pressing again renews its place. */
export const PanicId = idOf('pa')
export type PanicId = z.infer<typeof PanicId>

export const panicStates = ['raised', 'acknowledged', 'ended'] as const
export const PanicState = z.enum(panicStates)
export type PanicState = z.infer<typeof PanicState>

/** 求援流程. It sounds at every seat until a person acknowledges; pressed again it sounds again; whoever ends it says how. */
export const panicMoves = {
  renew: { from: ['raised', 'acknowledged'], to: 'raised', by: ['unit'] },
  acknowledge: { from: ['raised'], to: 'acknowledged', by: ['dispatcher'] },
  end: { from: ['raised', 'acknowledged'], to: 'ended', by: ['unit', 'dispatcher'], needs: ['how'] },
} as const satisfies Moves<PanicState, 'unit' | 'dispatcher'>
export type PanicMove = keyof typeof panicMoves

/** How it was cleared: `safe` 已脱险 · `helped` 增援到场控制 · `mistaken` 误触 · `drill` 演练 · `other` */
export const panicEnds = ['safe', 'helped', 'mistaken', 'drill', 'other'] as const
export const PanicEnd = z.enum(panicEnds)

export const Panic = z.object({
  id: PanicId,
  unit: z.string(),
  unitName: z.string(),
  desk: z.string(),
  slip: z.optional(z.string()),
  incident: z.optional(z.string()),
  state: PanicState,
  /** When it was pressed, and when it came here: a phone without network tells late. */
  happenedAt: Moment,
  raisedAt: Moment,
  wgs84: z.optional(z.object({ lng: z.number(), lat: z.number() })),
  accuracyMetres: z.optional(z.number()),
  acknowledgedAt: z.optional(Moment),
  acknowledgedBy: z.optional(z.string()),
  endedAt: z.optional(Moment),
  endedBy: z.optional(z.string()),
  how: z.optional(PanicEnd),
  words: z.optional(z.string()),
})
export type Panic = z.infer<typeof Panic>

/** Units within so many metres are told as well. */
export const panicTellMetres = 3_000
