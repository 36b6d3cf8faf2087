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
})
export type StoredUnit = z.infer<typeof StoredUnit>

const unitColumns = `id, name, org, kind, state, skills, members, lng, lat, fix_at, open_slips`

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
  }),
  sql: `insert into unit (id, name, org, kind, state, skills, members, lng, lat, fix_at)
        values (:id, :name, :org, :kind, :state, :skills, :members, :lng, :lat, :fixAt)`,
})

export const unitById = query({
  name: 'unit.by-id',
  takes: z.object({ unit: z.string() }),
  gives: StoredUnit,
  sql: `select ${unitColumns} from unit where id = :unit`,
})

/** Held alone first: counting the slips belongs after the wait for whoever held the unit before. */
export const holdUnit = query({
  name: 'unit.hold',
  takes: z.object({ unit: z.string() }),
  sql: `select 1 from unit where id = :unit for update`,
})

export const unitsOfOrg = query({
  name: 'unit.of-org',
  takes: z.object({ org: z.string() }),
  gives: StoredUnit,
  sql: `select ${unitColumns} from unit where org = :org order by name`,
})

export const markSettled = query({
  name: 'unit.mark-settled',
  takes: z.object({ unit: z.string(), state: z.string(), openSlips: z.number() }),
  sql: `update unit set state = :state, open_slips = :openSlips where id = :unit`,
})

/** The newest position by its own time stays, in whatever order they come in. */
export const markPosition = query({
  name: 'unit.mark-position',
  takes: z.object({ unit: z.string(), lng: z.number(), lat: z.number(), at: z.string() }),
  sql: `update unit set lng = :lng, lat = :lat, fix_at = :at where id = :unit and (fix_at is null or fix_at <= :at)`,
})
