import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Feedback, SlipId, SlipState, Unit, UnitId, UnitState } from './dispatch.ts'

const StoredUnit = z.object({
  id: UnitId,
  name: z.string(),
  org: z.string(),
  kind: Unit.shape.kind,
  state: UnitState,
  skills: z.array(z.string()),
  members: z.number(),
  lng: z.optional(z.number()),
  lat: z.optional(z.number()),
  fixAt: z.optional(z.string()),
  openSlips: z.number(),
})
export type StoredUnit = z.infer<typeof StoredUnit>

// A reported slip asks nothing more of the unit, so it does not keep it from the next one.
const unitColumns = `u.id, u.name, u.org, u.kind, u.state, u.skills, u.members, u.lng, u.lat, u.fix_at,
  (select count(*)::int from slip s where s.unit = u.id
      and s.state not in ('closed', 'cancelled', 'returned', 'reported')) as open_slips`

export const addUnit = query({
  name: 'dispatch.add-unit',
  takes: z.object({
    id: z.string(),
    name: z.string(),
    org: z.string(),
    kind: z.string(),
    state: z.string(),
    skills: z.array(z.string()),
    members: z.number(),
    lng: z.optional(z.number()),
    lat: z.optional(z.number()),
    fixAt: z.optional(z.string()),
  }),
  sql: `insert into unit (id, name, org, kind, state, skills, members, lng, lat, fix_at)
        values (:id, :name, :org, :kind, :state, :skills, :members, :lng, :lat, :fixAt)`,
})

export const unitById = query({
  name: 'dispatch.unit-by-id',
  takes: z.object({ unit: z.string() }),
  gives: StoredUnit,
  sql: `select ${unitColumns} from unit u where u.id = :unit`,
})

/** Held alone first: counting the slips belongs after the wait for whoever held the unit before. */
export const holdUnit = query({
  name: 'dispatch.hold-unit',
  takes: z.object({ unit: z.string() }),
  sql: `select 1 from unit where id = :unit for update`,
})

export const unitsOfOrg = query({
  name: 'dispatch.units-of-org',
  takes: z.object({ org: z.string() }),
  gives: StoredUnit,
  sql: `select ${unitColumns} from unit u where u.org = :org order by u.name`,
})

export const markUnitState = query({
  name: 'dispatch.mark-unit-state',
  takes: z.object({ unit: z.string(), state: z.string() }),
  sql: `update unit set state = :state where id = :unit`,
})

/** The newest position by its own time stays, in whatever order they come in. */
export const markPosition = query({
  name: 'dispatch.mark-position',
  takes: z.object({ unit: z.string(), lng: z.number(), lat: z.number(), at: z.string() }),
  sql: `update unit set lng = :lng, lat = :lat, fix_at = :at where id = :unit and (fix_at is null or fix_at <= :at)`,
})

const StoredSlip = z.object({
  id: SlipId,
  number: z.string(),
  incident: z.string(),
  desk: z.string(),
  unit: UnitId,
  unitName: z.string(),
  state: SlipState,
  words: z.optional(z.string()),
  issuedAt: z.string(),
  issuedBy: z.string(),
  reason: z.optional(z.string()),
  feedback: z.optional(Feedback),
})
export type StoredSlip = z.infer<typeof StoredSlip>

const slipColumns = `s.id, s.number, s.incident, s.desk, s.unit, u.name as unit_name, s.state, s.words, s.issued_at,
  s.issued_by, s.reason, s.feedback`

export const addSlip = query({
  name: 'dispatch.add-slip',
  takes: z.object({
    id: z.string(),
    number: z.string(),
    incident: z.string(),
    desk: z.string(),
    unit: z.string(),
    words: z.optional(z.string()),
    now: z.string(),
    by: z.string(),
  }),
  sql: `insert into slip (id, number, incident, desk, unit, state, words, issued_at, issued_by)
        values (:id, :number, :incident, :desk, :unit, 'issued', :words, :now, :by)`,
})

export const slipById = query({
  name: 'dispatch.slip-by-id',
  takes: z.object({ slip: z.string() }),
  gives: StoredSlip,
  sql: `select ${slipColumns} from slip s join unit u on u.id = s.unit where s.id = :slip`,
})

export const slipForUpdate = query({
  name: 'dispatch.slip-for-update',
  takes: z.object({ slip: z.string() }),
  gives: StoredSlip,
  sql: `select ${slipColumns} from slip s join unit u on u.id = s.unit where s.id = :slip for update of s`,
})

export const slipsOfIncident = query({
  name: 'dispatch.slips-of-incident',
  takes: z.object({ incident: z.string() }),
  gives: StoredSlip,
  sql: `select ${slipColumns} from slip s join unit u on u.id = s.unit where s.incident = :incident order by s.number`,
})

/** What a unit's phone shows: what is open, and what ended so lately that it may still be looked for. */
export const slipsOfUnit = query({
  name: 'dispatch.slips-of-unit',
  takes: z.object({ unit: z.string(), endedAfter: z.string() }),
  gives: StoredSlip,
  sql: `select ${slipColumns} from slip s join unit u on u.id = s.unit
         where s.unit = :unit
           and (s.state not in ('closed', 'cancelled', 'returned')
                or (select max(t.at) from slip_step t where t.slip = s.id) > :endedAfter)
         order by s.state in ('closed', 'cancelled', 'returned'), s.issued_at desc limit 50`,
})

export const openStatesOfUnit = query({
  name: 'dispatch.open-states-of-unit',
  takes: z.object({ unit: z.string() }),
  gives: z.object({ state: SlipState }),
  sql: `select state from slip where unit = :unit and state not in ('closed', 'cancelled', 'returned')`,
})

export const markSlip = query({
  name: 'dispatch.mark-slip',
  takes: z.object({
    slip: z.string(),
    state: z.string(),
    reason: z.optional(z.string()),
    feedback: z.optional(z.string()),
  }),
  sql: `update slip set state = :state, reason = coalesce(:reason, reason), feedback = coalesce(:feedback::jsonb, feedback)
         where id = :slip`,
})

/** `note` keeps the reason or the whole feedback of this step, so that a later one does not cover it. */
export const addStep = query({
  name: 'dispatch.add-step',
  takes: z.object({
    slip: z.string(),
    move: z.string(),
    state: z.string(),
    now: z.string(),
    deviceAt: z.optional(z.string()),
    by: z.string(),
    note: z.optional(z.string()),
  }),
  sql: `insert into slip_step (slip, move, state, at, device_at, by, note)
        values (:slip, :move, :state, :now, :deviceAt, :by, :note)`,
})

export const stepsOf = query({
  name: 'dispatch.steps-of',
  takes: z.object({ slips: z.array(z.string()) }),
  gives: z.object({
    slip: z.string(),
    move: z.string(),
    at: z.string(),
    deviceAt: z.optional(z.string()),
    by: z.string(),
  }),
  sql: `select slip, move, at, device_at, by from slip_step where slip = any(:slips) order by id`,
})

export const openUnitsOf = query({
  name: 'dispatch.open-units-of',
  takes: z.object({ incident: z.string() }),
  gives: z.object({ unit: z.string() }),
  sql: `select unit from slip where incident = :incident and state not in ('closed', 'cancelled', 'returned') order by number`,
})

export const countsOf = query({
  name: 'dispatch.counts-of',
  takes: z.object({ incidents: z.array(z.string()) }),
  gives: z.object({ incident: z.string(), open: z.number(), reported: z.number() }),
  sql: `select incident, count(*) filter (where state not in ('closed', 'cancelled', 'returned'))::int as open,
               count(*) filter (where state in ('reported', 'closed') and feedback is not null)::int as reported
          from slip where incident = any(:incidents) group by incident`,
})
