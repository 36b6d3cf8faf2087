import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Mode } from './report.ts'

/** Only where nobody wrote any before: a caller speaks, and the report is there before their words are. */
export const stateWords = query({
  name: 'report.state-words',
  takes: z.object({ report: z.string(), words: z.string(), placeWords: z.optional(z.string()) }),
  sql: `update report set words = :words, place_words = coalesce(:placeWords, place_words)
         where id = :report and words is null and mode in ('phone', 'walk-in')`,
})

/** 同人 — what this person has open by this door, the newest first: a further text may belong to it. */
export const openOfCitizen = query({
  name: 'report.open-of-citizen-by-mode',
  takes: z.object({ citizen: z.string(), mode: Mode, since: z.string() }),
  gives: z.object({
    id: z.string(),
    citizen: z.string(),
    desk: z.string(),
    incident: z.optional(z.string()),
    words: z.optional(z.string()),
    callSafe: z.boolean(),
    deliveredAt: z.string(),
  }),
  sql: `select id, citizen, desk, incident, words, call_safe, delivered_at from report
         where citizen = :citizen and mode = :mode and greatest(delivered_at, last_signal_at) > :since
           and state in ('delivered','received','verifying','accepted','merged','handling')
         order by delivered_at desc limit 20`,
})

/** By door; what citizens send themselves is one. Medians are of what was received or accepted; effective is what became or joined an incident. */
export const countsByDoor = query({
  name: 'report.counts-by-door',
  takes: z.object({ desk: z.string(), from: z.string(), to: z.string(), ofCitizens: z.array(Mode) }),
  gives: z.object({
    /** Absent for what citizens send themselves. */
    mode: z.optional(Mode),
    reports: z.number(),
    waiting: z.number(),
    effective: z.number(),
    receivedMedianSeconds: z.optional(z.number()),
    acceptedMedianSeconds: z.optional(z.number()),
  }),
  sql: `select d.mode, count(*)::int as reports, (count(*) filter (where r.state = 'delivered'))::int as waiting,
               (count(*) filter (where r.incident is not null and r.state <> 'invalid'))::int as effective,
               percentile_cont(0.5) within group (order by extract(epoch from r.received_at - r.delivered_at)::float8)
                 as received_median_seconds,
               percentile_cont(0.5) within group (order by extract(epoch from s.at - r.delivered_at)::float8)
                 as accepted_median_seconds
          from report r left join report_step s on s.report = r.id and s.step = 'accepted',
               lateral (select case when r.mode = any(:ofCitizens) then null else r.mode end as mode) d
         where r.desk = :desk and r.delivered_at >= :from and r.delivered_at < :to group by d.mode`,
})
