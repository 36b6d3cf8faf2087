import type { Seat, DeskPolicy } from '@open110/modules/desk'
import { isForced, isOffered, type QueueRow } from '@open110/modules/report'
import { secondsSince } from '../Queue/age.state.ts'

/** 告警 — only what a person here must act on. Derived from what is true now, so none outlives its cause. */
export type Alarm =
  | {
      readonly kind: 'unreceived'
      readonly id: string
      readonly reports: readonly string[]
      readonly waitedSeconds: number
    }
  | { readonly kind: 'unstaffed'; readonly id: string }
  | { readonly kind: 'owner-lost'; readonly id: string; readonly reports: readonly string[] }

export function alarmsOf(
  rows: readonly QueueRow[],
  seats: readonly Seat[] | undefined,
  policy: DeskPolicy,
  nowMs: number,
): Alarm[] {
  const alarms: Alarm[] = []
  const late = rows
    .filter(
      (row) => row.state === 'delivered' && secondsSince(row.deliveredAt, nowMs) >= policy.supervisorSeconds,
    )
    .sort((a, b) => a.urgency - b.urgency || (a.deliveredAt < b.deliveredAt ? -1 : 1))
  if (late.length > 0) {
    const reports = late.map((row) => row.report as string)
    const waitedSeconds = Math.max(...late.map((row) => secondsSince(row.deliveredAt, nowMs)))
    alarms.push({ kind: 'unreceived', id: `unreceived:${reports.toSorted().join()}`, reports, waitedSeconds })
  }
  if (seats?.length && seats.every((seat) => seat.state !== 'live'))
    alarms.push({ kind: 'unstaffed', id: 'unstaffed' })
  const lost = rows
    .filter((row) => row.owner && row.owner.state !== 'live' && (row.unread > 0 || isOffered(row)))
    .map((row) => row.report as string)
  if (lost.length > 0)
    alarms.push({ kind: 'owner-lost', id: `owner-lost:${lost.toSorted().join()}`, reports: lost })
  return alarms
}

/** Nobody has it in hand: it waits, whoever received it has fallen silent, or it is another matter now: 胁迫, undecided. */
const hasNobody = (row: QueueRow) =>
  row.state === 'delivered' || isOffered(row) || (isForced(row) && row.flags.includes('withdraw-asked'))

/** 补充 — what somebody in danger to life has added, each time once: nobody may be looking at that report. */
const newsOf = (row: QueueRow): string[] =>
  row.supplementedAt && row.urgency === 1 && !hasNobody(row) ? [`${row.report} ${row.supplementedAt}`] : []

/** 铃声 — P1 rings until somebody has received it or it is hushed here; P2 sounds once; everything else is silent. */
export type Ringing = {
  /** Reports that have already sounded or been hushed; each sounds for its own sake once. */
  readonly told: ReadonlySet<string>
  readonly hushed: ReadonlySet<string>
}
export const noRinging: Ringing = { told: new Set(), hushed: new Set() }
export type Sound = 'p1' | 'p2'

/** What to play now. Called on each change of the queue and again while P1 rings. */
export function ring(
  ringing: Ringing,
  rows: readonly QueueRow[],
  isFirst: boolean,
): { ringing: Ringing; play?: Sound; isUrgent: boolean } {
  const waiting = rows.filter(hasNobody)
  const urgent = waiting.filter((row) => row.urgency === 1 && !ringing.hushed.has(row.report))
  const fresh = waiting.filter((row) => row.urgency === 2 && !ringing.told.has(row.report))
  const news = rows.flatMap(newsOf)
  const isNews = news.some((one) => !ringing.told.has(one))
  const told = new Set([...waiting.map((row) => row.report as string), ...news])
  const hushed = new Set([...ringing.hushed].filter((id) => told.has(id)))
  const next = { told, hushed }
  if (urgent.length > 0) return { ringing: next, play: 'p1', isUrgent: true }
  if ((fresh.length > 0 || isNews) && !isFirst) return { ringing: next, play: 'p2', isUrgent: false }
  return { ringing: next, isUrgent: false }
}

/** Rings again and again until somebody has it. */
export const ringsOn = (row: QueueRow): boolean =>
  row.urgency === 1 && (row.state === 'delivered' || (isForced(row) && hasNobody(row)))

/** Quiet here for what rings now. Nothing is told to the server, and the next one rings again. */
export function hush(ringing: Ringing, rows: readonly QueueRow[]): Ringing {
  const waiting = rows.filter(hasNobody).map((row) => row.report as string)
  return { told: new Set([...ringing.told, ...waiting]), hushed: new Set([...ringing.hushed, ...waiting]) }
}

/** The page's title carries the count, for a person who cannot hear (lessons d1). */
export function titleOf(rows: readonly QueueRow[], name: string): string {
  const waiting = rows.filter(hasNobody)
  if (waiting.length === 0) return name
  const mark = waiting.some((row) => row.urgency === 1) ? '▲' : '●'
  return `${mark}(${waiting.length}) ${name}`
}
