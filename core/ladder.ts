import { secondsBetween, type Moment } from '@open110/kit/time'
import type { LadderStep, ReportView } from '@open110/modules/report'
import { smsNumberOf } from './area.ts'
import type { ItemState } from './item.ts'

/** 梯级 — what is shown as a rung: facts that have happened, and at the end the one thing that is waited for. */
export type Rung =
  | { readonly step: 'queued' | 'sending' | 'unknown' | 'ask' | 'refused'; readonly isReached: false }
  | { readonly step: LadderStep['step']; readonly isReached: true; readonly at: Moment; readonly by?: string }
  | { readonly step: 'waiting'; readonly isReached: false; readonly waitedSeconds: number }

/** The part of a report that the ladder is drawn from. */
export type Climbed = Pick<ReportView, 'ladder' | 'state' | 'deliveredAt'>

/**
 * 回执阶梯 — 待发送 or 发送中 until the server has it; then every rung that is true. A rung that is not reached is
 * not named, not even greyed: only what is waited for is said (CO14, ZJ-14).
 */
export function ladderOf(given: {
  local?: ItemState
  report?: Climbed
  waitedSeconds: number
}): readonly Rung[] {
  const { local, report } = given
  if (!report) return [{ step: !local || local === 'delivered' ? 'sending' : local, isReached: false }]
  const rungs: Rung[] = report.ladder.map((rung) => ({ ...rung, isReached: true }))
  if (!report.ladder.some(({ step }) => step === 'received')) {
    rungs.push({ step: 'waiting', isReached: false, waitedSeconds: given.waitedSeconds })
  }
  return rungs
}

/**
 * How long the person has waited, by two clocks: the phone's against the server's moment, and the seconds that this
 * page itself has counted. The longer one counts, so that a wrong phone clock can only offer help too early.
 */
export function waitedSince(deliveredAt: Moment, now: Moment, countedSeconds: number): number {
  const byClock = secondsBetween(deliveredAt, now)
  return Math.floor(Math.max(0, countedSeconds, byClock < 86_400 ? byClock : 0))
}

/** 出路 — what to do when nobody has answered; silence asks for a way without a voice. */
export type WayOut =
  | { readonly way: 'call' }
  | { readonly way: 'sms'; readonly number: string; readonly words: string }

/** Seconds without leaving the phone after which the way out is offered (faults F12). */
export const unsentSeconds = 15

export function wayOut(given: {
  isQuiet: boolean
  /** 是否方便接听电话: whoever cannot speak is offered the text first, and may still choose the call. */
  canSpeak?: boolean
  desk?: string
  words: string
  /** Absent until delivered. */
  delivered?: { isReceived: boolean; waitedSeconds: number; fallbackAfterSeconds: number }
  unsentForSeconds: number
}): readonly WayOut[] {
  const { delivered } = given
  const isLate = delivered
    ? !delivered.isReceived && delivered.waitedSeconds >= delivered.fallbackAfterSeconds
    : given.unsentForSeconds >= unsentSeconds
  if (!isLate) return []
  const sms: WayOut = { way: 'sms', number: smsNumberOf(given.desk), words: given.words }
  if (given.isQuiet) return [sms]
  return given.canSpeak === false ? [sms, { way: 'call' }] : [{ way: 'call' }, sms]
}

/** 12110 wants the place first, then what is happening (domain §2.1). */
export function smsWords(given: {
  place?: string
  what?: string
  fix?: { lng: number; lat: number }
}): string {
  const half = (degrees: number, [plus, minus]: string) =>
    `${degrees < 0 ? minus : plus}${Math.abs(degrees).toFixed(5)}`
  const point = given.fix && `${half(given.fix.lat, 'NS')} ${half(given.fix.lng, 'EW')}`
  return [given.place, point, given.what].filter(Boolean).join(' ')
}

/** The link that opens the phone's own message page with number and words filled in. */
export function smsLink(number: string, words: string, isApple: boolean): string {
  return `sms:${number}${isApple ? '&' : '?'}body=${encodeURIComponent(words)}`
}
