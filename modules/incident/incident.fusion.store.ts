import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'

const Pair = z.object({ incident: z.string(), report: z.string() })

export const isMainOf = query({
  name: 'incident.is-main',
  takes: Pair,
  gives: z.object({ isMain: z.boolean() }),
  sql: `select is_main from incident_report where incident = :incident and report = :report`,
})

export const removeReport = query({
  name: 'incident.remove-report',
  takes: Pair,
  sql: `delete from incident_report where incident = :incident and report = :report and not is_main`,
})

/** Whether the report was the first of an incident that is part of this one: then that incident is parted, not its report. */
export const broughtBy = query({
  name: 'incident.brought-by',
  takes: z.object({ report: z.string() }),
  gives: z.object({ number: z.string() }),
  sql: `select i.number from incident_fusion f join incident i on i.id = f.merged
         where f.report = :report and f.was_main and i.state = 'merged'
         order by f.at limit 1`,
})

/** The reports go over to the other incident; which of them came is kept, so that parting restores what was. */
export const keepFusion = query({
  name: 'incident.keep-fusion',
  takes: z.object({ merged: z.string(), now: z.string() }),
  sql: `insert into incident_fusion (merged, report, was_main, at)
        select incident, report, is_main, :now from incident_report where incident = :merged`,
})

export const carryReports = query({
  name: 'incident.carry-reports',
  takes: z.object({ merged: z.string(), into: z.string() }),
  gives: z.object({ report: z.string() }),
  sql: `update incident_report set incident = :into, is_main = false where incident = :merged returning report`,
})

/** Where the reports of a merged incident lie now, which may itself have been merged since. */
export const rootOf = query({
  name: 'incident.root-of',
  takes: z.object({ incident: z.string() }),
  gives: z.object({ id: z.string() }),
  sql: `with recursive up as (
          select id, merged_into from incident where id = :incident
          union all
          select i.id, i.merged_into from incident i join up on i.id = up.merged_into
        )
        select id from up where merged_into is null`,
})

/** Those that came with it and are still there: who was taken out by hand meanwhile stays out. */
export const carryBack = query({
  name: 'incident.carry-back',
  takes: z.object({ merged: z.string(), root: z.string() }),
  gives: z.object({ report: z.string(), wasMain: z.boolean(), at: z.string() }),
  sql: `update incident_report r set incident = f.merged, is_main = f.was_main
          from incident_fusion f
         where f.merged = :merged and r.report = f.report and r.incident = :root
        returning r.report, f.was_main, f.at`,
})

/** What has gone home is nobody else's any more: neither of the parted incident nor of those it was part of. */
export const forgetFusion = query({
  name: 'incident.forget-fusion',
  takes: z.object({ reports: z.array(z.string()), merged: z.string() }),
  sql: `delete from incident_fusion f
         where f.merged = :merged
            or (f.report = any(:reports)
                and f.merged in (with recursive up as (
                                   select merged_into from incident where id = :merged
                                   union all
                                   select i.merged_into from incident i join up on i.id = up.merged_into)
                                 select merged_into from up))`,
})

export const forgetReport = query({
  name: 'incident.forget-report',
  takes: z.object({ report: z.string() }),
  sql: `delete from incident_fusion where report = :report`,
})

export const fusedInto = query({
  name: 'incident.fused-into',
  takes: z.object({ incident: z.string() }),
  gives: z.object({ id: z.string(), number: z.string(), category: z.string(), reports: z.number() }),
  sql: `select i.id, i.number, coalesce(i.category_confirmed, i.category_initial) as category,
               (select count(*)::int from incident_fusion f where f.merged = i.id) as reports
          from incident i where i.merged_into = :incident order by i.accepted_at`,
})

export const numberOf = query({
  name: 'incident.number-of',
  takes: z.object({ incident: z.string() }),
  gives: z.object({ id: z.string(), number: z.string() }),
  sql: `select id, number from incident where id = :incident`,
})

/** 危险要素 of both: who drives there must know them all. */
export const joinDangers = query({
  name: 'incident.join-dangers',
  takes: z.object({ into: z.string(), dangers: z.array(z.string()) }),
  sql: `update incident set dangers = array(select distinct unnest(dangers || :dangers::text[])) where id = :into`,
})

export const pinView = query({
  name: 'incident.pin-view',
  takes: z.object({ incident: z.string(), report: z.optional(z.string()) }),
  sql: `update incident set best_view = :report where id = :incident`,
})

/** A view that has left the incident is not its best any more. */
export const unpinView = query({
  name: 'incident.unpin-view',
  takes: z.object({ incident: z.string() }),
  sql: `update incident i set best_view = null
         where id = :incident and best_view is not null
           and not exists (select from incident_report r where r.incident = i.id and r.report = i.best_view)`,
})

const Span = z.object({ desk: z.string(), from: z.string(), to: z.string() })

export const volumeOfDesk = query({
  name: 'incident.volume-of-desk',
  takes: Span,
  gives: z.object({ level: z.number(), incidents: z.number(), merged: z.number() }),
  sql: `select coalesce(level_confirmed, level_initial) as level,
               count(*) filter (where state <> 'merged')::int as incidents,
               count(*) filter (where state = 'merged')::int as merged
          from incident where desk = :desk and accepted_at >= :from and accepted_at < :to group by 1 order by 1`,
})

/** Reports that are part of an incident which began with another, by when they were found to be. */
export const furtherReports = query({
  name: 'incident.further-reports',
  takes: Span,
  gives: z.object({ count: z.number() }),
  sql: `select count(*)::int as count from incident_report r join incident i on i.id = r.incident
         where i.desk = :desk and not r.is_main and r.joined_at >= :from and r.joined_at < :to`,
})
