import * as z from 'zod/mini'
import { query, type Reader } from '../db/index.ts'
import { liveEvent, type LiveEvent, type StoredEvent } from './event.ts'

const columns = {
  cursor: z.number(),
  type: z.string(),
  at: z.string(),
  topics: z.array(z.string()),
  hearers: z.array(z.string()),
  data: z.string(),
}

/** At most so many events are read at once; a full page means that there may be more. */
export const page = 500

/**
 * The log in commit-safe order. Only events of transactions below the snapshot's `xmin` are read: all of those have
 * ended, so nothing can still appear below the cursor, however late a slower transaction commits. `waits` is the
 * newest committed event that must wait above it, because somebody in the cluster keeps a transaction open.
 */
const eventsAfter = query({
  name: 'kit.events-after',
  takes: z.object({ after: z.number(), limit: z.number() }),
  gives: z.object({
    horizon: z.number(),
    waits: z.optional(z.number()),
    forgotten: z.number(),
    cursor: z.optional(columns.cursor),
    type: z.optional(columns.type),
    at: z.optional(columns.at),
    topics: z.optional(columns.topics),
    hearers: z.optional(columns.hearers),
    data: z.optional(columns.data),
  }),
  sql: `with snapshot as materialized (
          select pg_snapshot_xmin(pg_current_snapshot())::text::bigint << 12 as horizon),
        edge as materialized (
          select horizon, (select max(cursor) from event where cursor >= horizon) as waits,
                 (select up_to from event_forgotten) as forgotten
            from snapshot)
        select horizon, waits, forgotten, e.* from edge
          left join lateral (
            select cursor, type, at, topics, hearers, data::text as data from event
             where cursor > :after::bigint and cursor < horizon order by cursor limit :limit::int) e on true
         order by e.cursor`,
})

/** What is nearest to the horizon, newest first. */
const lastEvents = query({
  name: 'kit.last-events',
  takes: z.object({ upTo: z.number(), limit: z.number() }),
  gives: z.object(columns),
  sql: `select cursor, type, at, topics, hearers, data::text as data from event
         where cursor <= :upTo::bigint order by cursor desc limit :limit::int`,
})

const missed = z.object({
  after: z.number(),
  upTo: z.number(),
  topics: z.array(z.string()),
  hears: z.array(z.string()),
  limit: z.number(),
})
const missedEvents = query({
  name: 'kit.missed-events',
  takes: missed,
  gives: z.object(columns),
  sql: `select cursor, type, at, topics, hearers, data::text as data from event
         where cursor > :after::bigint and cursor <= :upTo::bigint and topics && :topics::text[]
           and hearers && :hears::text[]
         order by cursor limit :limit::int`,
})
const missedCount = query({
  name: 'kit.missed-count',
  takes: missed,
  gives: z.object({ count: z.number() }),
  sql: `select count(*) from (
          select from event
           where cursor > :after::bigint and cursor <= :upTo::bigint and topics && :topics::text[]
             and hearers && :hears::text[]
           limit :limit::int) e`,
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
export async function forgetStrangers(db: Reader): Promise<void> {
  await db.run(foreign)
}

/**
 * The newest event that may be read, and never a place above it: the numbers of transactions that left nothing behind are
 * given once more after a crash of the database, and a head among them would be above events that are still to come.
 */
const newest = query({
  name: 'kit.newest-event',
  gives: z.object({ cursor: z.number() }),
  sql: `select greatest((select up_to from event_forgotten), coalesce((select max(cursor) from event
         where cursor < (pg_snapshot_xmin(pg_current_snapshot())::text::bigint << 12)), 0)) as cursor`,
})

export async function firstHead(db: Reader): Promise<number> {
  return (await db.one(newest)).cursor
}

export type Page = {
  readonly events: readonly LiveEvent[]
  /** The cursor up to which everything has now been seen. */
  readonly upTo: number
  /** No event from here on has been seen, and those that are committed wait. */
  readonly horizon: number
  /** The newest committed event above the horizon, if any waits there. */
  readonly waits: number | undefined
  readonly forgotten: number
  readonly isFull: boolean
}

/** The next events after a cursor. */
export async function readOn(db: Reader, after: number): Promise<Page> {
  const rows = await db.all(eventsAfter, { after, limit: page })
  const [first] = rows
  if (!first) throw new Error('the log answered nothing')
  // Without an event there is one row all the same: where the horizon is.
  const events = first.cursor === undefined ? [] : rows.map((row) => liveEvent(row as StoredEvent))
  const isFull = events.length >= page
  return {
    events,
    upTo: events.at(-1)?.cursor ?? after,
    horizon: first.horizon,
    waits: first.waits,
    forgotten: first.forgotten,
    isFull,
  }
}

/** The last events up to a cursor, in order, and the cursor after which they are all there are. */
export async function lastOf(
  db: Reader,
  upTo: number,
  limit: number,
): Promise<{ events: LiveEvent[]; after: number }> {
  const rows = await db.all(lastEvents, { upTo, limit })
  // Asked last: what was removed before the rows were read is known now.
  const { upTo: gone } = await db.one(forgotten)
  const events = rows.toReversed().map(liveEvent)
  return { events, after: events.length < limit ? gone : events[0]!.cursor - 1 }
}

type Ears = { readonly topics: readonly string[]; readonly hears: readonly string[] }

/** One page of what somebody who was away has missed and may hear; `undefined` when part of it is no longer kept. */
export async function missedBy(
  db: Reader,
  since: number,
  upTo: number,
  ears: Ears,
): Promise<readonly LiveEvent[] | undefined> {
  const rows = await db.all(missedEvents, { after: since, upTo, ...lists(ears), limit: page })
  return since < (await db.one(forgotten)).upTo ? undefined : rows.map(liveEvent)
}

/** How much that is, counted no further than `most`. */
export async function countMissed(
  db: Reader,
  since: number,
  upTo: number,
  ears: Ears,
  most: number,
): Promise<number> {
  return (await db.one(missedCount, { after: since, upTo, ...lists(ears), limit: most })).count
}

const lists = ({ topics, hears }: Ears) => ({ topics: [...topics], hears: [...hears] })
