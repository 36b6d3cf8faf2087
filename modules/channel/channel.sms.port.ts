import type { Moment } from '@open110/kit/time'
import type { Permit } from '@open110/modules/contact'
import type { LinePlace } from './channel.ts'

/** A text as the carrier hands it over; a long one comes in pieces that each say which they are. */
export type TextIn = {
  readonly ref: string
  readonly number: string
  /** `12110578`: what it was sent to. */
  readonly called: string
  readonly words: string
  readonly at: Moment
  readonly piece?: { readonly group: string; readonly number: number; readonly of: number } | undefined
  readonly place?: LinePlace | undefined
}

/** What has become of a piece that went out. */
export type TextReceipt = { readonly ref: string; readonly isDelivered: boolean; readonly at: Moment }

/** 短信网关 — the carrier's gateway for 12110. */
export type TextGateway = {
  /**
   * Texts and receipts are told to one listener; the carrier hears that a text was taken only after the listener is done,
   * and sends it again when the listener failed.
   */
  hear(listener: { text(text: TextIn): Promise<void>; receipt(receipt: TextReceipt): Promise<void> }): void
  /** Hands the pieces over; gives the carrier's name of each. Throws when it does not take them. */
  send(
    permit: Permit<'sms' | 'receipt'>,
    text: { from: string; to: string; pieces: readonly string[] },
  ): Promise<readonly string[]>
  isUp(): boolean
  close(): Promise<void>
}
