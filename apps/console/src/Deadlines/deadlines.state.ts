import type { Deadline } from '@open110/modules/deadline'

/** 超时判断 — made here each second from the moments that the server gave; nothing is asked again for it. */
const isRunning = (clock: Deadline): boolean => clock.state !== 'paused' && clock.state !== 'settled'

export const isRed = (clock: Deadline, nowMs: number): boolean =>
  isRunning(clock) && clock.dueAt !== undefined && Date.parse(clock.dueAt) <= nowMs

export const isAmber = (clock: Deadline, nowMs: number): boolean =>
  isRunning(clock) && !isRed(clock, nowMs) && clock.warnAt !== undefined && Date.parse(clock.warnAt) <= nowMs

export type ClockTone = 'fresh' | 'late' | 'overdue' | 'paused'

export function toneOf(clock: Deadline, nowMs: number): ClockTone {
  if (clock.state === 'paused') return 'paused'
  return isRed(clock, nowMs) ? 'overdue' : isAmber(clock, nowMs) ? 'late' : 'fresh'
}

/** Seconds until it is due; below nothing once it is overdue. A paused clock says what was left. */
export function leftSeconds(clock: Deadline, nowMs: number): number {
  if (clock.state === 'paused') return clock.leftSeconds ?? 0
  return clock.dueAt === undefined ? Infinity : Math.floor((Date.parse(clock.dueAt) - nowMs) / 1_000)
}

/**
 * The most overdue first, the paused last. By due moment alone, so that time passing changes no place; only what happens
 * does.
 */
export const inOrder = (clocks: readonly Deadline[]): Deadline[] =>
  clocks
    .filter((clock) => clock.state !== 'settled')
    .toSorted(
      (a, b) =>
        Number(a.state === 'paused') - Number(b.state === 'paused') ||
        (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9') ||
        a.id.localeCompare(b.id),
    )

/** The clock that presses most of those that hang on this thing. */
export function pressing(
  clocks: readonly Deadline[] | undefined,
  of: { readonly slip?: string; readonly incident?: string; readonly report?: string },
): Deadline | undefined {
  const own = (clocks ?? []).filter(
    (clock) =>
      clock.state !== 'settled' &&
      (of.slip !== undefined
        ? clock.subjectKind === 'slip' && clock.subject === of.slip
        : of.incident !== undefined
          ? clock.incident === of.incident && clock.subjectKind !== 'follow-up'
          : clock.report === of.report),
  )
  return inOrder(own)[0]
}

export type Filter = 'all' | 'overdue' | 'late' | 'paused'
export const filters = ['all', 'overdue', 'late', 'paused'] as const

export const passes = (filter: Filter, clock: Deadline, nowMs: number): boolean =>
  filter === 'all' || toneOf(clock, nowMs) === filter

/** What a search looks at. */
export const wordsOf = (clock: Deadline): string =>
  [clock.number, clock.place, clock.owner.name, clock.subject].filter(Boolean).join(' ').toLowerCase()
