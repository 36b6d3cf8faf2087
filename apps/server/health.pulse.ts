import * as z from 'zod/mini'
import { query, type Database } from '@open110/kit/server/db'
import type { SteadyClock } from '@open110/kit/time'

/**
 * A commit that is flushed like any other and leaves no row behind. A standby, or a database that is set to reading,
 * answers and keeps nothing. And a house without a desk has nobody to send a report to.
 */
const beat = query({
  name: 'server.pulse',
  gives: z.object({
    canWrite: z.boolean(),
    hasDesk: z.boolean(),
    at: z.string(),
    wrote: z.optional(z.string()),
  }),
  sql: `select can_write, has_desk, clock_timestamp() as at,
               case when can_write then pg_logical_emit_message(true, 'open110.pulse', '')::text end as wrote
          from (select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as can_write,
                       exists (select from desk_name) as has_desk) as now`,
})

/** 脉搏 — how the database took one tiny durable write. */
export type Pulse = {
  readonly canWrite: boolean
  readonly hasDesk: boolean
  readonly tookMs: number
  /** How far the database's date is ahead of the house's. */
  readonly aheadMs: number
}

/** Whoever asks in quick succession is told the same. */
const freshMs = 300

export function openPulse(given: { db: Database; clock: SteadyClock }): () => Promise<Pulse> {
  let last: { atMs: number; pulse: Promise<Pulse> } | undefined
  const feel = async (): Promise<Pulse> => {
    const { db, clock } = given
    const beganMs = performance.now()
    const before = Date.parse(clock.now())
    const { canWrite, hasDesk, at } = await db.tx((tx) => tx.one(beat))
    const tookMs = performance.now() - beganMs
    return { canWrite, hasDesk, tookMs, aheadMs: Date.parse(at) - before - tookMs / 2 }
  }
  return () => {
    if (last && performance.now() - last.atMs < freshMs) return last.pulse
    const mine = { atMs: Infinity, pulse: feel() }
    last = mine
    const note = () => void (mine.atMs = performance.now())
    mine.pulse.then(note, note)
    return mine.pulse
  }
}
