import type { Moment } from '@open110/kit/time'
import type { Calendar } from './deadline.calendar.ts'
import type { Limits, Rule } from './deadline.policy.ts'
import { countedSeconds, dueAfter, type Counting } from './deadline.span.ts'
import type { Escalation, Outcome, Pause } from './deadline.ts'

/** What one clock follows: a rule of the policy with the limits of its own level and area. */
export type OwnRule = { readonly limits: Limits } & Pick<Rule, 'inWorkTime' | 'escalates'>

/** Where the moments of a clock lie; absent where a pause stands before them. */
export type Turns = {
  readonly targetAt: Moment | undefined
  readonly warnAt: Moment | undefined
  readonly dueAt: Moment | undefined
  readonly steps: readonly { readonly at: Moment | undefined; readonly to: Escalation }[]
}

/** What has been told of it. */
export type Told = {
  readonly warnedAt: Moment | undefined
  readonly overdueAt: Moment | undefined
  readonly stepsDone: number
}

export const nothingTold: Told = { warnedAt: undefined, overdueAt: undefined, stepsDone: 0 }

export function countingOf(
  rule: OwnRule,
  pauses: readonly Pick<Pause, 'from' | 'to'>[],
  calendar: Calendar,
): Counting {
  return { pauses, calendar: rule.inWorkTime ? calendar : undefined }
}

export function turnsOf(startedAt: Moment, rule: OwnRule, counting: Counting): Turns {
  const after = (seconds: number) => dueAfter(startedAt, seconds, counting)
  return {
    targetAt: after(rule.limits.targetSeconds),
    warnAt: after(rule.limits.warnSeconds),
    dueAt: after(rule.limits.dueSeconds),
    steps: rule.escalates
      .map(({ afterDueSeconds, to }) => ({ at: after(rule.limits.dueSeconds + afterDueSeconds), to }))
      .toSorted((a, b) => ((a.at ?? '~') < (b.at ?? '~') ? -1 : 1)),
  }
}

/** When there is something to tell next; nothing when all is told or the clock stands still. */
export function nextAtOf(turns: Turns, told: Told): Moment | undefined {
  const steps = turns.steps[told.stepsDone]?.at
  return [
    told.warnedAt === undefined && told.overdueAt === undefined ? turns.warnAt : undefined,
    told.overdueAt === undefined ? turns.dueAt : undefined,
    steps,
  ]
    .filter((at) => at !== undefined)
    .toSorted()[0]
}

/** 轮到 — what is to be told at this moment, and what is told after it. Amber is passed over once it is red. */
export function tell(
  turns: Turns,
  told: Told,
  now: Moment,
): { told: Told; isWarned: boolean; isOverdue: boolean; escalatedTo: Escalation[] } {
  const isDue = (at: Moment | undefined) => at !== undefined && at <= now
  const isOverdue = told.overdueAt === undefined && isDue(turns.dueAt)
  const isWarned =
    !isOverdue && told.overdueAt === undefined && told.warnedAt === undefined && isDue(turns.warnAt)
  const due = turns.steps.slice(told.stepsDone).filter(({ at }) => isDue(at))
  return {
    told: {
      warnedAt: isWarned ? now : told.warnedAt,
      overdueAt: isOverdue ? now : told.overdueAt,
      stepsDone: told.stepsDone + due.length,
    },
    isWarned,
    isOverdue,
    escalatedTo: due.map(({ to }) => to),
  }
}

/** What was told of moments that have moved into the future is told no longer. */
export function toldStill(turns: Turns, told: Told, now: Moment): Told {
  const isAhead = (at: Moment | undefined) => at === undefined || at > now
  if (told.overdueAt !== undefined && isAhead(turns.dueAt)) {
    return { warnedAt: isAhead(turns.warnAt) ? undefined : told.warnedAt, overdueAt: undefined, stepsDone: 0 }
  }
  if (told.overdueAt === undefined && told.warnedAt !== undefined && isAhead(turns.warnAt)) {
    return { ...told, warnedAt: undefined }
  }
  return told
}

/** How a clock ended: by when the step truly happened, not by when it was heard of. */
export function outcomeOf(stoppedAt: Moment, dueAt: Moment | undefined, isDropped: boolean): Outcome {
  if (dueAt !== undefined && stoppedAt > dueAt) return 'breached'
  return isDropped ? 'dropped' : 'met'
}

/** How much is left of a clock that stands still. */
export function leftSeconds(startedAt: Moment, rule: OwnRule, counting: Counting, now: Moment): number {
  return Math.max(0, rule.limits.dueSeconds - countedSeconds(startedAt, now, counting))
}
