import type { SeenItem } from '@open110/core/item'
import { openReportStates, type ReportState } from '@open110/modules/report'

export const pinLetters = { least: 4, most: 6 } as const

/** What is typed after one more press; what is too much is not taken. */
export function pressed(typed: string, key: string): string {
  if (key === 'back') return typed.slice(0, -1)
  return typed.length < pinLetters.most && /^\d$/.test(key) ? typed + key : typed
}

/** Nothing at all, for whoever has never set one, or as many figures as a PIN has. */
export const maySend = (typed: string): boolean => typed === '' || typed.length >= pinLetters.least

/** 撤回 — offered while the report is worked on, and not where nobody has it yet. */
export const mayAsk = (state: ReportState | undefined): boolean =>
  state !== undefined && openReportStates.some((each) => each === state)

/**
 * Whether this phone has asked. It knows no more: not what was typed, not whether it was right, not what became of it, and
 * not whether the network has it yet (CI40).
 */
export const hasAsked = (items: readonly SeenItem[]): boolean =>
  items.some(({ parcel }) => parcel.kind === 'withdrawal')

/** What is wrong with two new PINs, in the order in which a person would see it. */
export function pinsWrong(pin: string, duress: string): 'four' | 'same' | undefined {
  const isPin = (each: string) => /^\d{4,6}$/.test(each)
  if (!isPin(pin) || !isPin(duress)) return 'four'
  return pin === duress ? 'same' : undefined
}
