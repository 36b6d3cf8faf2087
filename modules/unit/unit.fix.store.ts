import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'

const lists = {
  seqs: z.array(z.number()),
  ats: z.array(z.string()),
  lngs: z.array(z.number()),
  lats: z.array(z.number()),
  crs: z.array(z.nullable(z.string())),
  rawLngs: z.array(z.nullable(z.number())),
  rawLats: z.array(z.nullable(z.number())),
  accuracies: z.array(z.nullable(z.number())),
  bound: z.array(z.boolean()),
}

/**
 * The positions of one round, all into the history and the newest of each unit to where it is now. With `isPassing` the
 * commit does not wait for the disk: a position is no promise (decision 0021). Units come in one order, so that two
 * servers wait for each other and never in a circle.
 */
export const keepFixes = query({
  name: 'unit.keep-fixes',
  takes: z.object({ ...lists, now: z.string(), by: z.string(), isPassing: z.boolean() }),
  sql: `with pace as materialized (
          select case when :isPassing then set_config('synchronous_commit', 'off', true) end),
        sent as materialized (
          select f.* from pace,
                 unnest(:seqs::int[], :ats::timestamptz[], :lngs::int[], :lats::int[], :crs::text[], :rawLngs::int[],
                        :rawLats::int[], :accuracies::int[], :bound::boolean[])
                   as f(unit, at, lng, lat, crs, raw_lng, raw_lat, accuracy_metres, is_bound)),
        history as (
          insert into unit_fix (unit, at, received_at, lng, lat, crs, raw_lng, raw_lat, accuracy_metres, is_bound)
          select unit, at, :now, lng, lat, crs, raw_lng, raw_lat, accuracy_metres, is_bound from sent),
        newest as (select distinct on (unit) * from sent order by unit, at desc)
        insert into unit_place (unit, lng, lat, accuracy_metres, fix_at, heard_by)
        select unit, lng / 1e7, lat / 1e7, accuracy_metres, at, :by from newest order by unit
        on conflict (unit) do update
          set lng = excluded.lng, lat = excluded.lat, accuracy_metres = excluded.accuracy_metres,
              fix_at = excluded.fix_at, heard = pg_current_xact_id(), heard_by = excluded.heard_by
          where unit_place.fix_at <= excluded.fix_at`,
})

/** The table of a day, by its date; made when it is not there yet. */
export const makeDay = query({
  name: 'unit.make-fix-day',
  takes: z.object({ day: z.string() }),
  sql: `select unit_fix_day(:day::date)`,
})

export const forgetDay = query({
  name: 'unit.forget-fix-day',
  takes: z.object({ before: z.string() }),
  gives: z.object({ gone: z.number() }),
  sql: `select unit_fix_forget(:before::date) as gone`,
})

/**
 * Where units are that another server has heard of since. The whole small table is looked through: an index on what
 * every position changes would cost more than this look each second.
 */
export const placesHeard = query({
  name: 'unit.places-heard',
  takes: z.object({ since: z.string(), by: z.string() }),
  gives: z.object({
    horizon: z.string(),
    unit: z.number(),
    lng: z.number(),
    lat: z.number(),
    fixAt: z.string(),
  }),
  sql: `select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, unit, lng, lat, fix_at from unit_place
         where heard >= :since::xid8 and heard_by <> :by`,
})

/** A trail, in the order of its own times; what was sent twice stands there once. */
export const trackOf = query({
  name: 'unit.track-of',
  takes: z.object({ seq: z.number(), from: z.string(), to: z.string(), most: z.number() }),
  gives: z.object({
    at: z.string(),
    receivedAt: z.string(),
    lng: z.number(),
    lat: z.number(),
    accuracyMetres: z.optional(z.number()),
  }),
  sql: `select distinct on (at) at, received_at, lng / 1e7::float8 as lng, lat / 1e7::float8 as lat, accuracy_metres
          from (select * from unit_fix where unit = :seq and at between :from and :to
                union all select * from unit_fix_kept where unit = :seq and at between :from and :to) f
         order by at, received_at limit :most::int`,
})
