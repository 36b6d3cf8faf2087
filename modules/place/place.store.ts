import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { JurisdictionKind } from './place.ts'

const Row = z.object({
  id: z.string(),
  kind: JurisdictionKind,
  code: z.string(),
  name: z.string(),
  priority: z.number(),
  desk: z.string(),
  station: z.optional(z.string()),
  stationCode: z.optional(z.string()),
  shape: z.string(),
  source: z.string(),
  isDemo: z.boolean(),
  validFrom: z.optional(z.string()),
})
export type JurisdictionRow = z.infer<typeof Row>

export const jurisdictionsAt = query({
  name: 'place.jurisdictions-at',
  takes: z.object({ now: z.string() }),
  gives: Row,
  sql: `select id, kind, code, name, priority, desk, station, station_code, shape, source, is_demo, valid_from
          from jurisdiction
         where valid_from <= :now and (valid_to is null or valid_to > :now)`,
})

export const addJurisdiction = query({
  name: 'place.add-jurisdiction',
  takes: z.extend(Row, { now: z.string() }),
  sql: `insert into jurisdiction (id, kind, code, name, priority, desk, station, station_code, shape, source, is_demo,
               valid_from)
        values (:id, :kind, :code, :name, :priority, :desk, :station, :stationCode, :shape, :source, :isDemo, :now)
        on conflict (id) do update set name = :name, priority = :priority, desk = :desk, station = :station, station_code = :stationCode,
               shape = :shape, source = :source, is_demo = :isDemo, valid_from = :now, valid_to = null`,
})

/** Official outlines take the place of the demo ones of the same kind. */
export const endDemo = query({
  name: 'place.end-demo',
  takes: z.object({ kind: z.string(), now: z.string() }),
  sql: `update jurisdiction set valid_to = :now where is_demo and kind = :kind and valid_to is null`,
})

const Seat = z.object({
  id: z.string(),
  name: z.string(),
  county: z.string(),
  desk: z.string(),
  lng: z.number(),
  lat: z.number(),
  isDemo: z.boolean(),
})

export const stations = query({
  name: 'place.stations',
  gives: Seat,
  sql: `select id, name, county, desk, lng, lat, is_demo from station`,
})

export const addStation = query({
  name: 'place.add-station',
  takes: Seat,
  sql: `insert into station (id, name, county, desk, lng, lat, is_demo)
        values (:id, :name, :county, :desk, :lng, :lat, :isDemo) on conflict (id) do nothing`,
})

export const deskNames = query({
  name: 'place.desk-names',
  gives: z.object({ id: z.string(), name: z.string(), division: z.string() }),
  sql: `select id, name, division from desk_name`,
})
