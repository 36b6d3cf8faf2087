import * as z from 'zod/mini'
import { move, openMoves, type Moves } from '@open110/kit/moves'
import { idOf } from '@open110/kit/ids'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { Moment } from '@open110/kit/time'

/** 警情 — the case that the desk works on, made from one report or several. */
export const IncidentId = idOf('in')
export type IncidentId = z.infer<typeof IncidentId>

export const incidentStates = [
  'accepted',
  'dispatched',
  'en-route',
  'on-scene',
  'scene-done',
  'reported',
  'pending',
  'closed',
  'merged',
  'invalid',
] as const
export const IncidentState = z.enum(incidentStates)
export type IncidentState = z.infer<typeof IncidentState>

/** 警情流程 (domain §3.4). What units do moves it by itself: `system` is the projection of its slips. */
export const incidentMoves = {
  dispatch: {
    from: ['accepted', 'pending', 'dispatched', 'en-route', 'on-scene', 'scene-done', 'reported'],
    to: 'dispatched',
    by: ['system'],
  },
  'set-out': {
    from: ['accepted', 'dispatched', 'on-scene', 'scene-done', 'reported'],
    to: 'en-route',
    by: ['system'],
  },
  arrive: {
    from: ['accepted', 'dispatched', 'en-route', 'scene-done', 'reported'],
    to: 'on-scene',
    by: ['system'],
  },
  settle: {
    from: ['accepted', 'dispatched', 'en-route', 'on-scene', 'reported'],
    to: 'scene-done',
    by: ['system'],
  },
  report: {
    from: ['accepted', 'dispatched', 'en-route', 'on-scene', 'scene-done'],
    to: 'reported',
    by: ['system'],
  },
  'stand-down': {
    from: ['dispatched', 'en-route', 'on-scene', 'scene-done', 'reported'],
    to: 'accepted',
    by: ['system'],
  },
  hold: { from: ['accepted'], to: 'pending', by: ['call-taker', 'dispatcher'], needs: ['reason', 'nextAt'] },
  resume: { from: ['pending'], to: 'accepted', by: ['call-taker', 'dispatcher'] },
  close: {
    from: ['accepted', 'reported', 'pending'],
    to: 'closed',
    by: ['call-taker', 'dispatcher'],
    needs: ['reason'],
  },
  invalidate: {
    from: ['accepted', 'pending'],
    to: 'invalid',
    by: ['call-taker', 'dispatcher'],
    needs: ['reason'],
  },
  revalidate: { from: ['invalid'], to: 'accepted', by: ['supervisor'], needs: ['reason'] },
  merge: { from: ['accepted', 'pending'], to: 'merged', by: ['call-taker', 'dispatcher'], needs: ['into'] },
  unmerge: { from: ['merged'], to: 'accepted', by: ['call-taker', 'dispatcher'], needs: ['reason'] },
  revive: { from: ['closed'], to: 'accepted', by: ['supervisor'], needs: ['reason'] },
} as const satisfies Moves<IncidentState, 'call-taker' | 'dispatcher' | 'supervisor' | 'system'>

/** Moves that a person makes through `incident.move`; the others have their own doors. */
export const handMoves = ['hold', 'resume', 'close', 'invalidate', 'revalidate', 'revive'] as const
export type HandMove = (typeof handMoves)[number]

/** Why a person's move is refused, or nothing when it may be made: the table first, then what the move needs. */
export function whyNot(
  state: IncidentState,
  name: string,
  roles: readonly string[],
  has: { reason?: string | undefined; openSlips: number; reported: number },
):
  | Refusal<
      'move.not-now' | 'move.denied' | 'incident.slips-open' | 'incident.feedback-missing' | 'reason.missing'
    >
  | undefined {
  const isByHand = (handMoves as readonly string[]).includes(name)
  const next = move(incidentMoves, state, isByHand ? name : '', roles)
  if (isRefusal(next))
    return { ...next, facts: { ...next.facts, move: name, open: openByHand(state, roles) } }
  if (name === 'resume') return undefined
  if (['close', 'invalidate', 'hold'].includes(name) && has.openSlips > 0)
    return refuse('incident.slips-open', { open: has.openSlips })
  if (has.reason) return undefined
  if (name !== 'close') return refuse('reason.missing')
  return has.reported > 0 ? undefined : refuse('incident.feedback-missing')
}

/** What this person may do by hand now: the buttons. */
export function openByHand(state: IncidentState, roles: readonly string[]): HandMove[] {
  const open: readonly string[] = openMoves(incidentMoves, state, roles)
  return handMoves.filter((name) => open.includes(name))
}

/** 警情级别 — 1 特急 · 2 紧急 · 3 一般 · 4 咨询. */
export const Level = z.int().check(z.minimum(1), z.maximum(4))

/** 危险要素 — what a unit must know before it opens a door. */
export const dangers = [
  'armed',
  'gun',
  'explosive',
  'hazmat',
  'trapped',
  'injured',
  'dead',
  'crowd',
  'minor',
  'self-harm',
] as const
export const Danger = z.enum(dangers)
export type Danger = z.infer<typeof Danger>

export const IncidentPlace = z.object({
  words: z.optional(z.string().check(z.maxLength(500))),
  wgs84: z.optional(z.object({ lng: z.number(), lat: z.number() })),
  /** The point as it was given, where it was given with its datum. */
  raw: z.optional(z.object({ lng: z.number(), lat: z.number(), crs: z.string() })),
  accuracyMetres: z.optional(z.number()),
  from: z.enum(['reporter-pin', 'reporter-fix', 'desk', 'unit', 'marker']),
})
export type IncidentPlace = z.infer<typeof IncidentPlace>

/** 初始值与确认值 — what was first recorded, and what was found to be true, side by side (promise 8). */
const beside = <S extends z.ZodMiniType>(value: S) =>
  z.object({
    initial: value,
    confirmed: z.optional(value),
    confirmedBy: z.optional(z.string()),
    confirmedAt: z.optional(Moment),
  })

export const Fact = z.object({
  value: z.string(),
  /** 填写来源: a person's entry is never changed by an answer or a machine. */
  from: z.enum(['answer', 'desk', 'unit']),
  at: Moment,
})

export const Incident = z.object({
  id: IncidentId,
  number: z.string(),
  state: IncidentState,
  desk: z.string(),
  level: beside(Level),
  category: beside(z.string()),
  place: beside(IncidentPlace),
  narrative: z.string(),
  dangers: z.array(Danger),
  facts: z.record(z.string(), Fact),
  callSafe: z.boolean(),
  reports: z.array(
    z.object({
      id: z.string(),
      receiptCode: z.string(),
      gist: z.string(),
      deliveredAt: Moment,
      isMain: z.boolean(),
    }),
  ),
  mergedInto: z.optional(z.string()),
  closeReason: z.optional(z.string()),
  nextAt: z.optional(Moment),
  acceptedAt: Moment,
  acceptedBy: z.string(),
  /** Rises with every change: a stale editor is told instead of overwriting. */
  version: z.number(),
  timeline: z.array(
    z.object({
      at: Moment,
      /** `incident.accepted`, `slip.signed` …: a catalogue key `timeline.<what>`. */
      what: z.string(),
      by: z.optional(z.string()),
      note: z.optional(z.string()),
    }),
  ),
  openMoves: z.array(z.string()),
})
export type Incident = z.infer<typeof Incident>

export const IncidentRow = z.object({
  id: IncidentId,
  number: z.string(),
  state: IncidentState,
  level: z.number(),
  category: z.string(),
  place: z.string(),
  gist: z.string(),
  wgs84: z.optional(z.object({ lng: z.number(), lat: z.number() })),
  dangers: z.array(Danger),
  reports: z.number(),
  openSlips: z.number(),
  acceptedAt: Moment,
  changedAt: Moment,
})
export type IncidentRow = z.infer<typeof IncidentRow>

/** 相似警情 — why two reports may be one event. A machine suggests, a person decides (promise 6). */
export const Similar = z.object({
  incident: IncidentRow,
  reasons: z.array(z.object({ kind: z.enum(['near', 'soon', 'words', 'category']), value: z.number() })),
  score: z.number(),
})
export type Similar = z.infer<typeof Similar>
