import * as z from 'zod/mini'

/** A moment: ISO 8601, UTC, always three digits of milliseconds, so that text order is time order. */
export const Moment = z.iso.datetime({ precision: 3 })
export type Moment = z.infer<typeof Moment>

export function momentOf(epochMs: number): Moment {
  return new Date(epochMs).toISOString()
}

/** `moment` moved by a number of seconds, which may be negative or have a fraction. */
export function plusSeconds(moment: Moment, seconds: number): Moment {
  return momentOf(Date.parse(moment) + seconds * 1000)
}

/** Whole and fractional seconds from `from` to `to`. */
export function secondsBetween(from: Moment, to: Moment): number {
  return (Date.parse(to) - Date.parse(from)) / 1000
}

/** Where time comes from. The program is handed a clock, so that a test can own it. */
export type Clock = { now(): Moment }

/** A clock that can also say how much time has passed, whatever is done to the date meanwhile. */
export type SteadyClock = Clock & {
  /** Milliseconds since some moment before the program asked first; never goes back, never jumps. */
  steadyMs(): number
  /** By how many milliseconds the machine's date is ahead of what is believed; 0 while it is believed. */
  wrongMs(): number
}
