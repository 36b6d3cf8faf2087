import type { Moment } from '@open110/kit/time'
import type { ClockName, Pause, SubjectKind } from './deadline.ts'

/** 责任人 — whose turn it is while the clock runs. */
export type Owner = { readonly kind: 'unit' | 'person' | 'desk'; readonly id: string; readonly name: string }

/** What happened to an incident, as far as clocks depend on it. Moments are when it truly happened. */
export type IncidentCourse = {
  readonly id: string
  readonly acceptedAt: Moment
  readonly owner: Owner
  /** The moves that were made, in their order. */
  readonly steps: readonly {
    readonly move: string
    readonly at: Moment
    readonly by?: string | undefined
    readonly reason?: string | undefined
  }[]
  /** 下次处理 — until when it is on hold, if it is. */
  readonly nextAt?: Moment | undefined
  readonly slips: readonly SlipCourse[]
}

export type SlipCourse = {
  readonly id: string
  readonly owner: Owner
  readonly issuedAt: Moment
  readonly hasEnded: boolean
  readonly steps: readonly { readonly move: string; readonly at: Moment }[]
  /** Every feedback that was given about it, and when. */
  readonly feedbackAt: readonly Moment[]
}

/** 应计时钟 — a clock as the course of things wants it: when it began and, if it has, how it ended. */
export type Wanted = {
  readonly clock: ClockName
  readonly subjectKind: SubjectKind
  readonly subject: string
  readonly owner: Owner
  readonly startedAt: Moment
  readonly stoppedAt?: Moment | undefined
  /** It ended because nobody waits for that step any more. */
  readonly isDropped?: boolean
  /** A due moment that was agreed elsewhere and overrides the policy's. */
  readonly dueAt?: Moment | undefined
}

const ends = ['close', 'invalidate', 'merge']
const opens = ['revive', 'revalidate', 'unmerge']
const before = (a: Moment, b: Moment | undefined) => b === undefined || a < b

/** When it was opened last, and since when it is over if it is. */
function openSpan({ acceptedAt, steps }: IncidentCourse): { openedAt: Moment; endedAt: Moment | undefined } {
  let openedAt = acceptedAt
  let endedAt: Moment | undefined
  for (const { move, at } of steps) {
    if (ends.includes(move)) endedAt ??= at
    if (opens.includes(move)) [openedAt, endedAt] = [at, undefined]
  }
  return { openedAt, endedAt }
}

/** 挂起 — from each hold to the next move, whichever it is. The last one may still last. */
export function holdsOf({ steps, nextAt }: IncidentCourse): Pause[] {
  return steps.flatMap(({ move, at, by = '', reason = '' }, index) => {
    if (move !== 'hold') return []
    const next = steps[index + 1]
    return [{ from: at, until: next ? undefined : nextAt, to: next?.at, reason, by }]
  })
}

/** From the moment on in which nobody is sent, to the slip that sends somebody: accepted, or all slips ended in vain. */
function dispatchClocks(incident: IncidentCourse): Wanted[] {
  const { openedAt, endedAt } = openSpan(incident)
  const sent = incident.slips
    .map(({ issuedAt, hasEnded, feedbackAt, steps }) => ({
      from: issuedAt,
      to: hasEnded && feedbackAt.length === 0 ? (steps.at(-1)?.at ?? issuedAt) : undefined,
    }))
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
  const gaps: { from: Moment; to: Moment | undefined }[] = []
  let free: Moment | undefined = openedAt
  for (const { from, to } of sent) {
    if (free !== undefined && free <= from) gaps.push({ from: free, to: from })
    else if (free === undefined) continue
    free = to === undefined ? undefined : to > free ? to : free
  }
  if (free !== undefined) gaps.push({ from: free, to: undefined })
  const { id, owner } = incident
  return gaps.map(({ from, to }) => ({
    clock: 'dispatch',
    subjectKind: 'incident',
    subject: id,
    owner,
    startedAt: from,
    stoppedAt: to ?? endedAt,
    isDropped: to === undefined && endedAt !== undefined,
  }))
}

function slipClocks({ id, owner, issuedAt, hasEnded, steps, feedbackAt }: SlipCourse): Wanted[] {
  const first = (...moves: string[]) => steps.find(({ move }) => moves.includes(move))?.at
  const endedAt = hasEnded ? (steps.at(-1)?.at ?? issuedAt) : undefined
  const clock = (name: ClockName, startedAt: Moment, stoppedAt: Moment | undefined): Wanted => ({
    clock: name,
    subjectKind: 'slip',
    subject: id,
    owner,
    startedAt,
    stoppedAt: stoppedAt ?? endedAt,
    isDropped: stoppedAt === undefined && endedAt !== undefined,
  })
  const arrivedAt = first('arrive')
  const signedAt = first('sign')
  // Who asks to hand the slip back has answered it, unless that is refused: then it waits to be signed as before.
  const asked = steps.findLast(({ move }) => move === 'ask-return' || move === 'refuse-return')
  const askedAt = asked?.move === 'ask-return' ? asked.at : undefined
  const wanted = [clock('sign', issuedAt, signedAt ?? askedAt), clock('arrive', issuedAt, arrivedAt)]
  if (signedAt !== undefined) wanted.push(clock('depart', signedAt, first('depart', 'arrive')))
  if (arrivedAt === undefined) return wanted
  const sentBackAt = steps.findLast(({ move }) => move === 'send-back')?.at
  const reportedAt = steps.findLast(({ move, at }) => move === 'report' && before(sentBackAt ?? '', at))?.at
  wanted.push(clock('first-feedback', arrivedAt, feedbackAt.toSorted()[0] ?? first('report')))
  wanted.push(clock('feedback', arrivedAt, reportedAt))
  return wanted
}

/** 时钟推演 — every clock that an incident and its slips want, from what happened and nothing else. */
export function clocksOf(incident: IncidentCourse): Wanted[] {
  return [...dispatchClocks(incident), ...incident.slips.flatMap(slipClocks)]
}
