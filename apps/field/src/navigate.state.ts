/** 到现场 — how far, and links that a map program opens. Every point says its datum. */
type LngLat = { readonly lng: number; readonly lat: number }

const earthMetres = 6_371_008.8
const radians = Math.PI / 180

/** Along the sphere; good to half a percent, which is finer than any phone's fix here. */
export function metresBetween(one: LngLat, other: LngLat): number {
  const north = Math.sin(((other.lat - one.lat) * radians) / 2)
  const east = Math.sin(((other.lng - one.lng) * radians) / 2)
  const half = north * north + Math.cos(one.lat * radians) * Math.cos(other.lat * radians) * east * east
  return 2 * earthMetres * Math.asin(Math.sqrt(half))
}

/** Rounded to what the accuracy allows: `{ metres: 120 }`, or `{ kilometres: 1.2 }` from one kilometre on. */
export function roughly(metres: number): { metres: number } | { kilometres: number } {
  if (metres < 1_000) return { metres: Math.max(10, Math.round(metres / 10) * 10) }
  return { kilometres: metres < 10_000 ? Math.round(metres / 100) / 10 : Math.round(metres / 1_000) }
}

/** 高德地图 reads GCJ-02; the caller converts. */
export function amapLink(gcj: LngLat, name: string): string {
  const to = `${gcj.lng.toFixed(6)},${gcj.lat.toFixed(6)},${encodeURIComponent(name)}`
  return `https://uri.amap.com/navigation?to=${to}&mode=car&coordinate=gaode&callnative=1&src=open110`
}

/** RFC 5870: a `geo:` link is WGS-84 unless it says otherwise. */
export function geoLink({ lng, lat }: LngLat, name: string): string {
  const at = `${lat.toFixed(6)},${lng.toFixed(6)}`
  return `geo:${at}?q=${at}(${encodeURIComponent(name)})`
}
