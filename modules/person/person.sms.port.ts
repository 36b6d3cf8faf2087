import type { Permit } from '@open110/modules/contact'

/** 短信 — the way a code reaches a phone. What is foreign stays behind this port. */
export type Sms = {
  /** Hand a text over for delivery; throws when the carrier cannot take it. */
  send(permit: Permit<'code'>, text: { to: string; words: string; at: string }): Promise<void>
}
