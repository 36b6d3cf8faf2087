import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { move, openMoves, type Moves } from '@open110/kit/moves'
import { categoryOf } from '@open110/modules/incident/category'
import type { UnitState } from '@open110/modules/unit'
import {
  endedSlips,
  radioedMoves,
  slipMoves,
  type FeedbackDraft,
  type FeedbackType,
  type ReturnReason,
  type SlipKind,
  type SlipState,
} from './dispatch.ts'

/** In whose name somebody presses a button of the slip. */
export type SlipRole = 'unit' | 'dispatcher'

/** What came with the press. */
export type StepGiven = {
  reason?: string | undefined
  returnReason?: ReturnReason | undefined
  missing?: readonly string[] | undefined
  feedback?: FeedbackDraft | undefined
}

export type StepRefusal =
  | 'slip.already-cancelled'
  | 'slip.already-signed'
  | 'slip.already-returned'
  | 'reason.missing'
  | 'feedback.missing'
  | 'feedback.category-unknown'
  | 'move.not-now'
  | 'move.denied'

/** The slip as far as a step needs to know it. */
export type SlipSoFar = {
  state: SlipState
  kind: SlipKind
  times: readonly { move: string; at: string; by: string }[]
}

/** From signing on a slip is somebody's way to danger: it is stood down, no longer cancelled. */
const signedOrLater: readonly SlipState[] = [
  'signed',
  'en-route',
  'on-scene',
  'scene-done',
  'reported',
  'closed',
]

const table: Moves<SlipState, SlipRole> = slipMoves

/** The state after the step. Of two who press at once the later is told what the earlier did, and when. */
export function takeStep(
  slip: SlipSoFar,
  name: string,
  roles: readonly SlipRole[],
  given: StepGiven,
): { state: SlipState; reason: string | undefined } | Refusal<StepRefusal> {
  const row = Object.hasOwn(table, name) ? table[name] : undefined
  if (!row)
    return refuse('move.not-now', {
      move: name,
      state: slip.state,
      open: openMoves(slipMoves, slip.state, roles),
    })
  const earlier = { state: slip.state, at: slip.times.at(-1)?.at, by: slip.times.at(-1)?.by }
  if (slip.state === 'cancelled') return refuse('slip.already-cancelled', earlier)
  if (slip.state === 'returned') return refuse('slip.already-returned', earlier)
  if (name === 'cancel' && roles.includes('dispatcher') && signedOrLater.includes(slip.state)) {
    return refuse('slip.already-signed', earlier)
  }
  const state = move(slipMoves, slip.state, name, roles)
  if (isRefusal(state)) return state
  const reason = given.reason?.trim() || undefined
  const needsReason = row.needs?.includes('reason') === true || isRadioed(name, roles)
  if (needsReason && !hasReason(name, reason, given)) return refuse('reason.missing', { move: name })
  const isPaper = row.needs?.includes('feedback') === true
  const fault = isPaper && faultOf(given.feedback, finalTypeOf(slip.kind))
  if (fault) return refuse(fault.refused, { move: name, ...fault.facts })
  return { state: name === 'refuse-return' ? stateBeforeAsking(slip) : state, reason }
}

/** Whether somebody writes a step down for the unit instead of the unit itself taking it. */
export function isRadioed(name: string, roles: readonly SlipRole[]): boolean {
  return !roles.includes('unit') && (radioedMoves as readonly string[]).includes(name)
}

/** A reason in words, or what says as much: a reason of the list, or the fields that are missing. */
function hasReason(name: string, reason: string | undefined, given: StepGiven): boolean {
  if (reason) return true
  if (name === 'send-back') return (given.missing?.length ?? 0) > 0
  return name === 'ask-return' && given.returnReason !== undefined && given.returnReason !== 'other'
}

/** A refused return leads back to where it was asked: signing happens once, so its trace says which of the two it was. */
function stateBeforeAsking(slip: SlipSoFar): SlipState {
  return slip.times.some(({ move }) => move === 'sign') ? 'signed' : 'issued'
}

/** The feedback that ends a slip of this kind; a task needs none. */
export function finalTypeOf(kind: SlipKind): 'final' | 'joint' | undefined {
  if (kind === 'task') return undefined
  return kind === 'joint' ? 'joint' : 'final'
}

/** Why a feedback cannot be submitted as it is; a draft may lack what it likes, and no more than that. */
export function faultOf(
  content: FeedbackDraft | undefined,
  type: FeedbackType | undefined,
  isDraft = false,
): Refusal<'feedback.missing' | 'feedback.category-unknown'> | undefined {
  const category = content?.categoryFound
  if (category && !categoryOf(category)) return refuse('feedback.category-unknown', { category })
  const fields = isDraft ? [] : lackingIn(content, type)
  return fields.length > 0 ? refuse('feedback.missing', { fields }) : undefined
}

/** What must be filled in before a feedback of this type is submitted. */
function lackingIn(content: FeedbackDraft | undefined, type: FeedbackType | undefined): string[] {
  if (type === undefined || type === 'arrival') return []
  const lacks = []
  if (type !== 'handling' && content?.outcome === undefined) lacks.push('outcome')
  if (!content?.words?.trim()) lacks.push('words')
  return lacks
}

/**
 * 真实时刻 — when something from a phone was true: as the phone says, if that lies between the step before and its arrival
 * here; a clock that cannot be right is not believed.
 */
export function happenedAt(deviceAt: string | undefined, before: string, now: string): string {
  const ms = deviceAt === undefined ? Number.NaN : Date.parse(deviceAt)
  return ms >= Date.parse(before) && ms <= Date.parse(now) ? new Date(ms).toISOString() : now
}

export function isOpen(state: SlipState): boolean {
  return !(endedSlips as readonly string[]).includes(state)
}

/** Whether its unit has been told: a draft is the dispatcher's thought. */
export function isTold(state: SlipState): boolean {
  return isOpen(state) && state !== 'drafted'
}

/** Whether the slip still asks something of its unit. A reported one waits for the dispatcher alone. */
export function asksUnit(state: SlipState): boolean {
  return isTold(state) && state !== 'reported'
}

/** How far a slip is. A unit that asks to return has not set out. */
const progress = ['issued', 'signed', 'en-route', 'on-scene', 'scene-done', 'reported'] as const
type Progress = (typeof progress)[number]

function furthest(states: readonly SlipState[]): Progress | undefined {
  const reached = states.map((state) =>
    progress.indexOf((state === 'return-asked' ? 'issued' : state) as Progress),
  )
  return progress[Math.max(-1, ...reached)]
}

/**
 * 警情状态 from its slips: the furthest open one; with none open, what was reported, or nobody is on the way. A volunteer at
 * the scene is not the police at the scene: an open task says that somebody was sent, and no more.
 */
export function incidentStateOf(
  slips: readonly { state: SlipState; kind: SlipKind; hasFeedback: boolean }[],
): 'accepted' | 'dispatched' | 'en-route' | 'on-scene' | 'scene-done' | 'reported' {
  const open = slips.filter(({ state }) => isTold(state))
  const far = furthest(open.map(({ state, kind }) => (kind === 'task' ? 'issued' : state)))
  if (far === undefined) return slips.some(({ hasFeedback }) => hasFeedback) ? 'reported' : 'accepted'
  return far === 'issued' || far === 'signed' ? 'dispatched' : far
}

/**
 * 警力状态 from its slips: the furthest one that asks something of it. Off duty it stays off until it signs, out of service
 * until it says otherwise: a car that has broken down on its way is not under way.
 */
export function unitStateOf(now: UnitState, slips: readonly SlipState[]): UnitState {
  if (now === 'out') return 'out'
  switch (furthest(slips.filter(asksUnit))) {
    case undefined:
      return now === 'off' ? 'off' : 'ready'
    case 'issued':
      return now === 'off' ? 'off' : 'assigned'
    case 'signed':
      return 'assigned'
    case 'en-route':
      return 'en-route'
    default:
      return 'on-scene'
  }
}
