import * as z from 'zod/mini'
import type { EventContract } from '../pure/event.ts'
import type { Moment } from '../pure/time.ts'
import { query } from './query.ts'

/** An event as it is written into the log. */
export type Told = {
  readonly type: string
  readonly version: number
  readonly at: Moment
  readonly topics: readonly string[]
  readonly hearers: readonly string[]
  readonly data: unknown
}

/** The cursor has twelve bits for the place of an event in its transaction. */
export const mostEvents = 4_096

export function toldBy<Body extends z.ZodMiniType>(
  contract: EventContract<Body>,
  at: Moment,
  body: z.infer<Body>,
): Told {
  const data = z.parse(contract.body, body)
  return {
    type: contract.name,
    version: contract.version,
    at,
    topics: contract.topics(data),
    hearers: contract.hearers(data),
    data,
  }
}

/**
 * Inserts the events of a list into the log, in its order. The cursor is the transaction's number and the event's place
 * in it: see docs/decisions on the event log.
 */
export const intoLog = (
  list: string,
  only = 'true',
) => `insert into event (cursor, type, version, at, topics, hearers, data)
        select (pg_current_xact_id()::text::bigint << 12) | (row_number() over (order by e.n) - 1), e.type, e.version,
               e.at, e.topics, e.hearers, e.data
          from rows from (jsonb_to_recordset(:${list}::jsonb) as (type text, version int, at timestamptz, topics text[],
                          hearers text[], data jsonb, press text))
               with ordinality as e(type, version, at, topics, hearers, data, press, n)
         where ${only}`

export const keepEvents = query({
  name: 'kit.keep-events',
  takes: z.object({ events: z.string() }),
  sql: intoLog('events'),
})
