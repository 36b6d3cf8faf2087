import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Subject } from '../http/index.ts'
import type { LiveEvent } from './event.ts'
import type { Batch } from './batch.ts'

/**
 * 线路 — one live connection. `greeting` has said nothing yet, `joining` waits to be known, `behind` is being told what it
 * missed, `live` hears what happens, `gone` hears nothing more.
 */
export type Line = {
  readonly ws: WebSocket
  /** Frames that are made once are written here, past the library, which would frame each anew. */
  readonly socket: Duplex
  state: 'greeting' | 'joining' | 'behind' | 'live' | 'gone'
  token: string
  subject: Subject
  topics: readonly string[]
  /** Everything up to here that it may hear has been written to it. */
  at: number
  /** What it is to hear of the page that is being delivered, not yet written. */
  batch: Batch | undefined
  beatenMs: number
  /** A sign of life came before it was known whose. */
  owesBeat: boolean
  isBeingChecked: boolean
}

/** Asked for each event anew: what has ended or was taken away is heard no more. `now` as the clock says it. */
export const mayHear = ({ subject }: Line, { hearers }: Pick<LiveEvent, 'hearers'>, now: string): boolean =>
  subject.endsAt > now && hearers.some((name) => subject.hears.includes(name))
