import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Danger, Fact, IncidentPlace, IncidentState } from './incident.ts'

export const Stored = z.object({
  id: z.string(),
  number: z.string(),
  state: IncidentState,
  desk: z.string(),
  levelInitial: z.number(),
  levelConfirmed: z.optional(z.number()),
  categoryInitial: z.string(),
  categoryConfirmed: z.optional(z.string()),
  placeInitial: IncidentPlace,
  placeConfirmed: z.optional(IncidentPlace),
  /** Who confirmed which value, and when. */
  confirmed: z.record(z.string(), z.object({ by: z.string(), at: z.string() })),
  narrative: z.string(),
  dangers: z.array(Danger),
  facts: z.record(z.string(), Fact),
  callSafe: z.boolean(),
  mergedInto: z.optional(z.string()),
  closeReason: z.optional(z.string()),
  closeCode: z.optional(z.string()),
  closedAt: z.optional(z.string()),
  bestView: z.optional(z.string()),
  owner: z.optional(z.string()),
  ownerName: z.optional(z.string()),
  nextAt: z.optional(z.string()),
  acceptedAt: z.string(),
  acceptedBy: z.string(),
  changedAt: z.string(),
  changedBy: z.string(),
  version: z.number(),
})
export type StoredIncident = z.infer<typeof Stored>

export const columns = `id, number, state, desk, level_initial, level_confirmed, category_initial, category_confirmed, place_initial,
  place_confirmed, confirmed, narrative, dangers, facts, call_safe, merged_into, close_reason, close_code, closed_at, best_view,
  owner, owner_name, next_at, accepted_at, accepted_by, changed_at, changed_by, version`

export const nextSerial = query({
  name: 'incident.next-serial',
  takes: z.object({ division: z.string(), day: z.string() }),
  gives: z.object({ last: z.number() }),
  sql: `insert into incident_number (division, day, last) values (:division, :day, 1)
        on conflict (division, day) do update set last = incident_number.last + 1 returning last`,
})

export const addIncident = query({
  name: 'incident.add',
  takes: z.object({
    id: z.string(),
    number: z.string(),
    desk: z.string(),
    level: z.number(),
    category: z.string(),
    place: z.string(),
    narrative: z.string(),
    dangers: z.array(z.string()),
    facts: z.string(),
    callSafe: z.boolean(),
    now: z.string(),
    by: z.string(),
    staff: z.string(),
  }),
  sql: `insert into incident (id, number, state, desk, level_initial, category_initial, place_initial, narrative, dangers,
               facts, call_safe, accepted_at, accepted_by, changed_at, changed_by, owner, owner_name)
        values (:id, :number, 'accepted', :desk, :level, :category, :place::jsonb, :narrative, :dangers, :facts::jsonb,
               :callSafe, :now, :by, :now, :by, :staff, :by)`,
})

export const incidentById = query({
  name: 'incident.by-id',
  takes: z.object({ incident: z.string() }),
  gives: Stored,
  sql: `select ${columns} from incident where id = :incident`,
})

export const incidentForUpdate = query({
  name: 'incident.for-update',
  takes: z.object({ incident: z.string() }),
  gives: Stored,
  sql: `select ${columns} from incident where id = :incident for update`,
})

export const Listed = z.extend(Stored, { reports: z.number() })
export const listed = `${columns}, (select count(*)::int from incident_report r where r.incident = i.id) as reports`

export const incidentsOfDesk = query({
  name: 'incident.of-desk',
  takes: z.object({ desk: z.string(), scope: z.string(), search: z.string() }),
  gives: Listed,
  sql: `select ${listed} from incident i
         where desk = :desk
           and case :scope when 'open' then state not in ('closed', 'merged', 'invalid', 'archived')
                           when 'closed' then state in ('closed', 'merged', 'invalid', 'archived') else true end
           and (:search = '' or number like '%' || :search || '%' or narrative ilike '%' || :search || '%'
                or place_initial->>'words' ilike '%' || :search || '%')
         order by state in ('closed', 'merged', 'invalid', 'archived'), accepted_at desc limit 500`,
})

export const markState = query({
  name: 'incident.mark-state',
  takes: z.object({
    incident: z.string(),
    state: z.string(),
    closeReason: z.optional(z.string()),
    closeCode: z.optional(z.string()),
    mergedInto: z.optional(z.string()),
    nextAt: z.optional(z.string()),
    now: z.string(),
    by: z.string(),
  }),
  gives: z.object({ version: z.number() }),
  // What an earlier state had to say for itself is on the timeline; here stands what holds now.
  sql: `update incident set state = :state, next_at = :nextAt, merged_into = :mergedInto,
               close_reason = case when :state = 'archived' then close_reason else :closeReason end,
               close_code = case when :state = 'archived' then close_code else :closeCode end,
               closed_at = case when :state = 'closed' then :now::timestamptz when :state = 'archived' then closed_at end,
               changed_at = :now, changed_by = :by, version = version + 1
         where id = :incident returning version`,
})

export const saveValues = query({
  name: 'incident.save-values',
  takes: z.object({
    incident: z.string(),
    levelConfirmed: z.optional(z.number()),
    categoryConfirmed: z.optional(z.string()),
    placeConfirmed: z.string(),
    confirmed: z.string(),
    narrative: z.string(),
    dangers: z.array(z.string()),
    facts: z.string(),
    now: z.string(),
    by: z.string(),
  }),
  sql: `update incident set level_confirmed = :levelConfirmed, category_confirmed = :categoryConfirmed,
               place_confirmed = nullif(:placeConfirmed::jsonb, 'null'), confirmed = :confirmed::jsonb,
               narrative = :narrative, dangers = :dangers, facts = :facts::jsonb, changed_at = :now, changed_by = :by,
               version = version + 1
         where id = :incident`,
})

/** What nobody has confirmed yet; the version says so to whoever is correcting it just now. */
export const confirmCategory = query({
  name: 'incident.confirm-category',
  takes: z.object({
    incident: z.string(),
    category: z.string(),
    mark: z.string(),
    now: z.string(),
    by: z.string(),
  }),
  gives: z.object({ desk: z.string(), state: z.string() }),
  sql: `update incident set category_confirmed = :category, changed_at = :now, changed_by = :by, version = version + 1,
               confirmed = confirmed || jsonb_build_object('category', :mark::jsonb)
         where id = :incident and category_confirmed is null returning desk, state`,
})

/** A tapped answer fills what nobody has filled; a value from a person stays (product promise 6). */
export const fillFact = query({
  name: 'incident.fill-fact',
  takes: z.object({ incident: z.string(), field: z.string(), fact: z.string(), now: z.string() }),
  gives: z.object({ desk: z.string(), state: z.string() }),
  sql: `update incident set facts = facts || jsonb_build_object(:field::text, :fact::jsonb), changed_at = :now,
               version = version + 1
         where id = :incident and coalesce(facts->:field->>'from', 'answer') = 'answer' returning desk, state`,
})

export const touch = query({
  name: 'incident.touch',
  takes: z.object({ incident: z.string(), now: z.string(), by: z.string() }),
  sql: `update incident set changed_at = :now, changed_by = :by, version = version + 1 where id = :incident`,
})

export const addReportTo = query({
  name: 'incident.add-report',
  takes: z.object({
    incident: z.string(),
    report: z.string(),
    isMain: z.boolean(),
    now: z.string(),
    by: z.string(),
  }),
  sql: `insert into incident_report (incident, report, is_main, joined_at, joined_by)
        values (:incident, :report, :isMain, :now, :by)`,
})

export const mainReport = query({
  name: 'incident.main-report',
  takes: z.object({ incident: z.string() }),
  gives: z.object({ report: z.string() }),
  sql: `select report from incident_report where incident = :incident and is_main`,
})

export const addStep = query({
  name: 'incident.add-step',
  takes: z.object({
    incident: z.string(),
    now: z.string(),
    what: z.string(),
    by: z.optional(z.string()),
    note: z.optional(z.string()),
  }),
  sql: `insert into incident_step (incident, at, what, by, note) values (:incident, :now, :what, :by, :note)`,
})

export const stepsOf = query({
  name: 'incident.steps-of',
  takes: z.object({ incident: z.string() }),
  gives: z.object({
    at: z.string(),
    what: z.string(),
    by: z.optional(z.string()),
    note: z.optional(z.string()),
  }),
  sql: `select at, what, by, note from incident_step where incident = :incident order by id`,
})

export const statesOf = query({
  name: 'incident.states-of',
  takes: z.object({ incidents: z.array(z.string()) }),
  gives: z.object({ id: z.string(), state: z.string() }),
  sql: `select id, state from incident where id = any(:incidents)`,
})

export const policyAt = query({
  name: 'incident.policy-at',
  takes: z.object({ desk: z.string(), now: z.string() }),
  gives: z.object({ policy: z.record(z.string(), z.unknown()) }),
  sql: `select policy from incident_policy where desk in (:desk, '*') and valid_from <= :now
         order by (desk = '*'), valid_from desc limit 1`,
})

/** Held and their time has come, in every process together once. */
export const heldDue = query({
  name: 'incident.held-due',
  takes: z.object({ now: z.string() }),
  gives: z.object({ id: z.string() }),
  sql: `select id from incident where state = 'pending' and next_at <= :now
         order by next_at limit 50 for update skip locked`,
})

export const closedBefore = query({
  name: 'incident.closed-before',
  takes: z.object({ desk: z.string(), before: z.string() }),
  gives: z.object({ id: z.string() }),
  sql: `select id from incident where state = 'closed' and desk = :desk and closed_at <= :before
         order by closed_at limit 200 for update skip locked`,
})

export const desksClosed = query({
  name: 'incident.desks-closed',
  takes: z.object({ before: z.string() }),
  gives: z.object({ desk: z.string() }),
  sql: `select distinct desk from incident where state = 'closed' and closed_at <= :before`,
})

/** What this person answers for. */
export const ownedBy = query({
  name: 'incident.owned-by',
  takes: z.object({ desk: z.string(), staff: z.string() }),
  gives: Listed,
  sql: `select ${listed} from incident i
         where owner = :staff and desk = :desk and state not in ('closed', 'merged', 'invalid', 'archived')
         order by accepted_at limit 500`,
})

/** 责任转移 — only what the outgoing person still answers for passes on. */
export const passOn = query({
  name: 'incident.pass-on',
  takes: z.object({ incidents: z.array(z.string()), from: z.string(), to: z.string(), name: z.string() }),
  gives: z.object({ id: z.string() }),
  sql: `update incident set owner = :to, owner_name = :name
         where id = any(:incidents) and owner = :from returning id`,
})
