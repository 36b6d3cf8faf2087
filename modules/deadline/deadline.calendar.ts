import * as z from 'zod/mini'
import { momentOf, type Moment } from '@open110/kit/time'

const Hour = z.string().check(z.regex(/^([01]\d|2[0-4]):[0-5]\d$/))

/** From and to in epoch milliseconds; the end may be never. */
export type Span = readonly [number, number]

/** 工作日 — one day that is not as its weekday says: a holiday, or a Saturday worked in exchange (调休). Beijing time. */
export const WorkDay = z.object({
  /** `2026-02-14` */
  day: z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/)),
  isWorkday: z.boolean(),
  opens: z.optional(Hour),
  closes: z.optional(Hour),
})
export type WorkDay = z.infer<typeof WorkDay>

/** 工作日历 — Monday to Friday, 09:00 to 17:00, but for the days that are listed (SH-21). */
export type Calendar = { readonly days: ReadonlyMap<string, WorkDay> }

export function calendarOf(days: readonly WorkDay[]): Calendar {
  return { days: new Map(days.map((one) => [one.day, one])) }
}

const dayMs = 86_400_000
/** Beijing has had no summer time since 1991. */
const beijingMs = 8 * 3_600_000
const openHour = '09:00'
const closeHour = '17:00'
/** So far ahead is looked for working time; a calendar without any ends the search and not the program. */
const furthestDays = 3_660

const minutesMs = (hour: string) => (Number(hour.slice(0, 2)) * 60 + Number(hour.slice(3))) * 60_000

/** Working hours from the day of this moment on, in epoch milliseconds. */
export function* workSpans(calendar: Calendar, fromMs: number): Generator<Span> {
  const first = Math.floor((fromMs + beijingMs) / dayMs)
  for (let day = first; day < first + furthestDays; day++) {
    const midnightMs = day * dayMs
    const weekday = new Date(midnightMs).getUTCDay()
    const listed = calendar.days.get(momentOf(midnightMs).slice(0, 10))
    if (!(listed?.isWorkday ?? (weekday >= 1 && weekday <= 5))) continue
    yield [
      midnightMs - beijingMs + minutesMs(listed?.opens ?? openHour),
      midnightMs - beijingMs + minutesMs(listed?.closes ?? closeHour),
    ]
  }
}

/** Whether somebody is at work then; outside of it there is no on-site clock at all (SH-22). */
export function isWorkTime(moment: Moment, calendar: Calendar): boolean {
  const ms = Date.parse(moment)
  const [opens, closes] = workSpans(calendar, ms).next().value ?? [Infinity, Infinity]
  return opens <= ms && ms < closes
}
