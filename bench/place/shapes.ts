import { readDemoGeoJson } from '../../modules/place/place.demo.server.ts'
import type { Shape } from './points.ts'

/** The demo counties on whole units of 1e-7 degree, with their parts kept apart for the oracle. */
export function readShapes(): Shape[] {
  const { features } = JSON.parse(readDemoGeoJson()) as {
    readonly features: readonly {
      readonly properties: { readonly code: string }
      readonly geometry: { readonly coordinates: readonly (readonly (readonly [number, number])[][])[] }
    }[]
  }
  return features.map(({ properties, geometry }, ref) => ({
    ref,
    code: properties.code,
    parts: geometry.coordinates.map((part) =>
      part.map((ring) => Int32Array.from(ring.flat(), (degrees) => Math.round(degrees * 1e7))),
    ),
  }))
}
