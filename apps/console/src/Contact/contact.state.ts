import { stricterOf, type ContactMode } from '@open110/modules/contact'
import type { Override } from '@open110/modules/contact/override'
import { isForced, type QueueRow } from '@open110/modules/report'

const byOnePress = ['silent', 'chat-only', 'call-only'] as const

/** 收紧 — what one press makes of it: only what lets out less than now. */
export function tighterThan(mode: ContactMode): (typeof byOnePress)[number][] {
  return byOnePress.filter((next) => next !== mode && stricterOf(mode, next) === next)
}

/** 待第二人 — asked for by somebody else: whoever looks may agree. */
export const awaitsMe = (
  override: Pick<Override, 'state' | 'isMine' | 'confirmed' | 'confirmDueAt'>,
): boolean =>
  !override.isMine &&
  !override.confirmed &&
  (override.state === 'asked' || override.confirmDueAt !== undefined)

/** Those that still matter to somebody: what may be used, what is waited for, and what nobody has looked at. */
export function openOverrides(overrides: readonly Override[]): Override[] {
  return overrides.filter(
    ({ state, confirmDueAt }) => state === 'asked' || state === 'standing' || confirmDueAt !== undefined,
  )
}

/** 撤回提示 — rows whose reporter has asked to withdraw and nobody has decided, duress before the others. */
export function askedToWithdraw(queue: readonly QueueRow[]): { row: QueueRow; isDuress: boolean }[] {
  return queue
    .filter(({ flags }) => flags.includes('withdraw-asked'))
    .map((row) => ({ row, isDuress: isForced(row) }))
    .toSorted((a, b) => Number(b.isDuress) - Number(a.isDuress))
}
