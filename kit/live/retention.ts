import * as z from 'zod/mini'
import { query, type Database } from '../db/index.ts'
import type { Sweep } from '../jobs/index.ts'
import type { Clock } from '../pure/time.ts'

/** So many at a time, so that no transaction is long and nobody waits behind it. */
const slice = 1_000
const everyMs = 60_000

/**
 * Removes the oldest events that the rule in `event_forgotten` no longer keeps, and says so in the same transaction.
 * Only from the front and only below the horizon: above the mark nothing is ever missing.
 */
const forgetOldest = query({
  name: 'kit.forget-oldest-events',
  takes: z.object({ now: z.string(), limit: z.number() }),
  sql: `with oldest as materialized (
          select cursor, at from event
           where cursor < (pg_snapshot_xmin(pg_current_snapshot())::text::bigint << 12)
           order by cursor limit :limit::int),
        kept as (
          select min(cursor) as first from oldest, event_forgotten where at >= :now::timestamptz - keep),
        gone as (
          select max(cursor) as up_to from oldest, kept where first is null or cursor < first),
        marked as (
          update event_forgotten f set up_to = greatest(f.up_to, gone.up_to)
            from gone where gone.up_to is not null
          returning gone.up_to)
        delete from event using marked where event.cursor <= marked.up_to`,
})

/** 到期清除 — the log does not grow for ever; whoever comes back from before it is told to fetch anew. */
export function liveSweeps(given: { db: Database; clock: Clock }): Sweep[] {
  const db = given.db.of('content')
  return [
    {
      name: 'live.forget',
      everyMs,
      run: () => db.run(forgetOldest, { now: given.clock.now(), limit: slice }),
    },
  ]
}
