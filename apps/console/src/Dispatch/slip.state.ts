import type { Say } from '@open110/core/words/console'
import {
  endedSlips,
  feedbackCounts,
  radioedMoves,
  slipMoves,
  type Feedback,
  type Slip,
} from '@open110/modules/dispatch'
import { secondsSince, signingTone, type AgeTone } from '../Queue/age.state.ts'

/** 处警单 — what the dispatcher may do with one, and how long it has waited for its signature. */
export const dispatcherMoves = (Object.keys(slipMoves) as (keyof typeof slipMoves)[]).filter((move) =>
  (slipMoves[move].by as readonly string[]).includes('dispatcher'),
)

/** 电台补录 — a step of the unit's that the desk writes down for it, always with the reason. */
export const isRadioed = (move: string): boolean => (radioedMoves as readonly string[]).includes(move)

export const isEnded = (slip: Slip): boolean => (endedSlips as readonly string[]).includes(slip.state)

/** Seconds since it was issued while nobody has signed; nothing afterwards. */
export function unsignedFor(slip: Slip, nowMs: number): { seconds: number; tone: AgeTone } | undefined {
  if (slip.state !== 'issued') return undefined
  const seconds = secondsSince(slip.issuedAt, nowMs)
  return { seconds, tone: signingTone(seconds) }
}

/** The steps in order with the moments at which they truly happened; one that was heard of late says so. */
export function stepsOf(
  slip: Slip,
): (Pick<Slip['times'][number], 'move' | 'at' | 'by' | 'via'> & { isLate: boolean })[] {
  return slip.times.map(({ move, at, happenedAt, by, via }) => ({
    move,
    at: happenedAt,
    by,
    ...(via && { via }),
    isLate: via === undefined && Date.parse(at) - Date.parse(happenedAt) >= lateSeconds * 1_000,
  }))
}

/** From so much between happening and hearing on, a unit was without network. */
const lateSeconds = 10

/** What the unit has not read back, each thing once. */
export const unreadOf = (slip: Slip): Slip['unread'][number]['what'][] => [
  ...new Set(slip.unread.filter(({ readAt }) => readAt === undefined).map(({ what }) => what)),
]

/** Whether the police have been there: where they have not, the reporter reads the reason of the close. */
export const policeCame = (slips: readonly Pick<Slip, 'kind' | 'times'>[]): boolean =>
  slips.some(({ kind, times }) => kind === 'police' && times.some(({ move }) => move === 'arrive'))

/** Open slips first, the newest first in each part. */
export function sorted(slips: readonly Slip[]): Slip[] {
  return slips.toSorted(
    (a, b) => Number(isEnded(a)) - Number(isEnded(b)) || (a.issuedAt < b.issuedAt ? 1 : -1),
  )
}

/** Words for a step at the end of a line, as they are said on the radio. */
const stepWords: Readonly<Record<string, string>> = {
  签收: 'sign',
  出警: 'depart',
  到达: 'arrive',
  到场: 'arrive',
  处置完毕: 'settle',
  完毕: 'settle',
  取消: 'cancel',
  撤回: 'stand-down',
  结束: 'close',
  准退: 'grant-return',
  不准退: 'refuse-return',
}

/** `城东-2 到达`: the step is read from the end, so that a unit's name may have spaces in it. */
export function unitCommand(argument: string): { readonly name: string; readonly move?: string } {
  const words = argument.trim().split(/\s+/)
  const move = words.length > 1 ? stepWords[words.at(-1)!] : undefined
  return move ? { name: words.slice(0, -1).join(' '), move } : { name: argument.trim() }
}

/** `出动人次 2 · 抓获人数 1`; what is nothing is not named. */
export const countsText = (feedback: Feedback, say: Say): string =>
  feedbackCounts
    .filter((name) => feedback[name])
    .map((name) => `${say(`feedback.field.${name}`)} ${feedback[name]}`)
    .join(' · ')
