import type { Database, Tx } from '@open110/kit/server/db'
import { decodeOutline, encodeOutline } from './place.outline.ts'
import { buildGrid } from './place.grid.build.ts'
import { keptGrid } from './place.grid.kept.server.ts'
import { mapOf, resolve, type Outline, type PlaceMap } from './place.resolve.ts'
import * as store from './place.store.ts'
import type { LngLat, Resolution } from './place.ts'

export type Places = Awaited<ReturnType<typeof openPlaces>>

/** 辖区图 in memory, read from the tables once and replaced as a whole when they change. */
export async function openPlaces(given: {
  db: Database
  now: () => string
  /** Where the grid is kept from one start to the next; nowhere unless said. */
  gridFile?: string
}) {
  let map: PlaceMap
  let rows: store.JurisdictionRow[]
  let seats: Awaited<ReturnType<typeof readSeats>>
  const readSeats = () => given.db.all(store.stations)

  async function reload(): Promise<void> {
    const now = given.now()
    const [nextRows, nextSeats, names] = await Promise.all([
      given.db.all(store.jurisdictionsAt, { now }),
      readSeats(),
      given.db.all(store.deskNames),
    ])
    map = mapOf(
      {
        edition: editionOf(nextRows),
        outlines: nextRows.map(({ station, stationCode, ...row }) => ({
          ...row,
          ...(station ? { station: { code: stationCode ?? row.code, name: station } } : {}),
        })),
        seats: nextSeats.map(({ id, ...seat }) => ({ ...seat, code: id })),
        desks: new Map(names.map(({ id, name }) => [id, name])),
      },
      (ordered) =>
        keptGrid(
          given.gridFile,
          ordered.map(({ shape }) => shape),
          () => buildGrid(ordered.map(({ shape }, ref) => ({ ref, rings: decodeOutline(shape) }))),
        ),
    )
    rows = nextRows
    seats = nextSeats
  }
  await reload()

  return {
    reload,
    resolve: (point: LngLat, accuracyMetres?: number): Resolution => resolve(map, point, accuracyMetres),
    isEmpty: () => rows.length === 0,
    /** What a desk's own map draws: its borders as lines. */
    outlinesOf(desk: string) {
      const own = rows.filter((row) => row.desk === desk)
      return {
        isDemo: own.some(({ isDemo }) => isDemo),
        provenance: [...new Set(own.map(({ source }) => source))].join(' '),
        geojson: {
          type: 'FeatureCollection',
          features: own.map(({ code, name, shape }) => ({
            type: 'Feature',
            properties: { code, name },
            geometry: { type: 'MultiLineString', coordinates: decodeOutline(shape).map(lineOf) },
          })),
        },
        stations: seats
          .filter((seat) => seat.desk === desk)
          .map(({ name, lng, lat }) => ({ name, lng, lat })),
      }
    },
  }
}

/** Goes on every report, so that a later change of borders explains itself: whose outlines, how many, of which day. */
function editionOf(rows: readonly store.JurisdictionRow[]): string {
  const latest = rows.reduce((day, { validFrom = '' }) => (validFrom > day ? validFrom : day), '')
  return `${rows.some(({ isDemo }) => isDemo) ? 'demo' : 'official'}-${rows.length}-${latest.slice(0, 10)}`
}

function lineOf(ring: readonly number[]): [number, number][] {
  const line: [number, number][] = []
  for (let i = 0; i + 1 < ring.length; i += 2)
    line.push([(ring[i] as number) / 1e7, (ring[i + 1] as number) / 1e7])
  return line
}

/** Keep checked outlines; official ones end the demo ones of their kind. */
export async function keepOutlines(
  tx: Tx,
  outlines: readonly Outline[],
  about: { source: string; isDemo: boolean; now: string },
): Promise<void> {
  if (!about.isDemo)
    for (const kind of new Set(outlines.map((one) => one.kind)))
      await tx.run(store.endDemo, { kind, now: about.now })
  for (const { rings, station, ...outline } of outlines) {
    await tx.run(store.addJurisdiction, {
      ...outline,
      station: station?.name,
      stationCode: station?.code,
      shape: encodeOutline(rings.map((ring) => Array.from(ring))),
      ...about,
    })
  }
}
