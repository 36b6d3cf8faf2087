import * as z from 'zod/mini'
import { query, type Database } from '../db/index.ts'

const StoredEvent = z.object({
  cursor: z.number(),
  type: z.string(),
  at: z.string(),
  topics: z.array(z.string()),
  hearers: z.array(z.string()),
  data: z.unknown(),
})
export type StoredEvent = z.infer<typeof StoredEvent>

/** At most so many events are read at once; a full page means that there may be more. */
export const page = 500

/**
 * The log in commit-safe order. Only events of transactions below the snapshot's `xmin` are read: all of those have
 * ended, so nothing can still appear below the cursor, however late a slower transaction commits.
 */
const eventsAfter = query({
  name: 'kit.events-after',
  takes: z.object({ after: z.number(), limit: z.number() }),
  gives: z.object({ horizon: z.number(), events: z.array(StoredEvent) }),
  sql: `with edge as materialized (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint << 12 as horizon)
        select horizon, coalesce((select jsonb_agg(to_jsonb(e) order by e.cursor) from (
                 select cursor, type, at, topics, hearers, data from event
                  where cursor > :after::bigint and cursor < horizon order by cursor limit :limit::int) e), '[]') as events
          from edge`,
})

const eventsBetween = query({
  name: 'kit.events-between',
  takes: z.object({
    after: z.number(),
    upTo: z.number(),
    topics: z.array(z.string()),
    hears: z.array(z.string()),
    limit: z.number(),
  }),
  gives: StoredEvent,
  sql: `select cursor, type, at, topics, hearers, data from event
         where cursor > :after::bigint and cursor <= :upTo::bigint and topics && :topics::text[]
           and hearers && :hears::text[]
         order by cursor limit :limit::int`,
})

/** Events at or below this cursor have been removed by retention. */
const forgotten = query({
  name: 'kit.events-forgotten',
  gives: z.object({ upTo: z.number() }),
  sql: `select up_to from event_forgotten`,
})

/**
 * Events above every transaction that this cluster has begun: they came with a restored backup. They would be told
 * again as news one day, and worse, take the place of a new event, whose transaction then fails.
 */
const foreign = query({
  name: 'kit.foreign-events',
  sql: `delete from event where cursor >= (pg_snapshot_xmax(pg_current_snapshot())::text::bigint << 12)`,
})

/** Clears the log of what another cluster has left in it. What those events told is in the tables. */
export async function forgetStrangers(db: Database): Promise<void> {
  await db.run(foreign)
}

export async function firstHead(db: Database): Promise<number> {
  const { horizon } = await db.one(eventsAfter, { after: 0, limit: 0 })
  return horizon - 1
}

/** The next events after a cursor, and the cursor up to which everything has now been seen. */
export async function readOn(db: Database, after: number): Promise<{ events: StoredEvent[]; upTo: number }> {
  const { horizon, events } = await db.one(eventsAfter, { after, limit: page })
  const at = (event: StoredEvent) => ({ ...event, at: new Date(event.at).toISOString() })
  return {
    events: events.map(at),
    upTo: events.length < page ? horizon - 1 : (events.at(-1)?.cursor ?? after),
  }
}

/** What somebody who was away has missed and may hear; too much of it, or what is no longer kept, is a gap. */
export async function missedBy(
  db: Database,
  since: number,
  upTo: number,
  line: { topics: ReadonlySet<string>; hears: ReadonlySet<string> },
  most: number,
): Promise<StoredEvent[] | 'too-many'> {
  if (since < (await db.one(forgotten)).upTo) return 'too-many'
  const events = await db.all(eventsBetween, {
    after: since,
    upTo,
    topics: [...line.topics],
    hears: [...line.hears],
    limit: most + 1,
  })
  return events.length > most ? 'too-many' : events
}
