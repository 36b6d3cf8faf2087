import * as z from 'zod/mini'
import { move, openMoves, type Moves } from '@open110/kit/moves'
import { idOf } from '@open110/kit/ids'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { Moment, plusSeconds } from '@open110/kit/time'
import { ContactPolicy } from '@open110/modules/contact'

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
  'archived',
] as const
export const IncidentState = z.enum(incidentStates)
export type IncidentState = z.infer<typeof IncidentState>

/** 已了 — states in which nothing more is expected of anybody. */
export const endedIncidents = ['closed', 'merged', 'invalid', 'archived'] as const
export const isEnded = (state: IncidentState): boolean =>
  (endedIncidents as readonly string[]).includes(state)

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
  /** By hand, or by itself when its time has come. */
  resume: { from: ['pending'], to: 'accepted', by: ['call-taker', 'dispatcher', 'system'] },
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
  unmerge: { from: ['merged'], to: 'accepted', by: ['dispatcher', 'supervisor'], needs: ['reason'] },
  /** Back to what its slips say: the projection follows at once. The reporter's further words revive it as well. */
  revive: { from: ['closed'], to: 'accepted', by: ['supervisor', 'citizen'], needs: ['reason'] },
  archive: { from: ['closed'], to: 'archived', by: ['system'] },
} as const satisfies Moves<IncidentState, 'call-taker' | 'dispatcher' | 'supervisor' | 'citizen' | 'system'>

/** Moves that a person makes through `incident.move`; the others have their own doors. */
export const handMoves = ['hold', 'resume', 'close', 'invalidate', 'revalidate', 'revive'] as const
export type HandMove = (typeof handMoves)[number]

/** What the answer to a move by hand depends on beside the table. */
export type MoveGiven = {
  reason?: string | undefined
  /** When a held incident is taken up again. */
  nextAt?: string | undefined
  openSlips: number
  reported: number
  now: Moment
  closedAt?: string | undefined
  reviveWithinDays: number
}

/** Why a person's move is refused, or nothing when it may be made: the table first, then what the move needs. */
export function whyNot(
  state: IncidentState,
  name: string,
  roles: readonly string[],
  has: MoveGiven,
):
  | Refusal<
      | 'move.not-now'
      | 'move.denied'
      | 'incident.slips-open'
      | 'incident.feedback-missing'
      | 'incident.next-at-missing'
      | 'incident.next-at-invalid'
      | 'incident.revive-too-late'
      | 'reason.missing'
    >
  | undefined {
  const isByHand = (handMoves as readonly string[]).includes(name)
  const next = move(incidentMoves, state, isByHand ? name : '', roles)
  if (isRefusal(next))
    return { ...next, facts: { ...next.facts, move: name, open: openByHand(state, roles) } }
  if (name === 'resume') return undefined
  if (['close', 'invalidate', 'hold'].includes(name) && has.openSlips > 0)
    return refuse('incident.slips-open', { open: has.openSlips })
  if (!has.reason && name === 'close')
    return has.reported > 0 ? undefined : refuse('incident.feedback-missing')
  if (!has.reason) return refuse('reason.missing')
  if (name === 'hold' && !has.nextAt) return refuse('incident.next-at-missing')
  if (name === 'hold' && has.nextAt! <= has.now)
    return refuse('incident.next-at-invalid', { nextAt: has.nextAt })
  const isLate =
    has.closedAt !== undefined && plusSeconds(has.closedAt, has.reviveWithinDays * 86_400) < has.now
  return name === 'revive' && isLate
    ? refuse('incident.revive-too-late', { days: has.reviveWithinDays })
    : undefined
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
  /** The strictest of its reports: one reporter in danger is enough. */
  contact: ContactPolicy,
  reports: z.array(
    z.object({
      id: z.string(),
      receiptCode: z.string(),
      gist: z.string(),
      deliveredAt: Moment,
      isMain: z.boolean(),
      /** 不可惊动 — a sound or a word could betray this reporter. */
      isCovert: z.boolean(),
    }),
  ),
  /** 并入 — the incident that it is part of now. */
  mergedInto: z.optional(z.object({ id: z.string(), number: z.string() })),
  /** 并案 — incidents that are part of this one, and can be parted from it again. */
  fused: z.array(z.object({ id: z.string(), number: z.string(), category: z.string(), reports: z.number() })),
  /** 最佳视角 — the report whose pictures are looked at first. */
  bestView: z.optional(z.string()),
  closeReason: z.optional(z.string()),
  closeCode: z.optional(z.string()),
  nextAt: z.optional(Moment),
  acceptedAt: Moment,
  acceptedBy: z.string(),
  /** 首接责任人 — who answers for it until somebody else has signed (promise 7). */
  owner: z.object({ staff: z.optional(z.string()), name: z.string() }),
  /** 编辑锁 — who edits the record now, and until when without a further sign. */
  lock: z.optional(z.object({ staff: z.string(), name: z.string(), until: Moment })),
  /** 双人确认 — what one person has pressed and a second must press as well. */
  asks: z.array(z.object({ move: z.string(), staff: z.string(), by: z.string(), until: Moment })),
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

/** 相似 — why two reports may be one event: with an incident, or with a report that is none yet (promise 6). */
export const Similar = z.object({
  incident: z.optional(IncidentRow),
  report: z.optional(
    z.object({
      id: z.string(),
      receiptCode: z.string(),
      state: z.string(),
      gist: z.string(),
      place: z.string(),
      deliveredAt: Moment,
    }),
  ),
  reasons: z.array(z.object({ kind: z.enum(['near', 'soon', 'words', 'category']), value: z.number() })),
  score: z.number(),
})
export type Similar = z.infer<typeof Similar>
