import type { Crs, LngLat, Point } from './place.ts'
import { isInGcjZone } from './place.zone.ts'

/**
 * 坐标基准 — WGS-84 ↔ GCJ-02 ↔ BD-09, in degrees. The inverse is the fixed point of the forward formula, so
 * a round trip inside the zone is good to far below a millimetre. Outside the zone nothing is shifted:
 * there phones and map vendors give WGS-84 under every name (domain §2.11).
 */
const semiMajorMetres = 6378245 // Krasovsky 1940, as the published formula has it
const eccentricitySquared = 0.00669342162296594323
const radians = Math.PI / 180

/** Which formula and which zone made a stored WGS-84 value. Raised when either changes. */
export const datumEdition = 1

/** WGS-84 → GCJ-02 by the formula alone, wherever the point is. */
function shifted({ lng, lat }: LngLat): LngLat {
  const x = lng - 105
  const y = lat - 35
  const ripple = ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * Math.sqrt(Math.abs(x)) +
    ripple +
    ((20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * 2) / 3 +
    ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * Math.sqrt(Math.abs(x)) +
    ripple +
    ((20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * 2) / 3 +
    ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3
  const sine = Math.sin(lat * radians)
  const magic = 1 - eccentricitySquared * sine * sine
  const metresPerDegreeNorth =
    ((semiMajorMetres * (1 - eccentricitySquared)) / (magic * Math.sqrt(magic))) * radians
  const metresPerDegreeEast = (semiMajorMetres / Math.sqrt(magic)) * Math.cos(lat * radians) * radians
  return { lng: lng + east / metresPerDegreeEast, lat: lat + north / metresPerDegreeNorth }
}

/** GCJ-02 → BD-09 by the formula alone. */
function baiduFromGcj({ lng, lat }: LngLat): LngLat {
  const radius = Math.hypot(lng, lat) + 0.00002 * Math.sin(lat * 3000 * radians)
  const angle = Math.atan2(lat, lng) + 0.000003 * Math.cos(lng * 3000 * radians)
  return { lng: radius * Math.cos(angle) + 0.0065, lat: radius * Math.sin(angle) + 0.006 }
}

const forward: Record<Exclude<Crs, 'wgs84'>, (point: LngLat) => LngLat> = {
  gcj02: shifted,
  bd09: (point) => baiduFromGcj(shifted(point)),
}

/** Each step shrinks the error about a hundredfold; five would do, the last ones settle the rounding. */
const inverse = (shift: (point: LngLat) => LngLat, target: LngLat): LngLat => {
  let guess = target
  for (let step = 0; step < 8; step++) {
    const seen = shift(guess)
    guess = { lng: guess.lng + target.lng - seen.lng, lat: guess.lat + target.lat - seen.lat }
  }
  return guess
}

/** Any labelled point → WGS-84 degrees. Unshifted when it lies outside the GCJ zone. */
export function toWgs84({ lng, lat, crs }: Point): LngLat {
  if (crs === 'wgs84') return { lng, lat }
  const found = inverse(forward[crs], { lng, lat })
  return isInGcjZone(found) ? found : { lng, lat }
}

/** WGS-84 degrees → a point for a base map of that datum. Unshifted outside the GCJ zone. */
export const fromWgs84 = ({ lng, lat }: LngLat, crs: Crs): Point =>
  crs === 'wgs84' || !isInGcjZone({ lng, lat }) ? { lng, lat, crs } : { ...forward[crs]({ lng, lat }), crs }
