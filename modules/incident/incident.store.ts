import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Danger, Fact, IncidentPlace, IncidentState } from './incident.ts'

const Stored = z.object({
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
  nextAt: z.optional(z.string()),
  acceptedAt: z.string(),
  acceptedBy: z.string(),
  changedAt: z.string(),
  changedBy: z.string(),
  version: z.number(),
})
export type StoredIncident = z.infer<typeof Stored>

const columns = `id, number, state, desk, level_initial, level_confirmed, category_initial, category_confirmed, place_initial,
  place_confirmed, confirmed, narrative, dangers, facts, call_safe, merged_into, close_reason, next_at, accepted_at,
  accepted_by, changed_at, changed_by, version`

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
  }),
  sql: `insert into incident (id, number, state, desk, level_initial, category_initial, place_initial, narrative, dangers,
               facts, call_safe, accepted_at, accepted_by, changed_at, changed_by)
        values (:id, :number, 'accepted', :desk, :level, :category, :place::jsonb, :narrative, :dangers, :facts::jsonb,
               :callSafe, :now, :by, :now, :by)`,
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

const Listed = z.extend(Stored, { reports: z.number() })
const listed = `${columns}, (select count(*)::int from incident_report r where r.incident = i.id) as reports`

export const incidentsOfDesk = query({
  name: 'incident.of-desk',
  takes: z.object({ desk: z.string(), scope: z.string(), search: z.string() }),
  gives: Listed,
  sql: `select ${listed} from incident i
         where desk = :desk
           and case :scope when 'open' then state not in ('closed', 'merged', 'invalid')
                           when 'closed' then state in ('closed', 'merged', 'invalid') else true end
           and (:search = '' or number like '%' || :search || '%' or narrative ilike '%' || :search || '%'
                or place_initial->>'words' ilike '%' || :search || '%')
         order by state in ('closed', 'merged', 'invalid'), accepted_at desc limit 500`,
})

/** Open incidents of the last hours, for the hints about similar ones. */
export const recentOfDesk = query({
  name: 'incident.recent-of-desk',
  takes: z.object({ desk: z.string(), since: z.string() }),
  gives: Listed,
  sql: `select ${listed} from incident i
         where desk = :desk and state not in ('closed', 'merged', 'invalid') and accepted_at > :since
         order by accepted_at desc limit 200`,
})

export const markState = query({
  name: 'incident.mark-state',
  takes: z.object({
    incident: z.string(),
    state: z.string(),
    closeReason: z.optional(z.string()),
    nextAt: z.optional(z.string()),
    now: z.string(),
    by: z.string(),
  }),
  gives: z.object({ version: z.number() }),
  sql: `update incident set state = :state, close_reason = coalesce(:closeReason, close_reason), next_at = :nextAt,
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

export const removeReport = query({
  name: 'incident.remove-report',
  takes: z.object({ incident: z.string(), report: z.string() }),
  sql: `delete from incident_report where incident = :incident and report = :report and not is_main`,
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
