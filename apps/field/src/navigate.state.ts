/** 到现场 — how far, and links that a map program opens. Every point is given in the datum which that program reads. */
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

/** 导航程序. `datum` is what it reads: `gcj02` is the same point as WGS-84 outside the zone where points are shifted. */
export const mapPrograms = {
  amap: { datum: 'gcj02', link: amapLink },
  baidu: { datum: 'gcj02', link: baiduLink },
  tencent: { datum: 'gcj02', link: tencentLink },
  apple: { datum: 'gcj02', link: appleLink },
  geo: { datum: 'wgs84', link: geoLink },
} as const
export type MapProgram = keyof typeof mapPrograms

const text = encodeURIComponent

function amapLink({ lng, lat }: LngLat, name: string): string {
  const to = `${lng.toFixed(6)},${lat.toFixed(6)},${text(name)}`
  return `https://uri.amap.com/navigation?to=${to}&mode=car&coordinate=gaode&callnative=1&src=open110`
}

/** 百度 draws in a datum of its own; told `gcj02`, it converts by itself. */
function baiduLink({ lng, lat }: LngLat, name: string): string {
  const to = `name:${text(name)}|latlng:${lat.toFixed(6)},${lng.toFixed(6)}`
  return `baidumap://map/direction?destination=${to}&coord_type=gcj02&mode=driving&src=open110`
}

function tencentLink({ lng, lat }: LngLat, name: string): string {
  const to = `${lat.toFixed(6)},${lng.toFixed(6)}`
  return `https://apis.map.qq.com/uri/v1/routeplan?type=drive&to=${text(name)}&tocoord=${to}&referer=open110`
}

/** Inside the mainland its map is 高德's, and a point is read in that map's datum. */
function appleLink({ lng, lat }: LngLat, name: string): string {
  return `https://maps.apple.com/?daddr=${lat.toFixed(6)},${lng.toFixed(6)}&q=${text(name)}&dirflg=d`
}

/** RFC 5870: a `geo:` link is WGS-84 unless it says otherwise. */
function geoLink({ lng, lat }: LngLat, name: string): string {
  const at = `${lat.toFixed(6)},${lng.toFixed(6)}`
  return `geo:${at}?q=${at}(${text(name)})`
}
