import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Panic } from './dispatch.ts'

const StoredPanic = z.extend(z.omit(Panic, { wgs84: true }), {
  told: z.array(z.string()),
  lng: z.optional(z.number()),
  lat: z.optional(z.number()),
})
export type StoredPanic = z.infer<typeof StoredPanic>

const columns = `p.id, p.unit, p.unit_name, p.desk, p.slip, p.incident, p.state, p.told, p.happened_at, p.raised_at,
  p.lng, p.lat, p.accuracy_metres, p.acknowledged_at, p.acknowledged_by, p.ended_at, p.ended_by, p.how, p.words`
const from = `unit_panic p join unit_name u on u.id = p.unit`

export const openPanicOf = query({
  name: 'panic.open-of-unit',
  takes: z.object({ unit: z.string() }),
  gives: StoredPanic,
  sql: `select ${columns} from ${from} where p.unit = :unit and p.state <> 'ended'`,
})

/** Of a unit the newest one, ended or not. */
export const lastPanicOf = query({
  name: 'panic.last-of-unit',
  takes: z.object({ unit: z.string() }),
  gives: StoredPanic,
  sql: `select ${columns} from ${from} where p.unit = :unit order by p.raised_at desc, p.id desc limit 1`,
})

export const panicById = query({
  name: 'panic.by-id',
  takes: z.object({ panic: z.string() }),
  gives: StoredPanic,
  sql: `select ${columns} from ${from} where p.id = :panic`,
})

export const openPanicsOfDesk = query({
  name: 'panic.open-of-desk',
  takes: z.object({ desk: z.string() }),
  gives: StoredPanic,
  sql: `select ${columns} from ${from} where p.desk = :desk and p.state <> 'ended' order by p.raised_at desc`,
})

/** Those that a unit knows of: its own, and of officers near. */
export const openPanicsFor = query({
  name: 'panic.open-for-unit',
  takes: z.object({ unit: z.string(), desk: z.string() }),
  gives: StoredPanic,
  sql: `select ${columns} from ${from}
         where p.desk = :desk and p.state <> 'ended' and (p.unit = :unit or :unit = any(p.told)) order by p.raised_at desc`,
})

const place = {
  told: z.array(z.string()),
  lng: z.optional(z.number()),
  lat: z.optional(z.number()),
  accuracyMetres: z.optional(z.number()),
}

export const addPanic = query({
  name: 'panic.add',
  takes: z.object({
    id: z.string(),
    unit: z.string(),
    unitName: z.string(),
    desk: z.string(),
    slip: z.optional(z.string()),
    incident: z.optional(z.string()),
    ...place,
    happenedAt: z.string(),
    now: z.string(),
  }),
  sql: `insert into unit_panic (id, unit, unit_name, desk, slip, incident, state, told, lng, lat, accuracy_metres, happened_at, raised_at)
        values (:id, :unit, :unitName, :desk, :slip, :incident, 'raised', :told, :lng, :lat, :accuracyMetres, :happenedAt, :now)`,
})

export const renewPanic = query({
  name: 'panic.renew',
  takes: z.object({ panic: z.string(), ...place }),
  sql: `update unit_panic set state = 'raised', told = :told, lng = coalesce(:lng, lng), lat = coalesce(:lat, lat),
               accuracy_metres = case when :lng::float8 is null then accuracy_metres else :accuracyMetres end
         where id = :panic`,
})

export const markPanicAcknowledged = query({
  name: 'panic.mark-acknowledged',
  takes: z.object({ panic: z.string(), now: z.string(), by: z.string() }),
  sql: `update unit_panic set state = 'acknowledged', acknowledged_at = :now, acknowledged_by = :by where id = :panic`,
})

export const markPanicEnded = query({
  name: 'panic.mark-ended',
  takes: z.object({
    panic: z.string(),
    at: z.string(),
    by: z.string(),
    how: z.string(),
    words: z.optional(z.string()),
  }),
  sql: `update unit_panic set state = 'ended', ended_at = :at, ended_by = :by, how = :how, words = :words where id = :panic`,
})
