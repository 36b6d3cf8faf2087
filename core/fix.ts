import { secondsBetween, type Moment } from '@open110/kit/time'
import type { NewFix } from '@open110/modules/report'

/** 定位 — where the phone says it is. WGS-84 unless said; `(0,0)` is no fix. */
export type Fix = {
  readonly lng: number
  readonly lat: number
  readonly crs: 'wgs84' | 'gcj02' | 'bd09'
  readonly accuracyMetres: number
  readonly at: Moment
  readonly source: 'gps' | 'network' | 'marker' | 'hand'
}

/** Somebody on foot and in a hurry: an old fix is this much less sure with every second. */
const driftMetresPerSecond = 2
export const freshSeconds = 120

export function isUsable(fix: Fix): boolean {
  const isNumber = [fix.lng, fix.lat, fix.accuracyMetres].every(Number.isFinite)
  return isNumber && !(fix.lng === 0 && fix.lat === 0) && Math.abs(fix.lng) <= 180 && Math.abs(fix.lat) <= 90
}

/** Metres within which the person probably is now. */
export function unsureMetres(fix: Fix, now: Moment): number {
  return fix.accuracyMetres + driftMetresPerSecond * Math.max(0, secondsBetween(fix.at, now))
}

/**
 * The fix to send: the surest one now among the fresh; a rough new one does not replace a sharp one of a moment
 * ago. Without a fresh one the newest old one, which carries its own time (CO13).
 */
export function bestFix(fixes: readonly Fix[], now: Moment): Fix | undefined {
  const usable = fixes.filter(isUsable)
  const fresh = usable.filter((fix) => secondsBetween(fix.at, now) <= freshSeconds)
  if (fresh.length) return fresh.reduce((a, b) => (unsureMetres(b, now) < unsureMetres(a, now) ? b : a))
  return usable.reduce<Fix | undefined>((a, b) => (a && a.at >= b.at ? a : b), undefined)
}

/** Metres between two fixes of the same datum; good to a part in a thousand at city distances. */
export function metresBetween(a: { lng: number; lat: number }, b: { lng: number; lat: number }): number {
  const east = (b.lng - a.lng) * 111_320 * Math.cos(((a.lat + b.lat) / 2) * (Math.PI / 180))
  return Math.hypot(east, (b.lat - a.lat) * 110_574)
}

/** Whether the desk should hear of it: moved beyond the doubt, twice as sure, or a sign of life each minute. */
export function isNews(sent: Fix | undefined, next: Fix): boolean {
  if (!isUsable(next)) return false
  if (!sent) return true
  if (metresBetween(sent, next) > Math.max(25, next.accuracyMetres)) return true
  return next.accuracyMetres < sent.accuracyMetres / 2 || secondsBetween(sent.at, next.at) >= 60
}

/** The point that lies so many metres east and north of a fix, said by hand. */
export function besideFix(fix: Fix, eastMetres: number, northMetres: number, at: Moment): Fix {
  return {
    lng: fix.lng + eastMetres / (111_320 * Math.cos(fix.lat * (Math.PI / 180))),
    lat: fix.lat + northMetres / 110_574,
    crs: fix.crs,
    accuracyMetres: fix.accuracyMetres + Math.hypot(eastMetres, northMetres) * 0.2,
    at,
    source: 'hand',
  }
}

/** As the contract takes it, rounded to what a phone can know (a millionth of a degree is a tenth of a metre). */
export function asSent(fix: Fix): NewFix {
  const { crs, source, at } = fix
  const rounded = (degrees: number) => Math.round(degrees * 1e6) / 1e6
  return {
    lng: rounded(fix.lng),
    lat: rounded(fix.lat),
    crs,
    accuracyMetres: Math.round(fix.accuracyMetres),
    source,
    at,
  }
}
