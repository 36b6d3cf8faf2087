import type { Fix } from '@open110/modules/place/fix'

/** 位置记录 — a fix as it is kept: what the phone sent, in its own datum, beside what we make of it. */
export type FixRow = {
  id: string
  report: string
  kind: 'fix' | 'pin'
  rawLng: number
  rawLat: number
  rawCrs: string
  lng: number | undefined
  lat: number | undefined
  accuracyMetres: number | undefined
  source: string
  deviceAt: string | undefined
  now: string
}

export function fixRow(id: string, report: string, kind: FixRow['kind'], fix: Fix, now: string): FixRow {
  return {
    id,
    report,
    kind,
    rawLng: fix.raw.lng,
    rawLat: fix.raw.lat,
    rawCrs: fix.crs,
    lng: fix.wgs84?.lng,
    lat: fix.wgs84?.lat,
    accuracyMetres: fix.accuracyMetres,
    source: fix.source ?? 'unknown',
    deviceAt: fix.at?.slice(0, 40),
    now,
  }
}
