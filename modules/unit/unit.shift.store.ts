import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Member, ShiftId } from './unit.shift.ts'
import { UnitId, UnitState } from './unit.ts'

export const openShift = query({
  name: 'unit.open-shift',
  takes: z.object({
    id: z.string(),
    unit: z.string(),
    members: z.string(),
    vehicle: z.optional(z.string()),
    equipment: z.array(z.string()),
    now: z.string(),
    plannedEndAt: z.string(),
    by: z.string(),
  }),
  sql: `insert into unit_shift (id, unit, members, vehicle, equipment, started_at, planned_end_at, started_by)
        values (:id, :unit, :members::jsonb, :vehicle, :equipment, :now, :plannedEndAt, :by)`,
})

export const closeShift = query({
  name: 'unit.close-shift',
  takes: z.object({ unit: z.string(), now: z.string(), by: z.string() }),
  gives: z.object({ id: ShiftId }),
  sql: `update unit_shift set ended_at = :now, ended_by = :by where unit = :unit and ended_at is null returning id`,
})

/** Of one bureau, or of one unit in it. */
export const roster = query({
  name: 'unit.roster',
  takes: z.object({ org: z.string(), unit: z.optional(z.string()) }),
  gives: z.object({
    unit: UnitId,
    name: z.string(),
    state: UnitState,
    shift: z.optional(ShiftId),
    members: z.optional(z.array(Member)),
    vehicle: z.optional(z.string()),
    equipment: z.optional(z.array(z.string())),
    startedAt: z.optional(z.string()),
    plannedEndAt: z.optional(z.string()),
  }),
  sql: `select u.id as unit, u.name, u.state, s.id as shift, s.members, s.vehicle, s.equipment, s.started_at, s.planned_end_at
          from unit u left join unit_shift s on s.unit = u.id and s.ended_at is null
         where u.org = :org and (:unit::text is null or u.id = :unit::text) order by u.name`,
})
