import type { Moment } from '@open110/kit/time'
import type { Permit } from '@open110/modules/contact'
import type { LinePlace } from './channel.ts'

/** What the telephone system tells, in the order in which it happened. */
export type CtiEvent =
  | {
      readonly kind: 'ringing'
      readonly call: string
      readonly number: string | undefined
      readonly called: string
      /** The desk that this line leads to, where the telephone system knows it. */
      readonly desk: string | undefined
      readonly place: LinePlace | undefined
      readonly at: Moment
    }
  | { readonly kind: 'answered'; readonly call: string; readonly at: Moment }
  | {
      readonly kind: 'ended'
      readonly call: string
      readonly at: Moment
      readonly recordingRef: string | undefined
    }

/** A seat's own telephone: `lishui`, 3. */
export type Extension = { readonly desk: string; readonly seat: number }

/** 话务接口 — the telephone system, whatever it is made by. Commands fail loudly; nobody waits for a call that is not there. */
export type Cti = {
  /** What happens is told to one listener, one event at a time; an event whose telling failed is told again. */
  hear(listener: (event: CtiEvent) => Promise<void>): void
  /** Connects the caller with the telephone of this seat. */
  connect(call: string, seat: Extension): Promise<void>
  hangUp(call: string): Promise<void>
  /** Rings this number from the telephone of this seat; gives the new call. */
  dial(permit: Permit<'call'>, number: string, seat: Extension): Promise<string>
  isUp(): boolean
  close(): Promise<void>
}
