import { Unanswered } from '@open110/kit/client/call'
import { isServers } from '@open110/kit/client/pace'
import type { Refusal } from '@open110/kit/refuse'
import { secondsBetween, type Moment } from '@open110/kit/time'
import type { Mode, NewFix, NewReport, Receipt } from '@open110/modules/report'

/** What a person may send. One press of a button is one parcel. */
export type Parcel =
  | { readonly kind: 'report'; readonly body: NewReport }
  | {
      readonly kind: 'message'
      readonly body: {
        readonly words?: string
        readonly attachment?: string
        readonly answer?: { readonly question: string; readonly option: string }
      }
    }
  | { readonly kind: 'supplement'; readonly body: { readonly words?: string; readonly fix?: NewFix } }
  | { readonly kind: 'attachment'; readonly file: FileNote; readonly isSaid: boolean }
  /** 撤回 — asked for, with whatever was typed. */
  | { readonly kind: 'withdrawal'; readonly body: { readonly pin?: string } }

/** 附件 on its way. The bytes lie beside it in the store, under `file/<item>`. */
export type FileNote = {
  readonly name: string
  readonly type: string
  readonly bytes: number
  /** Absent where the phone cannot compute it (no secure context, or a very large clip). */
  readonly sha256?: string
  /** Where the upload goes on; the server knows the offset. */
  readonly url?: string
}

/** 发件 — one thing the person has pressed send for, until the server has it. */
export type Item = {
  readonly version: 1
  readonly id: string
  /** Made once when the button was pressed; sent unchanged however often (CO1). */
  readonly key: string
  /** The report it belongs to: a server id, or the id of a report that still lies in this outbox. */
  readonly of: string
  readonly madeAt: Moment
  /** When the person last said that it should go. */
  readonly agreedAt: Moment
  readonly state: 'queued' | 'delivered' | 'refused'
  readonly parcel: Parcel
  readonly receipt?: Receipt
  readonly refusal?: Refusal
  /** The attachment that the server made of it. */
  readonly attachment?: string
}

/** 不确定: it has been on its way and no answer came; it may be there. Never said to be unsent, and sent again. */
export type ItemState = 'queued' | 'sending' | 'unknown' | 'delivered' | 'ask' | 'refused'

/** An item as the person sees it. */
export type SeenItem = Item & {
  readonly shows: ItemState
  readonly tries: number
  /** Of an attachment, as far as the server has acknowledged. */
  readonly sentBytes: number
  /** False when the phone could not store it: closing the page would lose it, and the page says so. */
  readonly isKept: boolean
}

/** A cry for help that is older than this is not sent without asking: things may have changed (CO8). */
export const askAfterSeconds = 30 * 60

/** Words and answers grow stale as reports do; a picture does not, and a wish to withdraw is looked at by a person. */
export function mustAsk(item: Item, now: Moment): boolean {
  const isLasting = item.parcel.kind === 'attachment' || item.parcel.kind === 'withdrawal'
  if (item.state !== 'queued' || isLasting) return false
  return secondsBetween(item.agreedAt, now) > askAfterSeconds
}

/** Reports wait for nothing and nobody, words for the words before them, media for all of these. */
export type Lane = 'alarm' | 'text' | 'media'
const lanes = {
  report: 'alarm',
  message: 'text',
  supplement: 'text',
  withdrawal: 'text',
  attachment: 'media',
} as const
export const laneOf = (item: Item): Lane => lanes[item.parcel.kind]
export const admissionOf = { alarm: 'alarm', text: 'dialogue', media: 'media' } as const

/** Whether it may be there although sending it failed: not when the server said that it took nothing. */
export function mayBeThere(failure: unknown): boolean {
  if (!(failure instanceof Unanswered)) return true
  if (failure.status === undefined) return !failure.hasNeverLeft
  return isServers(failure) && failure.retryAfterSeconds === undefined
}

/** The server's id of the report that an item belongs to, once there is one. */
export function reportOf(item: Item, items: readonly Item[]): string | undefined {
  if (item.parcel.kind === 'report') return item.receipt?.id
  if (item.of.startsWith('rp_')) return item.of
  return items.find((other) => other.id === item.of)?.receipt?.id
}

/** What goes next: the report before what belongs to it, all text before any media, the oldest first (CO2). */
export function nextOf(items: readonly Item[], lane: Lane, isDue: (item: Item) => boolean): Item | undefined {
  const due = items
    .filter((item) => item.state === 'queued' && isDue(item))
    .filter((item) => item.parcel.kind === 'report' || reportOf(item, items) !== undefined)
    .toSorted((a, b) => (a.madeAt < b.madeAt ? -1 : a.madeAt > b.madeAt ? 1 : 0))
  if (lane === 'media' && due.some((item) => laneOf(item) !== 'media')) return undefined
  return due.find((item) => laneOf(item) === lane)
}

/** A delivered report without what it said: the phone keeps no more of it than it needs to find it again (CO10). */
export function delivered(item: Item, receipt: Receipt): Item {
  const mode: Mode = item.parcel.kind === 'report' ? item.parcel.body.mode : 'text'
  if (mode === 'silent') receipt = { id: receipt.id } as Receipt
  return { ...item, state: 'delivered', parcel: { kind: 'report', body: { mode } as NewReport }, receipt }
}

/** Something else that the server has. What was typed to withdraw is kept nowhere from then on (CI40). */
export function done(item: Item): Item {
  const parcel = item.parcel.kind === 'withdrawal' ? { ...item.parcel, body: {} } : item.parcel
  return { ...item, state: 'delivered', parcel }
}

/**
 * A delivered silent report as it is stored: which report of the server it became, for what still hangs on it and for
 * the page that shows it. No mode, no time, no desk, no receipt code (CO17).
 */
export function bare(item: Item): Item {
  if (!isSilent(item) || item.state !== 'delivered') return item
  const { id, of, receipt } = item
  const nothing = { kind: 'report', body: {} as NewReport } as const
  const at = '' as Moment
  return {
    version: 1,
    id,
    key: '',
    of,
    madeAt: at,
    agreedAt: at,
    state: 'delivered',
    parcel: nothing,
    receipt: { id: receipt?.id ?? '' } as Receipt,
  }
}

/** What was stored bare was a silent report: nothing else is stored so. */
export function isSilent({ parcel, state }: Item): boolean {
  if (parcel.kind !== 'report') return false
  const mode = parcel.body.mode as Mode | undefined
  return mode === 'silent' || (mode === undefined && state === 'delivered')
}

/** As a page takes it up again. */
export function clothed(item: Item): Item {
  if (!isSilent(item) || item.state !== 'delivered') return item
  return { ...item, parcel: { kind: 'report', body: { mode: 'silent' } as NewReport } }
}
