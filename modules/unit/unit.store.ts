import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { UnitId, UnitKind, UnitState } from './unit.ts'

const StoredUnit = z.object({
  id: UnitId,
  name: z.string(),
  org: z.string(),
  kind: UnitKind,
  state: UnitState,
  skills: z.array(z.string()),
  members: z.number(),
  lng: z.optional(z.number()),
  lat: z.optional(z.number()),
  fixAt: z.optional(z.string()),
  /** Slips that ask something of it; a reported one does not keep it from the next. */
  openSlips: z.number(),
  seq: z.number(),
  beatLng: z.optional(z.number()),
  beatLat: z.optional(z.number()),
  beatMetres: z.optional(z.number()),
  onDutyAt: z.optional(z.string()),
  rowSlips: z.number(),
  rowAt: z.optional(z.string()),
})
export type StoredUnit = z.infer<typeof StoredUnit>

const unitColumns = `u.id, u.name, u.org, u.kind, u.state, u.skills,
  case when jsonb_array_length(s.members) > 0 then jsonb_array_length(s.members) else u.members end as members,
  p.lng, p.lat, p.fix_at, u.open_slips, u.seq, u.beat_lng, u.beat_lat, u.beat_metres, s.started_at as on_duty_at,
  u.row_slips, u.row_at`
const unitTables = `unit u left join unit_place p on p.unit = u.seq
  left join unit_shift s on s.unit = u.id and s.ended_at is null`

/** A unit that is not off is on a shift from then on. */
export const addUnit = query({
  name: 'unit.add',
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
    beatMetres: z.optional(z.number()),
    /** 警号 and names of who is on the shift; a list as JSON. */
    crew: z.optional(z.string()),
    vehicle: z.optional(z.string()),
    equipment: z.optional(z.array(z.string())),
  }),
  sql: `with added as (
          insert into unit (id, name, org, kind, state, skills, members, beat_lng, beat_lat, beat_metres)
          values (:id, :name, :org, :kind, :state, :skills, :members, case when :beatMetres::int is not null then :lng::float8 end,
                  case when :beatMetres::int is not null then :lat::float8 end, :beatMetres)
          returning seq),
        shift as (
          insert into unit_shift (id, unit, members, vehicle, equipment, started_at, planned_end_at, started_by)
          select 'sh' || substr(:id, 3), :id, coalesce(:crew::jsonb, '[]'), :vehicle, coalesce(:equipment::text[], '{}'),
                 coalesce(:fixAt::timestamptz, now()), coalesce(:fixAt::timestamptz, now()) + interval '12 hours', 'setup'
            from added where :state <> 'off')
        insert into unit_place (unit, lng, lat, fix_at, heard_by)
        select seq, :lng, :lat, :fixAt, 'setup' from added where :fixAt::timestamptz is not null`,
})

export const unitById = query({
  name: 'unit.by-id',
  takes: z.object({ unit: z.string() }),
  gives: StoredUnit,
  sql: `select ${unitColumns} from ${unitTables} where u.id = :unit`,
})

/** Held alone first: counting the slips belongs after the wait for whoever held the unit before. */
export const holdUnit = query({
  name: 'unit.hold',
  takes: z.object({ unit: z.string() }),
  sql: `select 1 from unit where id = :unit for update`,
})

const Changed = z.extend(StoredUnit, { horizon: z.string() })

/**
 * Units that a transaction has changed which had not ended at the last look: with its horizon as `since` nothing is
 * missed, whatever order they commit in.
 */
export const changedUnits = query({
  name: 'unit.changed',
  takes: z.object({ since: z.string() }),
  gives: Changed,
  sql: `select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, ${unitColumns} from ${unitTables}
         where u.changed >= :since::xid8 order by u.seq`,
})

export const markSettled = query({
  name: 'unit.mark-settled',
  takes: z.object({
    unit: z.string(),
    state: z.string(),
    openSlips: z.number(),
    rowSlips: z.number(),
    rowAt: z.optional(z.string()),
  }),
  sql: `update unit set state = :state, open_slips = :openSlips, row_slips = :rowSlips, row_at = :rowAt,
               changed = pg_current_xact_id()
         where id = :unit`,
})

/** Something of it has changed in another table: every server reads it anew. */
export const markChanged = query({
  name: 'unit.mark-changed',
  takes: z.object({ unit: z.string() }),
  sql: `update unit set changed = pg_current_xact_id() where id = :unit`,
})

const Policy = z.object({ org: z.string(), policy: z.record(z.string(), z.unknown()) })

export const policiesNow = query({
  name: 'unit.policies-now',
  takes: z.object({ now: z.string() }),
  gives: Policy,
  sql: `select distinct on (org) org, policy from unit_policy where valid_from <= :now order by org, valid_from desc`,
})

export const addUnitPolicy = query({
  name: 'unit.add-policy',
  takes: z.object({ org: z.string(), validFrom: z.string(), policy: z.string() }),
  sql: `insert into unit_policy (org, valid_from, policy) values (:org, :validFrom, :policy::jsonb) on conflict do nothing`,
})
