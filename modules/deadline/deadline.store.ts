import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { WorkDay } from './deadline.calendar.ts'
import { Limits, Rule } from './deadline.policy.ts'
import { ClockName, DeadlineId, Escalation, Outcome, Pause, SubjectKind } from './deadline.ts'

const OwnRule = z.object({
  limits: Limits,
  inWorkTime: z.optional(z.boolean()),
  escalates: Rule.shape.escalates,
})

export const Stored = z.object({
  id: DeadlineId,
  clock: ClockName,
  subjectKind: SubjectKind,
  subject: z.string(),
  report: z.optional(z.string()),
  incident: z.optional(z.string()),
  desk: z.string(),
  ownerKind: z.enum(['unit', 'person', 'desk']),
  owner: z.string(),
  ownerName: z.string(),
  rule: OwnRule,
  startedAt: z.string(),
  targetAt: z.optional(z.string()),
  warnAt: z.optional(z.string()),
  dueAt: z.optional(z.string()),
  steps: z.array(z.object({ at: z.optional(z.string()), to: Escalation })),
  nextAt: z.optional(z.string()),
  warnedAt: z.optional(z.string()),
  overdueAt: z.optional(z.string()),
  stepsDone: z.number(),
  /** Pauses that come with the incident (挂起), and those that a person ordered for this clock alone. */
  holds: z.array(Pause),
  pauses: z.array(Pause),
  stoppedAt: z.optional(z.string()),
  outcome: z.optional(Outcome),
  countedSeconds: z.optional(z.number()),
})
export type Stored = z.infer<typeof Stored>

const columns = `id, clock, subject_kind, subject, report, incident, desk, owner_kind, owner, owner_name, rule, started_at,
  target_at, warn_at, due_at, steps, next_at, warned_at, overdue_at, steps_done, holds, pauses, stopped_at, outcome,
  counted_seconds`

export const ofIncident = query({
  name: 'deadline.of-incident',
  takes: z.object({ incident: z.string() }),
  gives: Stored,
  sql: `select ${columns} from deadline where incident = :incident order by started_at, clock, id`,
})

export const ofSubject = query({
  name: 'deadline.of-subject',
  takes: z.object({ subject: z.string() }),
  gives: Stored,
  sql: `select ${columns} from deadline where subject = :subject order by started_at, clock, id`,
})

export const incidentsWithClocks = query({
  name: 'deadline.incidents-with-clocks',
  takes: z.object({ incidents: z.array(z.string()) }),
  gives: z.object({ incident: z.string() }),
  sql: `select distinct incident from deadline where incident = any(:incidents) and clock = 'dispatch'`,
})

export const forUpdate = query({
  name: 'deadline.for-update',
  takes: z.object({ deadline: z.string() }),
  gives: Stored,
  sql: `select ${columns} from deadline where id = :deadline for update`,
})

/** Clocks as they are now, new or known; what one is and when it began never change. */
export const keep = query({
  name: 'deadline.keep',
  takes: z.object({ rows: z.string() }),
  sql: `insert into deadline (${columns})
        select id, clock, "subjectKind", subject, report, incident, desk, "ownerKind", owner, "ownerName", rule, "startedAt",
               "targetAt", "warnAt", "dueAt", steps, "nextAt", "warnedAt", "overdueAt", "stepsDone", holds, pauses,
               "stoppedAt", outcome, "countedSeconds"
          from jsonb_to_recordset(:rows::jsonb) as r(id text, clock text, "subjectKind" text, subject text, report text,
                 incident text, desk text, "ownerKind" text, owner text, "ownerName" text, rule jsonb,
                 "startedAt" timestamptz, "targetAt" timestamptz, "warnAt" timestamptz, "dueAt" timestamptz,
                 steps jsonb, "nextAt" timestamptz, "warnedAt" timestamptz, "overdueAt" timestamptz, "stepsDone" int,
                 holds jsonb, pauses jsonb, "stoppedAt" timestamptz, outcome text, "countedSeconds" float)
        on conflict (id) do update
          set report = excluded.report, incident = excluded.incident, desk = excluded.desk,
              owner_kind = excluded.owner_kind, owner = excluded.owner, owner_name = excluded.owner_name,
              rule = excluded.rule, target_at = excluded.target_at, warn_at = excluded.warn_at, due_at = excluded.due_at,
              steps = excluded.steps, next_at = excluded.next_at, warned_at = excluded.warned_at,
              overdue_at = excluded.overdue_at, steps_done = excluded.steps_done, holds = excluded.holds,
              pauses = excluded.pauses, stopped_at = excluded.stopped_at, outcome = excluded.outcome,
              counted_seconds = excluded.counted_seconds`,
})

/** What has something to tell, held; what another process holds is its business. */
export const dueForUpdate = query({
  name: 'deadline.due-for-update',
  takes: z.object({ now: z.string() }),
  gives: Stored,
  sql: `select ${columns} from deadline where next_at <= :now order by next_at limit 100 for update skip locked`,
})

export const markTold = query({
  name: 'deadline.mark-told',
  takes: z.object({
    deadline: z.string(),
    warnedAt: z.optional(z.string()),
    overdueAt: z.optional(z.string()),
    stepsDone: z.number(),
    nextAt: z.optional(z.string()),
  }),
  sql: `update deadline set warned_at = :warnedAt, overdue_at = :overdueAt, steps_done = :stepsDone, next_at = :nextAt
         where id = :deadline`,
})

export const runningOfDesk = query({
  name: 'deadline.running-of-desk',
  takes: z.object({ desk: z.string() }),
  gives: Stored,
  sql: `select ${columns} from deadline where desk = :desk and stopped_at is null
         order by due_at nulls last, started_at limit 500`,
})

/** The whole desk, whatever the list leaves out. */
export const countsOfDesk = query({
  name: 'deadline.counts-of-desk',
  takes: z.object({ desk: z.string() }),
  gives: z.object({ running: z.number(), warned: z.number(), overdue: z.number(), paused: z.number() }),
  sql: `select count(*) filter (where not paused and overdue_at is null and warned_at is null)::int as running,
               count(*) filter (where not paused and overdue_at is null and warned_at is not null)::int as warned,
               count(*) filter (where not paused and overdue_at is not null)::int as overdue,
               count(*) filter (where paused)::int as paused
          from (select warned_at, overdue_at,
                       exists (select from jsonb_array_elements(holds || pauses) p where p->>'to' is null) as paused
                  from deadline where desk = :desk and stopped_at is null) clocks`,
})

/** Each clock of the weekly sheet: how long it took, and whether its incident had several slips. */
export const sheet = query({
  name: 'deadline.sheet',
  takes: z.object({ desk: z.string(), from: z.string(), to: z.string() }),
  gives: z.object({
    clock: z.enum(['sign', 'depart', 'feedback']),
    isSeveral: z.boolean(),
    isRunning: z.boolean(),
    seconds: z.number(),
    count: z.number(),
  }),
  sql: `select clock, several as is_several, stopped_at is null as is_running,
               ceil(coalesce(counted_seconds, 0)) as seconds, count(*)::int as count
          from (select d.*, (select count(distinct s.subject) from deadline s
                              where s.incident = d.incident and s.clock = 'sign') > 1 as several
                  from deadline d
                 where d.desk = :desk and d.started_at >= :from and d.started_at < :to
                   and d.clock in ('sign', 'depart', 'feedback')
                   and (d.stopped_at is null or d.outcome <> 'dropped')) clocks
         group by 1, 2, 3, 4`,
})

const Dated = z.object({ validFrom: z.string(), policy: z.record(z.string(), z.unknown()) })

/** Every policy that a desk has had and will have, the latest first. */
export const policiesOf = query({
  name: 'deadline.policies-of',
  takes: z.object({ desk: z.string() }),
  gives: Dated,
  sql: `select valid_from, policy from deadline_policy where desk = :desk order by valid_from desc limit 100`,
})

/** The same, once nobody else works on the clocks of this incident: one writer at a time, until the end of the transaction. */
export const holdClocks = query({
  name: 'deadline.hold-clocks',
  takes: z.object({ of: z.string(), desk: z.string() }),
  gives: z.partial(Dated),
  sql: `select p.valid_from, p.policy
          from (select pg_advisory_xact_lock(hashtextextended('deadline ' || :of, 110))) held
          left join deadline_policy p on p.desk = :desk order by p.valid_from desc limit 100`,
})

export const addPolicy = query({
  name: 'deadline.add-policy',
  takes: z.object({ desk: z.string(), validFrom: z.string(), policy: z.string(), by: z.string() }),
  sql: `insert into deadline_policy (desk, valid_from, policy, set_by) values (:desk, :validFrom, :policy::jsonb, :by)
        on conflict (desk, valid_from) do update set policy = excluded.policy, set_by = excluded.set_by`,
})

export const workDays = query({
  name: 'deadline.work-days',
  gives: WorkDay,
  sql: `select day::text, is_workday, opens, closes from work_day`,
})
