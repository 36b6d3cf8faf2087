import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { UnitId } from '@open110/modules/unit'
import { Feedback, SlipId, SlipState } from './dispatch.ts'

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
