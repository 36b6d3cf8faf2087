import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { ClockName } from '@open110/modules/deadline'
import { InvariantName } from './closure.ts'

const ended = `('closed', 'archived', 'merged', 'invalid')`

export const Course = z.object({
  id: z.string(),
  number: z.string(),
  state: z.string(),
  level: z.number(),
  place: z.optional(z.string()),
  acceptedAt: z.string(),
  owner: z.optional(z.string()),
  ownerName: z.string(),
  changedAt: z.string(),
  nextAt: z.optional(z.string()),
  isGroundless: z.boolean(),
})
export type Course = z.infer<typeof Course>

/** Over, and nothing says why: no feedback, no reason, nothing that it was merged into. */
export const groundless = (i: string) => `(${i}.state in ${ended} and case ${i}.state
    when 'merged' then ${i}.merged_into is null
    when 'invalid' then ${i}.close_reason is null and ${i}.close_code is null
    else ${i}.close_reason is null and ${i}.close_code is null
         and not exists (select from slip_course s where s.incident = ${i}.id and s.has_feedback) end)`

/** Everything of a desk that stands open, and what was closed without a ground or still owes a follow-up. */
export const openOfDesk = query({
  name: 'closure.open-of-desk',
  takes: z.object({ desk: z.string(), now: z.string() }),
  gives: Course,
  sql: `select i.id, i.number, i.state, i.level, i.place, i.accepted_at, i.owner,
               coalesce(i.owner_name, i.accepted_by) as owner_name, i.changed_at, i.next_at,
               ${groundless('i')} as is_groundless
          from incident_course i
         where i.desk = :desk
           and (i.state not in ${ended} or i.id in (
                 select offender from closure_finding where invariant = '3-grounded' and cleared_at is null
                 union all
                 select incident from follow_up_course
                  where desk = :desk and is_major and state <> 'done' and due_at <= :now))
         order by i.level, i.accepted_at limit 1000`,
})

export const Slip = z.object({
  id: z.string(),
  incident: z.string(),
  unit: z.string(),
  unitName: z.string(),
  state: z.string(),
  movedAt: z.string(),
  hasFeedback: z.boolean(),
  isSentBack: z.boolean(),
})
export type Slip = z.infer<typeof Slip>

export const slipsOf = query({
  name: 'closure.slips-of',
  takes: z.object({ incidents: z.array(z.string()) }),
  gives: Slip,
  sql: `select s.id, s.incident, s.unit, u.name as unit_name, s.state, s.moved_at, s.has_feedback, s.is_sent_back
          from slip_course s join unit_name u on u.id = s.unit
         where s.incident = any(:incidents) and s.state <> 'drafted' order by s.issued_at`,
})

export const Late = z.object({
  incident: z.optional(z.string()),
  report: z.optional(z.string()),
  subject: z.string(),
  clock: ClockName,
  owner: z.string(),
  ownerName: z.string(),
  dueAt: z.string(),
})
export type Late = z.infer<typeof Late>

export const lateOfDesk = query({
  name: 'closure.late-of-desk',
  takes: z.object({ desk: z.string() }),
  gives: Late,
  sql: `select incident, report, subject, clock, owner, owner_name, due_at from deadline_course
         where desk = :desk and overdue_at is not null and due_at is not null order by due_at`,
})

export const missedFollowUps = query({
  name: 'closure.missed-follow-ups',
  takes: z.object({ desk: z.string(), now: z.string() }),
  gives: z.object({ incident: z.string(), dueAt: z.string() }),
  sql: `select incident, min(due_at) as due_at from follow_up_course
         where desk = :desk and is_major and state <> 'done' and due_at <= :now group by incident`,
})

export const Undecided = z.object({
  id: z.string(),
  receiptCode: z.string(),
  state: z.string(),
  deliveredAt: z.string(),
  receivedAt: z.string(),
  place: z.optional(z.string()),
  owner: z.optional(z.string()),
  ownerName: z.optional(z.string()),
})
export type Undecided = z.infer<typeof Undecided>

export const undecidedOfDesk = query({
  name: 'closure.undecided-of-desk',
  takes: z.object({ desk: z.string() }),
  gives: Undecided,
  sql: `select id, receipt_code, state, delivered_at, received_at, place, owner, owner_name from report_course
         where desk = :desk and state in ('received', 'verifying') and received_at is not null
         order by received_at limit 1000`,
})

export const seatsOfDesk = query({
  name: 'closure.seats-of-desk',
  takes: z.object({ desk: z.string() }),
  gives: z.object({ staff: z.string(), staffName: z.optional(z.string()) }),
  sql: `select staff, staff_name from seat_taken where desk = :desk`,
})

export const checks = query({
  name: 'closure.checks',
  gives: z.object({ invariant: InvariantName, checkedAt: z.string(), isTested: z.boolean() }),
  sql: `select invariant, checked_at, is_tested from closure_check`,
})

/** Ours to look at, if nobody has looked lately and nobody is looking now. */
export const takeCheck = query({
  name: 'closure.take-check',
  takes: z.object({ invariant: z.string(), before: z.string() }),
  gives: z.object({ mark: z.string() }),
  sql: `select mark from closure_check where invariant = :invariant and checked_at <= :before
           for update skip locked`,
})

export const plantCheck = query({
  name: 'closure.plant-check',
  takes: z.object({ invariants: z.array(z.string()) }),
  sql: `insert into closure_check (invariant, checked_at, is_tested)
        select unnest(:invariants::text[]), to_timestamp(0), false on conflict do nothing`,
})

export const markCheck = query({
  name: 'closure.mark-check',
  takes: z.object({ invariant: z.string(), now: z.string(), isTested: z.boolean(), mark: z.string() }),
  sql: `update closure_check set checked_at = :now, is_tested = :isTested, mark = :mark where invariant = :invariant`,
})

const Finding = z.object({
  invariant: InvariantName,
  offender: z.string(),
  desk: z.optional(z.string()),
  since: z.string(),
})

export const openFindings = query({
  name: 'closure.open-findings',
  takes: z.object({ invariant: z.optional(z.string()) }),
  gives: Finding,
  sql: `select invariant, offender, desk, since from closure_finding
         where cleared_at is null and invariant = coalesce(:invariant, invariant) order by since limit 5000`,
})

export const brokenNames = query({
  name: 'closure.broken-names',
  gives: z.object({ invariant: InvariantName }),
  sql: `select distinct invariant from closure_finding where cleared_at is null`,
})

export const addFinding = query({
  name: 'closure.add-finding',
  takes: z.object({
    invariant: z.string(),
    offender: z.string(),
    desk: z.optional(z.string()),
    since: z.string(),
  }),
  sql: `insert into closure_finding (invariant, offender, desk, since) values (:invariant, :offender, :desk, :since)
        on conflict (invariant, offender, since) do update set cleared_at = null`,
})

export const clearFinding = query({
  name: 'closure.clear-finding',
  takes: z.object({ invariant: z.string(), offender: z.string(), now: z.string() }),
  sql: `update closure_finding set cleared_at = :now
         where invariant = :invariant and offender = :offender and cleared_at is null`,
})
