import * as z from 'zod/mini'

/** 坐标基准 — what the numbers of a point mean. A point without one is not a point (domain §2.11). */
export const Crs = z.enum(['wgs84', 'gcj02', 'bd09'])
export type Crs = z.infer<typeof Crs>

/** Degrees. WGS-84 wherever nothing else is said. */
export const LngLat = z.object({
  lng: z.number().check(z.gte(-180), z.lte(180)),
  lat: z.number().check(z.gte(-90), z.lte(90)),
})
export type LngLat = z.infer<typeof LngLat>

/** 坐标点 — a place on Earth with its datum. */
export const Point = z.extend(LngLat, { crs: Crs })
export type Point = z.infer<typeof Point>

/** What a bureau answers for. The order is the precedence: an expressway wins over the county it crosses. */
export const jurisdictionKinds = ['airport', 'rail', 'expressway', 'water', 'station', 'county'] as const
export const JurisdictionKind = z.enum(jurisdictionKinds)
export type JurisdictionKind = z.infer<typeof JurisdictionKind>

/** GB/T 2260, six digits. */
export const DivisionCode = z.string().check(z.regex(/^[1-9]\d{5}$/))

/** 行政区划 — its code and its name, both of the day the outline was drawn. */
export const Division = z.object({ code: DivisionCode, name: z.string() })
export type Division = z.infer<typeof Division>

/** 派出所 — the police station on whose ground a point lies. */
export const Station = z.object({ code: z.string(), name: z.string() })
export type Station = z.infer<typeof Station>

/** 辖区 — an area with one desk that answers for it. Outlines lie beside it; see `Outline`. */
export const Jurisdiction = z.object({
  id: z.string(),
  kind: JurisdictionKind,
  /** The county it lies in, or most of it. */
  code: DivisionCode,
  name: z.string(),
  /** Among areas of one kind the smaller number wins. */
  priority: z.int(),
  desk: z.string(),
  station: z.optional(Station),
})
export type Jurisdiction = z.infer<typeof Jurisdiction>

/** 驻地 — where a station sits, for counties whose stations have no outlines. WGS-84. */
export const StationSeat = z.extend(Station, {
  county: DivisionCode,
  lng: z.number(),
  lat: z.number(),
})
export type StationSeat = z.infer<typeof StationSeat>

/** Whose ground a point is on, and how sure that is. */
export const Share = z.object({
  division: Division,
  station: z.optional(Station),
  desk: z.object({ id: z.string(), name: z.string() }),
  /** Part of the accuracy circle that lies here, 0 to 1. */
  share: z.number(),
})
export type Share = z.infer<typeof Share>

/**
 * 归属 — the answer to "whose is this place". `inside`: an outline covers the point. `nearest`: none does, but
 * one is near, `offshoreMetres` away. `none`: nobody we know of; division and desk are absent.
 */
export const Resolution = z.object({
  how: z.enum(['inside', 'nearest', 'none']),
  division: z.optional(Division),
  station: z.optional(Station),
  desk: z.optional(z.object({ id: z.string(), name: z.string() })),
  /** The jurisdiction that won and what it is: an expressway is worth telling the call-taker. */
  jurisdiction: z.optional(z.object({ id: z.string(), kind: JurisdictionKind, name: z.string() })),
  share: z.number(),
  offshoreMetres: z.optional(z.number()),
  /** Others whom the circle touches, largest share first. */
  alternatives: z.array(Share),
  /** Which outlines answered; goes on the report, so that a later change of borders explains itself. */
  edition: z.string(),
})
export type Resolution = z.infer<typeof Resolution>

const earthRadiusMetres = 6371008.8
const radians = Math.PI / 180

/** Great-circle distance in metres; both points in the same datum. */
export function metresBetween(a: LngLat, b: LngLat): number {
  const north = Math.sin(((b.lat - a.lat) * radians) / 2)
  const east = Math.sin(((b.lng - a.lng) * radians) / 2)
  const chord = north * north + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * east * east
  return 2 * earthRadiusMetres * Math.asin(Math.min(1, Math.sqrt(chord)))
}

/** The point that lies so many metres east and north. Good to 1 % within 50 km, away from the poles. */
export function movedBy({ lng, lat }: LngLat, eastMetres: number, northMetres: number): LngLat {
  const metresPerDegree = earthRadiusMetres * radians
  return {
    lng: lng + eastMetres / (metresPerDegree * Math.max(0.01, Math.cos(lat * radians))),
    lat: lat + northMetres / metresPerDegree,
  }
}

/** (0, 0) is what phones say when they do not know; numbers off the globe are no better (contract). */
export function isNoFix({ lng, lat }: LngLat): boolean {
  const isOnGlobe = Math.abs(lng) <= 180 && Math.abs(lat) <= 90
  return !isOnGlobe || (lng === 0 && lat === 0)
}
