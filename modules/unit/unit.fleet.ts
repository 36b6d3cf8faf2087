import { metresBetween, type LngLat } from '@open110/modules/place'

/**
 * 警力格网 — where units are, in cells of half a kilometre (WGS-84), so that whoever is near is found without looking
 * at whoever is far. Cells are lists through three arrays: a move writes numbers in place and makes nothing.
 */
export type Fleet = {
  /** Puts a unit on the ground or moves it; slots are the caller's, from 0. */
  put(slot: number, lng: number, lat: number): void
  remove(slot: number): void
  /** Where it is, or nothing. */
  at(slot: number): LngLat | undefined
  /**
   * Shows the units around a point, cell by cell outwards. Before each ring it says how many metres at
   * least lie between the point and whoever has not been looked at yet, and ends when that is enough.
   */
  around(
    place: LngLat,
    look: {
      show: (slot: number, metres: number) => void
      isEnough: (metres: number) => boolean
    },
  ): void
  readonly size: () => number
}

const cellsPerDegree = 200
const cellsAround = 360 * cellsPerDegree
const buckets = 1 << 15
const nobody = -1

const earthRadiusMetres = 6_371_008.8
const radians = Math.PI / 180
/** Cells, the bound and the distance round differently in the last digits; a bound may be low, never high. */
const carefulMetres = 0.001

export function openFleet(): Fleet {
  const heads = new Int32Array(buckets).fill(nobody)
  let room = 0
  let lngs = new Float64Array(0)
  let lats = new Float64Array(0)
  let cells = new Int32Array(0)
  let next = new Int32Array(0)
  let before = new Int32Array(0)
  let placed = 0

  const grown = <List extends Float64Array | Int32Array>(list: List, empty: number): List => {
    const more = new (list.constructor as new (length: number) => List)(room)
    more.fill(empty)
    more.set(list)
    return more
  }
  const makeRoom = (slot: number) => {
    if (slot < room) return
    room = Math.max(256, room * 2, slot + 1)
    lngs = grown(lngs, Number.NaN)
    lats = grown(lats, Number.NaN)
    cells = grown(cells, nobody)
    next = grown(next, nobody)
    before = grown(before, nobody)
  }
  const unlink = (slot: number) => {
    const [left, right] = [before[slot]!, next[slot]!]
    if (left === nobody) heads[bucketOf(cells[slot]!)] = right
    else next[left] = right
    if (right !== nobody) before[right] = left
  }
  const link = (slot: number, cell: number) => {
    const bucket = bucketOf(cell)
    const first = heads[bucket]!
    cells[slot] = cell
    next[slot] = first
    before[slot] = nobody
    if (first !== nobody) before[first] = slot
    heads[bucket] = slot
  }

  return {
    put(slot, lng, lat) {
      makeRoom(slot)
      lngs[slot] = lng
      lats[slot] = lat
      const cell = columnOf(lng) + rowOf(lat) * cellsAround
      if (cells[slot] === cell) return
      if (cells[slot] === nobody) placed += 1
      else unlink(slot)
      link(slot, cell)
    },
    remove(slot) {
      if (slot >= room || cells[slot] === nobody) return
      unlink(slot)
      cells[slot] = nobody
      placed -= 1
    },
    at: (slot) =>
      slot < room && cells[slot] !== nobody ? { lng: lngs[slot]!, lat: lats[slot]! } : undefined,
    around(place, { show, isEnough }) {
      const column = columnOf(place.lng)
      const row = rowOf(place.lat)
      const at = { lng: 0, lat: 0 }
      let left = placed
      const lookInto = (cellColumn: number, cellRow: number) => {
        const cell = wrapped(cellColumn) + cellRow * cellsAround
        for (let slot = heads[bucketOf(cell)]!; slot !== nobody; slot = next[slot]!) {
          if (cells[slot] !== cell) continue
          left -= 1
          at.lng = lngs[slot]!
          at.lat = lats[slot]!
          show(slot, metresBetween(at, place))
        }
      }
      for (let ring = 0; left > 0 && ring <= cellsAround / 2; ring++) {
        if (isEnough(metresBeyond(place, column, row, ring))) return
        for (let x = column - ring; x <= column + ring; x++) {
          lookInto(x, row - ring)
          if (ring > 0) lookInto(x, row + ring)
        }
        for (let y = row - ring + 1; y < row + ring; y++) {
          lookInto(column - ring, y)
          lookInto(column + ring, y)
        }
      }
    },
    size: () => placed,
  }
}

const columnOf = (lng: number) => wrapped(Math.floor((lng + 180) * cellsPerDegree))
const rowOf = (lat: number) => Math.floor((lat + 90) * cellsPerDegree)
const wrapped = (column: number) => ((column % cellsAround) + cellsAround) % cellsAround
const bucketOf = (cell: number) => (Math.imul(cell, 0x9e3779b1) >>> 17) & (buckets - 1)

/**
 * The least distance to anything that lies in no nearer ring: to the parallels above and below the square of those, and
 * to the meridians beside it, each as the shortest way over the sphere.
 */
function metresBeyond(place: LngLat, column: number, row: number, ring: number): number {
  if (ring === 0) return 0
  const reach = ring - 1
  const south = place.lat - ((row - reach) / cellsPerDegree - 90)
  const north = (row + reach + 1) / cellsPerDegree - 90 - place.lat
  const west = place.lng - ((column - reach) / cellsPerDegree - 180)
  const east = (column + reach + 1) / cellsPerDegree - 180 - place.lng
  const aside = Math.min(90, west, east) * radians
  const across = Math.asin(Math.cos(place.lat * radians) * Math.sin(aside))
  return Math.max(0, Math.min(Math.min(south, north) * radians, across) * earthRadiusMetres - carefulMetres)
}
