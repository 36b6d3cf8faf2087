import { gcjZoneOutline } from './data/gcj-zone.ts'
import { buildGrid } from './place.grid.build.ts'
import { firstCovering, toE7, type Grid } from './place.grid.ts'
import { decodeOutline } from './place.outline.ts'
import type { LngLat } from './place.ts'

/**
 * GCJ-02 区域 — where phones and map vendors shift coordinates: the mainland, Hong Kong and Macau with some
 * 12 nautical miles of sea. It says what devices do (the vendors' own documents) and nothing about
 * whose land it is. Good to about 1 km, which at a land border moves a GCJ point by at most 0.7 km.
 */
let zone: Grid | undefined

const unitsPerStep = 10_000 // the outline counts in 0.001°

/** Is this WGS-84 point where devices shift? The outline is unpacked at the first question. */
export function isInGcjZone({ lng, lat }: LngLat): boolean {
  zone ??= buildGrid([
    { ref: 0, rings: decodeOutline(gcjZoneOutline).map((ring) => ring.map((step) => step * unitsPerStep)) },
  ])
  return firstCovering(zone, toE7(lng), toE7(lat)) !== undefined
}
