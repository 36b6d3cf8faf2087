import type { Ids } from '@open110/kit/ids'
import { json, type Tx } from '@open110/kit/server/db'
import { secondsBetween, type Moment } from '@open110/kit/time'
import { calendarOf, type Calendar } from './deadline.calendar.ts'
import type { Wanted } from './deadline.course.ts'
import { deadlineChanged, deadlineSettled } from './deadline.events.ts'
import { limitsFor, scaledTo, type DeadlinePolicy } from './deadline.policy.ts'
import { countedSeconds } from './deadline.span.ts'
import * as store from './deadline.store.ts'
import type { Stored } from './deadline.store.ts'
import type { Pause, UrbanClass } from './deadline.ts'
import {
  countingOf,
  nextAtOf,
  nothingTold,
  outcomeOf,
  toldStill,
  turnsOf,
  type OwnRule,
  type Told,
  type Turns,
} from './deadline.turn.ts'

/** What all clocks of one thing share. */
export type Shared = {
  readonly desk: string
  readonly report?: string | undefined
  readonly incident?: string | undefined
  readonly level?: number | undefined
  readonly urbanClass?: UrbanClass | undefined
  readonly holds: readonly Pause[]
}

export type PolicyAt = (moment: Moment) => DeadlinePolicy

/** The body that every event of a clock begins with. */
export function about(row: Stored) {
  const { id, clock, subjectKind, subject, desk, incident } = row
  return {
    deadline: id as string,
    clock,
    subjectKind,
    subject,
    desk,
    incident,
    unit: row.ownerKind === 'unit' ? row.owner : undefined,
  }
}

export async function calendarFor(tx: Pick<Tx, 'all'>, rules: readonly OwnRule[]): Promise<Calendar> {
  return calendarOf(rules.some(({ inWorkTime }) => inWorkTime) ? await tx.all(store.workDays) : [])
}

/** When the sweep must look at it next: something is to be told, or a pause ends that was given until then. */
export function nextOf(row: Pick<Stored, 'pauses'>, turns: Turns, told: Told): Moment | undefined {
  const until = row.pauses.find(({ to }) => to === undefined)?.until
  const tellAt = nextAtOf(turns, told)
  return until !== undefined && (tellAt === undefined || until < tellAt) ? until : tellAt
}

/** The row with its moments set out anew from its own start, rule and pauses; how it ended, if it did. */
export function setOut(
  row: Stored,
  end: { stoppedAt: Moment | undefined; isDropped: boolean },
  calendar: Calendar,
  now: Moment,
): Stored {
  const counting = countingOf(row.rule, [...row.holds, ...row.pauses], calendar)
  const turns = turnsOf(row.startedAt, row.rule, counting)
  const { warnedAt, overdueAt, stepsDone } = row
  const told = toldStill(turns, { warnedAt, overdueAt, stepsDone }, now)
  const { stoppedAt } = end
  const moments = { ...turns, steps: [...turns.steps] }
  if (stoppedAt === undefined) {
    const ended = { stoppedAt, outcome: undefined, countedSeconds: undefined }
    return { ...row, ...moments, ...told, ...ended, nextAt: nextOf(row, turns, told) }
  }
  return {
    ...row,
    ...moments,
    nextAt: undefined,
    stoppedAt,
    outcome: outcomeOf(stoppedAt, turns.dueAt, end.isDropped),
    countedSeconds: countedSeconds(row.startedAt, stoppedAt, counting),
  }
}

export const keepRows = (tx: Tx, rows: readonly Stored[]): Promise<number> =>
  tx.run(store.keep, { rows: json(rows) })

/** What others must hear of the difference: taken back or ended after it was told, or moved. */
function tellOf(tx: Tx, before: Stored | undefined, after: Stored, now: Moment): void {
  if (!before) return
  const wasTold = before.warnedAt !== undefined || before.overdueAt !== undefined
  if (after.stoppedAt !== undefined) {
    if (wasTold && (before.stoppedAt === undefined || before.outcome !== after.outcome))
      tx.emit(deadlineSettled, now, { ...about(after), outcome: after.outcome! })
  } else if (before.dueAt !== after.dueAt || before.stoppedAt !== undefined) {
    tx.emit(deadlineChanged, now, { ...about(after), dueAt: after.dueAt })
  }
}

type Change = { before: Stored | undefined; after: Stored }

/**
 * 对表 — what must be written so that the clocks as they are kept become those that are wanted. What runs and is wanted
 * no more is dropped.
 */
export async function changesOf(
  tx: Tx,
  ids: Ids,
  stored: readonly Stored[],
  wanted: readonly Wanted[],
  shared: Shared,
  policyAt: PolicyAt,
  now: Moment,
): Promise<Change[]> {
  const keyOf = (one: { clock: string; subject: string; startedAt: Moment }) =>
    `${one.clock} ${one.subject} ${one.startedAt}`
  const known = new Map(stored.map((row) => [keyOf(row), row]))
  const fresh = wanted.map((one) => ({ one, rule: ownRule(one, shared, policyAt) }))
  const calendar = await calendarFor(tx, [
    ...fresh.map(({ rule }) => rule),
    ...stored.map(({ rule }) => rule),
  ])
  const changes: Change[] = []

  for (const { one, rule } of fresh) {
    const before = known.get(keyOf(one))
    known.delete(keyOf(one))
    // What has ended is history: a level that is raised later makes no met clock late.
    if (before?.stoppedAt !== undefined && before.stoppedAt === one.stoppedAt) {
      const { report, incident } = shared
      if (before.report !== report || before.incident !== incident)
        changes.push({ before, after: { ...before, report, incident } })
      continue
    }
    const row: Stored = {
      ...(before ?? { ...nothingTold, id: ids.make('dl') as Stored['id'], pauses: [], steps: [] }),
      clock: one.clock,
      subjectKind: one.subjectKind,
      subject: one.subject,
      startedAt: one.startedAt,
      desk: shared.desk,
      report: shared.report,
      incident: shared.incident,
      ownerKind: one.owner.kind,
      owner: one.owner.id,
      ownerName: one.owner.name,
      rule,
      holds: [...shared.holds],
    }
    const after = setOut(row, { stoppedAt: one.stoppedAt, isDropped: one.isDropped ?? false }, calendar, now)
    if (!before || json(before) !== json({ ...before, ...after })) changes.push({ before, after })
  }
  for (const left of known.values()) {
    if (left.stoppedAt !== undefined) continue
    changes.push({ before: left, after: setOut(left, { stoppedAt: now, isDropped: true }, calendar, now) })
  }
  return changes
}

/** The rule of the policy with the limits of this level and area, or of the moment that was agreed elsewhere. */
function ownRule(one: Wanted, { level, urbanClass }: Shared, policyAt: PolicyAt): OwnRule {
  const rule = policyAt(one.startedAt).clocks[one.clock]
  const { inWorkTime, escalates } = rule
  const limits = one.dueAt
    ? scaledTo(rule.limits, secondsBetween(one.startedAt, one.dueAt))
    : limitsFor(rule, { level, urbanClass })
  return { limits, ...(inWorkTime !== undefined && { inWorkTime }), escalates }
}

export async function keepChanges(tx: Tx, changes: readonly Change[], now: Moment): Promise<void> {
  if (changes.length === 0) return
  await keepRows(
    tx,
    changes.map(({ after }) => after),
  )
  for (const { before, after } of changes) tellOf(tx, before, after, now)
}
