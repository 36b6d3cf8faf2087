import type { Room } from './recent.ts'

/** 节奏 — limits of the live connections. A test hurries them; nobody else says any. */
export type Pace = {
  /** More events than this behind, and it is cheaper for the client to fetch everything again. */
  readonly mostMissed: number
  /** A client that leaves more than this unread is dropped; it comes back with its cursor. */
  readonly mostBufferedBytes: number
  /** A line with more than this unread is shown nothing that passes until it has read. */
  readonly mostPassingBytes: number
  /** How long the first frame may take. */
  readonly helloMs: number
  /** How often a session is asked for again. */
  readonly recheckMs: number
  /** Signs of life that come faster than this are one: each is a write. */
  readonly beatMs: number
  /** How long somebody who is catching up may take nothing at all. */
  readonly stallMs: number
  /** Heartbeats stop when what they prove is older than this; the client's own patience comes on top (promise 5). */
  readonly sureMs: number
  /** So many first frames are looked at at once; in a storm the others wait their turn. */
  readonly joinsAtOnce: number
  /** What is kept of the log in memory. */
  readonly kept: Room
}

export const ordinary: Pace = {
  mostMissed: 20_000,
  mostBufferedBytes: 1024 * 1024,
  mostPassingBytes: 64 * 1024,
  helloMs: 5_000,
  recheckMs: 5_000,
  beatMs: 1_000,
  stallMs: 30_000,
  sureMs: 900,
  joinsAtOnce: 64,
  kept: { events: 20_000, bytes: 32 * 1024 * 1024 },
}
