import { isUnanswered } from '@open110/modules/escalation'
import { redLoops } from '../OpenLoops/loops.state.ts'
import type { BoardSlip } from '../Boards/lanes.state.ts'
import type { BoardValues } from '../Boards/boards.state.ts'
import { inOrder, isRed } from '../Deadlines/deadlines.state.ts'
import type { Seat } from '@open110/modules/desk'

/** 值班长视图 — what the officer answers for now, the gravest first. Digits lead to them in this order. */
export const panels = [
  'panics',
  'backups',
  'escalations',
  'overdue',
  'unsigned',
  'loops',
  'follow-ups',
  'overrides',
  'major',
  'seats',
] as const
export type PanelName = (typeof panels)[number]

export type Duty = {
  readonly panics: BoardValues['panics']
  readonly backups: BoardValues['backups']
  readonly escalations: BoardValues['escalations']
  readonly overdue: BoardValues['deadlines']['deadlines']
  readonly unsigned: readonly BoardSlip[]
  readonly loops: BoardValues['loops']['loops']
  readonly 'follow-ups': BoardValues['follow-ups']
  readonly overrides: BoardValues['overrides']
  readonly major: BoardValues['pending']
  readonly seats: readonly Seat[]
}

export function dutyOf(
  given: { readonly [Part in keyof BoardValues]?: BoardValues[Part] | undefined } & {
    seats?: readonly Seat[] | undefined
  },
  nowMs: number,
): Duty {
  return {
    panics: given.panics ?? [],
    backups: given.backups ?? [],
    escalations: (given.escalations ?? []).filter(({ state }) => isUnanswered(state)),
    overdue: inOrder(given.deadlines?.deadlines ?? []).filter((clock) => isRed(clock, nowMs)),
    unsigned: (given.slips ?? [])
      .filter(({ slip }) => slip.state === 'issued' || slip.state === 'return-asked')
      .toSorted((a, b) => a.slip.issuedAt.localeCompare(b.slip.issuedAt)),
    loops: redLoops(given.loops?.loops ?? [], nowMs),
    'follow-ups': (given['follow-ups'] ?? []).filter(({ dueAt }) => Date.parse(dueAt) <= nowMs),
    overrides: given.overrides ?? [],
    major: (given.pending ?? []).filter(({ level }) => level === 1),
    seats: (given.seats ?? []).filter(({ state }) => state !== 'empty'),
  }
}

/** A panel that wants somebody is red; the last two only inform. */
export function isPressing(name: PanelName, duty: Duty): boolean {
  if (name === 'seats') return duty.seats.some(({ state }) => state === 'stale')
  return name !== 'major' && duty[name].length > 0
}
