import { momentOf, type Moment } from '@open110/kit/time'
import { workSpans, type Calendar, type Span } from './deadline.calendar.ts'

/** What does not count: pauses, and all but working time where a calendar is given. */
export type Counting = {
  readonly pauses: readonly { readonly from: Moment; readonly to?: Moment | undefined }[]
  readonly calendar?: Calendar | undefined
}

/** The pauses in order, those that touch as one. */
function stillness(pauses: Counting['pauses']): Span[] {
  const spans = pauses
    .map(({ from, to }): Span => [Date.parse(from), to === undefined ? Infinity : Date.parse(to)])
    .filter(([from, to]) => from < to)
    .toSorted((a, b) => a[0] - b[0])
  const merged: Span[] = []
  for (const [from, to] of spans) {
    const last = merged.at(-1)
    if (last && from <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], to)]
    else merged.push([from, to])
  }
  return merged
}

/** What counts from this moment on, piece by piece; it ends where a pause has no end. */
function* counted(fromMs: number, { pauses, calendar }: Counting): Generator<Span> {
  const still = stillness(pauses)
  const spans = calendar ? workSpans(calendar, fromMs) : [[fromMs, Infinity] as const]
  for (const [opens, closes] of spans) {
    let at = Math.max(opens, fromMs)
    for (const [from, to] of still) {
      if (to <= at || from >= closes) continue
      if (from > at) yield [at, from]
      at = to
      if (at === Infinity) return
    }
    if (at < closes) yield [at, closes]
  }
}

/** When so many seconds have been counted; nothing while a pause without an end stands before it. */
export function dueAfter(start: Moment, seconds: number, counting: Counting): Moment | undefined {
  let leftMs = seconds * 1_000
  for (const [from, to] of counted(Date.parse(start), counting)) {
    if (to - from >= leftMs) return momentOf(from + leftMs)
    leftMs -= to - from
  }
  return undefined
}

/** How many seconds were counted between two moments; none if the second is the earlier. */
export function countedSeconds(from: Moment, to: Moment, counting: Counting): number {
  const endMs = Date.parse(to)
  let ms = 0
  for (const [opens, closes] of counted(Date.parse(from), counting)) {
    if (opens >= endMs) break
    ms += Math.min(closes, endMs) - opens
  }
  return ms / 1_000
}

/** Working seconds between two moments. */
export function workSecondsBetween(from: Moment, to: Moment, calendar: Calendar): number {
  return countedSeconds(from, to, { pauses: [], calendar })
}

/** When so many working seconds have passed, counted from the start; nothing if the calendar has no work to come. */
export function dueAfterWork(start: Moment, seconds: number, calendar: Calendar): Moment | undefined {
  return dueAfter(start, seconds, { pauses: [], calendar })
}
