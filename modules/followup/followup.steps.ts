import { move, type Moves } from '@open110/kit/moves'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { secondsBetween, type Moment } from '@open110/kit/time'
import { isCovert, permit, type ContactMode, type Opening } from '@open110/modules/contact'
import type { After, RatingStage } from '@open110/modules/report/after'
import {
  channels,
  followUpMoves,
  handMoves,
  type Channel,
  type FollowUpState,
  type Reach,
  type Result,
} from './followup.ts'
import type { FollowUpPolicy } from './followup.policy.ts'

/** 途径 — how each channel goes out to somebody. */
export const wayOf = {
  message: 'quiet-message',
  call: 'call',
  sms: 'sms',
} as const satisfies Record<Channel, string>

/** 本人同意 — the ways that the reporter has said are safe, and when. */
export function ownWord(reach: Reach | undefined): Opening[] {
  return (reach?.ways ?? []).map((way) => ({ way, from: reach!.from, until: reach!.until }))
}

export function openChannels(contact: ContactMode, reach: Reach | undefined, now: Moment): Channel[] {
  return channels.filter(
    (channel) => !isRefusal(permit({ mode: contact }, wayOf[channel], now, ownWord(reach))),
  )
}

const table: Moves<FollowUpState, string> = followUpMoves

/** The state after a move of `followup.move`, or why it is refused: the table first, then what the move needs. */
export function takeMove(
  followUp: { state: FollowUpState; attempts: number },
  name: string,
  roles: readonly string[],
  given: { reason?: string | undefined; result?: Result | undefined },
  policy: Pick<FollowUpPolicy, 'attempts'>,
):
  | FollowUpState
  | Refusal<
      | 'move.not-now'
      | 'move.denied'
      | 'reason.missing'
      | 'followup.result-missing'
      | 'followup.attempts-missing'
    > {
  const isByHand = (handMoves as readonly string[]).includes(name)
  const state = move(followUpMoves, followUp.state, isByHand ? name : '', roles)
  if (isRefusal(state)) return state
  const needs = table[name]?.needs ?? []
  if (needs.includes('result') && !hasWords(given.result)) return refuse('followup.result-missing')
  if (needs.includes('reason') && !given.reason?.trim()) return refuse('reason.missing')
  if (name === 'give-up' && followUp.attempts < policy.attempts)
    return refuse('followup.attempts-missing', { made: followUp.attempts, needed: policy.attempts })
  return state
}

/** A result says how satisfied somebody is, or at least something in words. */
export function hasWords(result: Result | undefined): result is Result {
  return result?.satisfaction !== undefined || (result?.comment?.trim() ?? '') !== ''
}

/** What a report tells about whether it can be rated. */
export type Rateable = { state: string; receivedAt?: Moment | undefined }

const endedStates = ['done', 'declined', 'invalid']

/** 可评环节 — what has happened can be rated. Somebody covert is not asked while it goes on. */
export function rateableStages(
  report: Rateable,
  contact: ContactMode,
  given: readonly { stage: RatingStage; ratedAt: Moment }[],
  now: Moment,
  policy: Pick<FollowUpPolicy, 'rateChangeSeconds'>,
): RatingStage[] {
  const isOver = endedStates.includes(report.state)
  if (isCovert({ mode: contact }) && !isOver) return []
  const happened: RatingStage[] = [
    ...(report.receivedAt ? (['answer'] as const) : []),
    ...(report.state === 'done' ? (['handling'] as const) : []),
  ]
  return happened.filter((stage) => {
    const earlier = given.find((rating) => rating.stage === stage)
    return !earlier || Math.abs(secondsBetween(earlier.ratedAt, now)) <= policy.rateChangeSeconds
  })
}

/** 未出警结案 — the reporter reads why nobody came, where it is over and nobody did. */
export function unvisitedOf(
  report: { state: string; outcome?: string | undefined },
  incident: { closeReason?: string | undefined; hasArrived: boolean } | undefined,
  contestedAt: Moment | undefined,
): After['unvisited'] {
  if (!incident || incident.hasArrived) return undefined
  if (report.state !== 'done' && report.state !== 'invalid') return undefined
  const reason = incident.closeReason ?? report.outcome
  return reason === undefined ? undefined : { reason, contestedAt }
}
