import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { move, openMoves, type Moves } from '@open110/kit/moves'
import type { UnitState } from '@open110/modules/unit'
import { endedSlips, slipMoves, type Feedback, type SlipState } from './dispatch.ts'

/** In whose name somebody presses a button of the slip. */
export type SlipRole = 'unit' | 'dispatcher'

/** What came with the press. */
export type StepGiven = { reason?: string | undefined; feedback?: Feedback | undefined }

export type StepRefusal =
  | 'slip.already-cancelled'
  | 'slip.already-signed'
  | 'slip.already-returned'
  | 'reason.missing'
  | 'feedback.missing'
  | 'move.not-now'
  | 'move.denied'

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
  slip: { state: SlipState; times: readonly { at: string; by: string }[] },
  name: string,
  roles: readonly SlipRole[],
  given: StepGiven,
): { state: SlipState; reason: string | undefined; feedback: Feedback | undefined } | Refusal<StepRefusal> {
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
  if (row.needs?.includes('reason') && !reason) return refuse('reason.missing', { move: name })
  const wantsFeedback = row.needs?.includes('feedback') ?? false
  if (wantsFeedback && !given.feedback?.words.trim()) return refuse('feedback.missing', { move: name })
  return { state, reason, feedback: wantsFeedback ? given.feedback : undefined }
}

export function isOpen(state: SlipState): boolean {
  return !(endedSlips as readonly string[]).includes(state)
}

/** Whether the slip still asks something of its unit. A reported one waits for the dispatcher alone. */
export function asksUnit(state: SlipState): boolean {
  return isOpen(state) && state !== 'reported'
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

/** 警情状态 from its slips: the furthest open one; with none open, what was reported, or nobody is on the way. */
export function incidentStateOf(
  slips: readonly { state: SlipState; hasFeedback: boolean }[],
): 'accepted' | 'dispatched' | 'en-route' | 'on-scene' | 'scene-done' | 'reported' {
  const far = furthest(slips.map(({ state }) => state).filter(isOpen))
  if (far === undefined) return slips.some(({ hasFeedback }) => hasFeedback) ? 'reported' : 'accepted'
  return far === 'issued' || far === 'signed' ? 'dispatched' : far
}

/** 警力状态 from its slips: the furthest one that asks something of it. Off duty it stays off until it signs. */
export function unitStateOf(now: UnitState, slips: readonly SlipState[]): UnitState {
  const isAway = now === 'off' || now === 'out'
  switch (furthest(slips.filter(asksUnit))) {
    case undefined:
      return isAway ? now : 'ready'
    case 'issued':
      return isAway ? now : 'assigned'
    case 'signed':
      return 'assigned'
    case 'en-route':
      return 'en-route'
    default:
      return 'on-scene'
  }
}
