import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { UnitId } from '@open110/modules/unit'
import { ReturnReason, SlipId, SlipKind, SlipState, StepWay } from './dispatch.ts'

const StoredSlip = z.object({
  id: SlipId,
  number: z.string(),
  incident: z.string(),
  desk: z.string(),
  kind: SlipKind,
  unit: UnitId,
  unitName: z.string(),
  state: SlipState,
  words: z.optional(z.string()),
  issuedAt: z.string(),
  issuedBy: z.string(),
  for: z.optional(z.string()),
  reason: z.optional(z.string()),
  returnReason: z.optional(ReturnReason),
})
export type StoredSlip = z.infer<typeof StoredSlip>

const slipColumns = `s.id, s.number, s.incident, s.desk, s.kind, s.unit, coalesce(s.unit_name, s.unit) as unit_name, s.state, s.words, s.issued_at,
  s.issued_by, s.answers as "for", s.reason, s.return_reason`

export const addSlip = query({
  name: 'dispatch.add-slip',
  takes: z.object({
    id: z.string(),
    number: z.string(),
    incident: z.string(),
    desk: z.string(),
    kind: z.string(),
    unit: z.string(),
    unitName: z.string(),
    state: z.string(),
    words: z.optional(z.string()),
    answers: z.optional(z.string()),
    now: z.string(),
    by: z.string(),
  }),
  sql: `insert into slip (id, number, incident, desk, kind, unit, unit_name, state, words, answers, issued_at, issued_by)
        values (:id, :number, :incident, :desk, :kind, :unit, :unitName, :state, :words, :answers, :now, :by)`,
})

export const slipById = query({
  name: 'dispatch.slip-by-id',
  takes: z.object({ slip: z.string() }),
  gives: StoredSlip,
  sql: `select ${slipColumns} from slip s join unit_name u on u.id = s.unit where s.id = :slip`,
})

/** Not against those who only add something to it: a supplement holds its report and must not wait for a step that wants it. */
export const slipForUpdate = query({
  name: 'dispatch.slip-for-update',
  takes: z.object({ slip: z.string() }),
  gives: StoredSlip,
  sql: `select ${slipColumns} from slip s join unit_name u on u.id = s.unit where s.id = :slip for no key update of s`,
})

export const slipsOfIncident = query({
  name: 'dispatch.slips-of-incident',
  takes: z.object({ incident: z.string() }),
  gives: StoredSlip,
  sql: `select ${slipColumns} from slip s join unit_name u on u.id = s.unit where s.incident = :incident order by s.number`,
})

/** What a unit's phone shows: what it was told of and is open, and what ended so lately that it may still be looked for. */
export const slipsOfUnit = query({
  name: 'dispatch.slips-of-unit',
  takes: z.object({ unit: z.string(), endedAfter: z.string() }),
  gives: StoredSlip,
  sql: `select ${slipColumns} from slip s join unit_name u on u.id = s.unit
         where s.unit = :unit and s.state <> 'drafted'
           and not (s.state = 'cancelled' and exists (select from slip_step t where t.slip = s.id and t.move = 'drop'))
           and (s.state not in ('closed', 'cancelled', 'returned')
                or (select max(t.at) from slip_step t where t.slip = s.id) > :endedAfter)
         order by s.state in ('closed', 'cancelled', 'returned'), s.issued_at desc limit 50`,
})

/** A board's slips: open ones, and those that ended after a moment. */
export const slipsOfDesk = query({
  name: 'dispatch.slips-of-desk',
  takes: z.object({ desk: z.string(), endedAfter: z.string() }),
  gives: StoredSlip,
  sql: `select ${slipColumns} from slip s join unit_name u on u.id = s.unit
         where s.desk = :desk and s.state not in ('closed', 'cancelled', 'returned')
        union all
        select ${slipColumns} from slip s join unit_name u on u.id = s.unit
         where s.desk = :desk and s.state in ('closed', 'cancelled', 'returned')
           and s.id in (select t.slip from slip_step t
                         where t.at > :endedAfter and t.state in ('closed', 'cancelled', 'returned'))
         order by issued_at limit 2000`,
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
    returnReason: z.optional(z.string()),
  }),
  sql: `update slip set state = :state, reason = coalesce(:reason, reason),
               return_reason = coalesce(:returnReason, return_reason)
         where id = :slip`,
})

/** A draft counts from when its unit is told of it. */
export const markIssued = query({
  name: 'dispatch.mark-issued',
  takes: z.object({ slip: z.string(), now: z.string(), by: z.string() }),
  sql: `update slip set issued_at = :now, issued_by = :by where id = :slip`,
})

/** `note` keeps the reason of this step, so that a later one does not cover it. */
export const addStep = query({
  name: 'dispatch.add-step',
  takes: z.object({
    slip: z.string(),
    move: z.string(),
    state: z.string(),
    now: z.string(),
    deviceAt: z.optional(z.string()),
    happenedAt: z.string(),
    by: z.string(),
    note: z.optional(z.string()),
    via: z.optional(StepWay),
  }),
  sql: `insert into slip_step (slip, move, state, at, device_at, happened_at, by, note, via)
        values (:slip, :move, :state, :now, :deviceAt, :happenedAt, :by, :note, :via)`,
})

export const stepsOf = query({
  name: 'dispatch.steps-of',
  takes: z.object({ slips: z.array(z.string()) }),
  gives: z.object({
    slip: z.string(),
    move: z.string(),
    at: z.string(),
    deviceAt: z.optional(z.string()),
    happenedAt: z.string(),
    by: z.string(),
    via: z.optional(StepWay),
  }),
  sql: `select slip, move, at, device_at, coalesce(happened_at, at) as happened_at, by, via
          from slip_step where slip = any(:slips) order by id`,
})

/** Units that were told of an incident and are not done with it; of which kind their slips are. */
export const openUnitsOf = query({
  name: 'dispatch.open-units-of',
  takes: z.object({ incident: z.string() }),
  gives: z.object({ slip: z.string(), unit: z.string(), kind: SlipKind, state: SlipState }),
  sql: `select id as slip, unit, kind, state from slip
         where incident = :incident and state not in ('closed', 'cancelled', 'returned') order by number`,
})

/** Slips by which a unit was at work on an incident and could learn of the people in it; when each has ended. */
export const errandsOf = query({
  name: 'dispatch.errands-of',
  takes: z.object({ unit: z.string(), incident: z.string() }),
  gives: z.object({ state: SlipState, endedAt: z.optional(z.string()) }),
  sql: `select s.state, (select max(t.at) from slip_step t where t.slip = s.id and t.state = 'closed') as ended_at
          from slip s where s.unit = :unit and s.incident = :incident and s.kind <> 'task'`,
})

export const countsOf = query({
  name: 'dispatch.counts-of',
  takes: z.object({ incidents: z.array(z.string()) }),
  gives: z.object({ incident: z.string(), open: z.number(), reported: z.number() }),
  sql: `select incident, count(*) filter (where state not in ('closed', 'cancelled', 'returned'))::int as open,
               count(*) filter (where exists (select from feedback f where f.slip = s.id
                 and f.type in ('final', 'joint') and f.state in ('submitted', 'accepted')))::int as reported
          from slip s where incident = any(:incidents) group by incident`,
})

export const addProposal = query({
  name: 'dispatch.add-proposal',
  takes: z.object({ slip: z.string(), now: z.string() }),
  sql: `insert into slip_proposal (slip, at) values (:slip, :now) on conflict (slip) do nothing`,
})

export const proposals = query({
  name: 'dispatch.proposals',
  gives: z.object({
    slip: z.string(),
    incident: z.string(),
    desk: z.string(),
    unit: z.string(),
    isUnsigned: z.boolean(),
  }),
  sql: `select p.slip, s.incident, s.desk, s.unit, s.state = 'issued' as is_unsigned
          from slip_proposal p join slip s on s.id = p.slip order by p.at limit 50`,
})

/** Taken by one process. */
export const takeProposal = query({
  name: 'dispatch.take-proposal',
  takes: z.object({ slip: z.string() }),
  sql: `delete from slip_proposal where slip = :slip`,
})
