import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Listed, listed } from './incident.store.ts'

export const askHint = query({
  name: 'incident.ask-hint',
  takes: z.object({ report: z.string(), desk: z.string(), now: z.string() }),
  sql: `insert into incident_hint (report, desk, asked_at) values (:report, :desk, :now) on conflict do nothing`,
})

/** Few at a time, and none that another process has in hand. */
export const takeHints = query({
  name: 'incident.take-hints',
  gives: z.object({ report: z.string(), desk: z.string() }),
  sql: `delete from incident_hint where report in
          (select report from incident_hint order by asked_at limit 20 for update skip locked)
        returning report, desk`,
})

/**
 * Incidents that may be the same event: those within reach first, then those without a point. However many are open, what
 * is compared by words stays little.
 */
export const incidentsNear = query({
  name: 'incident.near',
  takes: z.object({
    desk: z.string(),
    since: z.string(),
    west: z.optional(z.number()),
    east: z.optional(z.number()),
    south: z.optional(z.number()),
    north: z.optional(z.number()),
  }),
  gives: Listed,
  sql: `select ${listed} from incident i
         where desk = :desk and state not in ('closed', 'merged', 'invalid', 'archived') and accepted_at > :since
           and (lng is null or :west::float8 is null
                or (lng between :west and :east and lat between :south and :north))
         order by lng is null, accepted_at desc limit 60`,
})
