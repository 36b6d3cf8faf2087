import { isNoFix } from '@open110/modules/place'
import { normaliseFix, type RawFix } from '@open110/modules/place/fix'

/** A position as it is kept: ten-millionths of a degree in WGS-84, and what was sent where that was another datum. */
export type KeptFix = {
  readonly atMs: number
  readonly lng: number
  readonly lat: number
  readonly crs?: string
  readonly rawLng?: number
  readonly rawLat?: number
  readonly accuracyMetres?: number
}

/** When a position was true: as the phone says, but never later than now, or one wrong clock would hide every later fix. */
export function fixMs(at: string | undefined, nowMs: number): number {
  const ms = at === undefined ? Number.NaN : Date.parse(at)
  return ms >= 0 && ms < nowMs ? ms : nowMs
}

const tenMillionths = (degrees: number) => Math.round(degrees * 1e7)

/** What is worth keeping of a batch, in the order of its own times; the datum of one that has none, if there is one. */
export function readFixes(
  sent: readonly RawFix[],
  nowMs: number,
): { kept: KeptFix[] } | { nameless: string | undefined } {
  const kept: KeptFix[] = []
  for (const fix of sent) {
    const { state, wgs84, crs, raw, accuracyMetres } = normaliseFix(fix)
    if (state === 'datum-unknown') return { nameless: fix.crs }
    if (!wgs84 || isNoFix(wgs84)) continue
    kept.push({
      atMs: fixMs(fix.at, nowMs),
      lng: tenMillionths(wgs84.lng),
      lat: tenMillionths(wgs84.lat),
      ...(crs !== 'wgs84' && { crs, rawLng: tenMillionths(raw.lng), rawLat: tenMillionths(raw.lat) }),
      ...(accuracyMetres !== undefined && { accuracyMetres: Math.min(1e9, Math.round(accuracyMetres)) }),
    })
  }
  kept.sort((a, b) => a.atMs - b.atMs)
  return { kept }
}
