import type { ItemState, SeenItem } from '@open110/core/item'
import { waitedSince } from '@open110/core/ladder'
import { openReportStates, type ReportState } from '@open110/modules/report'
import type { Moment } from '@open110/kit/time'
import type { ReportRow } from '@open110/core/watch'

/** 一句实话 — the one line on top of the first page: the most pressing truth about what this person has sent. */
export type Truth =
  | { readonly kind: 'ask'; readonly id: string }
  | { readonly kind: 'sending'; readonly id: string; readonly shows: Exclude<ItemState, 'delivered' | 'ask'> }
  | {
      readonly kind: 'waiting'
      readonly id: string
      readonly waitedSeconds: number
      readonly isQuiet: boolean
    }
  | {
      readonly kind: 'open'
      readonly id: string
      readonly state: ReportState
      readonly desk: string
      readonly unread: number
      readonly isQuiet: boolean
    }

/** What has not left comes first, then what nobody has opened, then the newest that is still open. */
export function truthOf(given: {
  items: readonly SeenItem[]
  rows: readonly ReportRow[]
  now: Moment
}): Truth | undefined {
  const unsent = given.items.filter(({ parcel, shows }) => parcel.kind === 'report' && shows !== 'delivered')
  const asked = unsent.find(({ shows }) => shows === 'ask')
  const [going] = unsent
  if (going && going !== asked) return { kind: 'sending', id: going.id, shows: going.shows as 'queued' }
  if (asked) return { kind: 'ask', id: asked.id }
  const open = given.rows.filter(({ state }) => openReportStates.some((each) => each === state))
  const row = open.find(({ receivedAt }) => !receivedAt) ?? open[0]
  if (!row) return undefined
  const isQuiet = row.mode === 'silent'
  if (!row.receivedAt) {
    return { kind: 'waiting', id: row.id, waitedSeconds: waitedSince(row.deliveredAt, given.now, 0), isQuiet }
  }
  return {
    kind: 'open',
    id: row.id,
    state: row.state,
    desk: row.desk?.name ?? '',
    unread: row.unread,
    isQuiet,
  }
}

/** Everything that waits on this phone, for the line about the outbox. */
export function waitingCount(items: readonly SeenItem[]): number {
  return items.filter(({ shows }) => shows === 'queued' || shows === 'sending' || shows === 'unknown').length
}
