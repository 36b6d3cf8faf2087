import type { Moment } from '@open110/kit/time'
import type { ClockName } from '@open110/modules/deadline'
import { findings, type Gap, type OpenLoop } from './closure.ts'

/** What is known of an incident that is not closed properly. */
export type Loop = {
  readonly state: string
  readonly acceptedAt: Moment
  readonly changedAt: Moment
  readonly nextAt?: Moment | undefined
  /** Over, and no feedback, merge or reason says why. */
  readonly isGroundless: boolean
  /** Whoever answers for it sits at a seat of its desk. */
  readonly isOwnerHere: boolean
  readonly slips: readonly {
    readonly id: string
    readonly unit: string
    readonly unitName: string
    readonly state: string
    readonly movedAt: Moment
    readonly hasFeedback: boolean
    readonly isSentBack: boolean
  }[]
  readonly late: readonly { readonly clock: ClockName; readonly dueAt: Moment; readonly subject: string }[]
  /** When the follow-up of a major one was due that nobody has done. */
  readonly followUpDueAt?: Moment | undefined
}

const endedSlips = ['closed', 'cancelled', 'returned']
const over = ['closed', 'archived', 'merged', 'invalid']

/** What an open slip still lacks; nothing when it only waits for the dispatcher. */
function missing(slip: Loop['slips'][number]): Gap['finding'] | undefined {
  if (slip.isSentBack) return 'feedback-sent-back'
  if (slip.state === 'issued') return 'not-signed'
  if (slip.state === 'signed' || slip.state === 'en-route' || slip.state === 'return-asked')
    return 'not-arrived'
  if (slip.state === 'on-scene' || slip.state === 'scene-done') return 'no-feedback'
  return undefined
}

/** 环节缺口 — everything that one incident lacks, the worst first; nothing when it is closed properly. */
export function gapsOf(loop: Loop): Gap[] {
  const gaps: Gap[] = []
  const isOver = over.includes(loop.state)
  if (loop.isGroundless) gaps.push({ finding: 'closed-without-ground', since: loop.changedAt })
  if (loop.followUpDueAt) gaps.push({ finding: 'follow-up-missing', since: loop.followUpDueAt })
  for (const { clock, dueAt, subject } of loop.late) {
    if (clock === 'follow-up' && loop.followUpDueAt) continue
    const slip = loop.slips.find(({ id }) => id === subject)
    gaps.push({ finding: 'overdue', since: dueAt, clock, ...about(slip) })
  }
  if (!isOver) {
    const open = loop.slips.filter(({ state }) => !endedSlips.includes(state))
    if (open.length === 0 && !loop.isOwnerHere) gaps.push({ finding: 'no-owner', since: loop.changedAt })
    for (const slip of open) {
      const finding = missing(slip)
      if (finding) gaps.push({ finding, since: slip.movedAt, ...about(slip) })
    }
    const isDone = loop.slips.some(({ hasFeedback }) => hasFeedback)
    if (loop.state === 'pending') gaps.push({ finding: 'on-hold', since: loop.changedAt })
    else if (open.length === 0 && !isDone) gaps.push({ finding: 'not-dispatched', since: freeSince(loop) })
    else if (open.every((slip) => missing(slip) === undefined))
      gaps.push({ finding: 'not-closed', since: loop.changedAt })
  }
  return gaps.toSorted(byRank)
}

const about = (slip: Loop['slips'][number] | undefined) =>
  slip ? { slip: slip.id, unit: slip.unit, unitName: slip.unitName } : {}

/** Since when nobody is sent: accepted, or the last slip ended in vain. */
function freeSince({ acceptedAt, slips }: Loop): Moment {
  return slips.reduce((since, { movedAt }) => (movedAt > since ? movedAt : since), acceptedAt)
}

const rank = ({ finding }: Gap) => findings.indexOf(finding)
const byRank = (a: Gap, b: Gap) => rank(a) - rank(b) || (a.since < b.since ? -1 : 1)

/** The worst gap first, then the higher level, then whoever has waited longest. */
export function byUrgency(a: OpenLoop, b: OpenLoop): number {
  const worst = ({ gaps }: OpenLoop) => (gaps[0] ? rank(gaps[0]) : findings.length)
  return worst(a) - worst(b) || (a.level ?? 9) - (b.level ?? 9) || (a.since < b.since ? -1 : 1)
}
