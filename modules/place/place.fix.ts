import { datumEdition, toWgs84 } from './place.datum.ts'
import { Crs, isNoFix, type LngLat } from './place.ts'

/** A fix as it arrives. Everything but the two numbers may be missing; nothing of it is refused (promise 2). */
export interface RawFix {
  readonly lng: number
  readonly lat: number
  readonly crs?: string | undefined
  readonly accuracyMetres?: number | undefined
  readonly source?: string | undefined
  readonly at?: string | undefined
}

/**
 * 定位 — a fix as we keep it: the raw numbers untouched, and WGS-84 beside them where that can be known.
 * `placed` has it; `datum-unknown` was sent without a datum we know and is never converted by guess;
 * `no-fix` are numbers that mean nothing.
 */
export interface Fix {
  readonly state: 'placed' | 'datum-unknown' | 'no-fix'
  readonly raw: LngLat
  readonly crs: Crs | 'unknown'
  readonly wgs84?: LngLat
  /** Radius of the circle, as the phone said it. Absent when it said none, or nonsense. */
  readonly accuracyMetres?: number
  readonly source?: string
  readonly at?: string
  readonly datumEdition: number
}

/** Keeps what was sent and finds its WGS-84. */
export function normaliseFix(sent: RawFix): Fix {
  const raw = { lng: sent.lng, lat: sent.lat }
  const known = Crs.safeParse(sent.crs)
  const crs = known.success ? known.data : 'unknown'
  const { accuracyMetres } = sent
  const rest = {
    raw,
    crs,
    datumEdition,
    ...(accuracyMetres !== undefined &&
      accuracyMetres >= 0 &&
      accuracyMetres < Infinity && { accuracyMetres }),
    ...(sent.source !== undefined && { source: sent.source }),
    ...(sent.at !== undefined && { at: sent.at }),
  } as const
  if (isNoFix(raw)) return { state: 'no-fix', ...rest }
  if (crs === 'unknown') return { state: 'datum-unknown', ...rest }
  return { state: 'placed', ...rest, wgs84: toWgs84({ ...raw, crs }) }
}
