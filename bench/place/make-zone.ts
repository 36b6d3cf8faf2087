/**
 * Draws the GCJ zone again: `node bench/place/make-zone.ts COUNTIES.topo.json.gz countries-10m.json`.
 * The first is a TopoJSON of mainland, Hong Kong and Macau counties in WGS-84, the second is from the
 * npm package `world-atlas` (Natural Earth, public domain). Needed only when the outline changes; see
 * modules/place/data/README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { encodeOutline } from '../../modules/place/place.outline.ts'
import { openOracle } from './postgis.ts'

type Pair = readonly [number, number]
interface Topology {
  readonly transform: { readonly scale: Pair; readonly translate: Pair }
  readonly arcs: readonly (readonly Pair[])[]
  readonly objects: Record<string, { readonly geometries: readonly Area[] }>
}
interface Area {
  readonly id?: string | number
  readonly type: string
  readonly properties?: { readonly name?: string }
  readonly arcs: unknown
}

function rings(topology: Topology, area: Area): Pair[][] {
  const { scale, translate } = topology.transform
  const arc = (index: number): Pair[] => {
    let [x, y] = [0, 0]
    const points = topology.arcs[index < 0 ? ~index : index]!.map(([dx, dy]): Pair => {
      x += dx
      y += dy
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]]
    })
    return index < 0 ? points.reverse() : points
  }
  const parts = (
    area.type === 'Polygon' ? [area.arcs] : area.type === 'MultiPolygon' ? area.arcs : []
  ) as number[][][]
  return parts.flat().map((ring) => ring.flatMap((index, i) => arc(index).slice(i === 0 ? 0 : 1)))
}

/** Rings as lines; PostGIS makes areas of them by parity, whatever their order or direction. */
const wkt = (all: Pair[][]): string =>
  `MULTILINESTRING(${all.map((ring) => `(${ring.map((p) => p.join(' ')).join(',')})`).join(',')})`

const [countiesAt, countriesAt] = process.argv.slice(2)
if (!countiesAt || !countriesAt) throw new Error('two files are needed; see the first lines of this script')
const counties = JSON.parse(gunzipSync(readFileSync(countiesAt)).toString()) as Topology
const countries = JSON.parse(readFileSync(countriesAt, 'utf8')) as Topology

const oracle = await openOracle()
if ('missing' in oracle) throw new Error(oracle.missing)
const { client } = oracle
await client.query('create table land (kind text, area geometry)')
async function load(kind: string, topology: Topology, areas: readonly Area[]): Promise<void> {
  for (const area of areas) {
    const lines = rings(topology, area)
    if (lines.length === 0) continue
    await client.query('insert into land select $1, ST_BuildArea(ST_Node(ST_GeomFromText($2)))', [
      kind,
      wkt(lines),
    ])
  }
}
await load(
  'zone',
  counties,
  counties.objects.counties!.geometries.filter(({ id }) => id !== '350527'),
) // 金门
const shores = new Set(['156', '344', '446']) // ISO 3166: mainland, Hong Kong, Macau
const demo = new URL('../../modules/place/data/demo-counties.geojson.gz', import.meta.url)
const islands = JSON.parse(gunzipSync(readFileSync(demo)).toString()) as {
  readonly features: readonly { readonly geometry: { readonly coordinates: Pair[][][] } }[]
}
for (const { geometry } of islands.features)
  await client.query('insert into land select $1, ST_BuildArea(ST_GeomFromText($2))', [
    'zone',
    wkt(geometry.coordinates.flat()),
  ])
for (const area of countries.objects.countries!.geometries) {
  if (/Spratly|Scarborough/.test(area.properties?.name ?? '')) continue
  const kind = shores.has(String(area.id)) ? 'shore' : area.id === '158' ? 'taiwan' : 'foreign'
  await load(kind, countries, [area])
}
// 0.006° of land is what the simplified counties may be off: better a Dandong quay shifted than a Sinuiju one
// left alone. 0.2° of sea is about the 12 nautical miles: boats, bridges, lost islets. Foreign land keeps
// 0.03° of water around it; islands with Taiwan's telephones, some in sight of Xiamen and Fuzhou, 0.005°.
const drawn = await client.query<{ path: number; x: number; y: number }>(`
  with near as (select kind, ST_ClipByBox2D(area, ST_MakeEnvelope(70, 0, 140, 58)) as area from land
                where area && ST_MakeEnvelope(70, 0, 140, 58)),
  abroad as (select ST_Buffer(ST_Union(area), 0.03) as area from near where kind = 'foreign'),
  taiwan as (select ST_Buffer(ST_Union(area), 0.005) as area from (
    select area from near where kind = 'taiwan'
    union all select ST_MakeEnvelope(119.89, 26.13, 120.03, 26.25)
    union all select ST_MakeEnvelope(119.91, 25.94, 119.99, 26.00)
    union all select ST_MakeEnvelope(120.46, 26.34, 120.52, 26.39)) island),
  own as (select ST_Union(case kind when 'zone' then ST_Buffer(area, 0.006) else area end) as area
          from near where kind in ('zone', 'shore')),
  sea as (select ST_Difference(ST_Union(ST_Buffer(near.area, 0.2, 'quad_segs=4')), (select area from abroad)) as area
          from near where kind in ('zone', 'shore')),
  zone as (
    select ST_ReducePrecision(ST_SimplifyPreserveTopology(
      ST_Difference(ST_Union(own.area, sea.area), taiwan.area), 0.0015), 0.001) as area
    from own, sea, taiwan),
  part as (select (ST_Dump(area)).geom as area from zone),
  ring as (select (ST_DumpRings(area)).geom as area from part where ST_Area(area) > 0.0005),
  kept as (select row_number() over (order by ST_Area(area) desc)::int as path, area from ring
           where ST_Area(area) > 0.0001)
  select kept.path, ST_X(d.geom) as x, ST_Y(d.geom) as y
  from kept, lateral ST_DumpPoints(ST_ExteriorRing(area)) d order by kept.path, d.path`)
await oracle.close()

const outline: number[][] = []
for (const { path, x, y } of drawn.rows)
  (outline[path - 1] ??= []).push(Math.round(x * 1000), Math.round(y * 1000))
const text = encodeOutline(outline)
const lines = text.match(/.{1,110}/g)!.join('\n')
writeFileSync(
  new URL('../../modules/place/data/gcj-zone.ts', import.meta.url),
  `/** GCJ-02 区域 — drawn by bench/place/make-zone.ts in units of 0.001°; README.md says from what. */
export const gcjZoneOutline = \`
${lines}
\`
`,
)
process.stdout.write(`${outline.length} rings, ${drawn.rows.length} vertices, ${text.length} characters\n`)
