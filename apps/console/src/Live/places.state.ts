import type { Unit } from '@open110/modules/unit'
import { unitPlaces } from '@open110/modules/unit/events'
import * as z from 'zod/mini'

/** 图上警力 — one unit as the map has it. What moves is written in place: two thousand of them move all the time. */
export type Dot = {
  unit: Unit
  lng: number
  lat: number
  /** Where that is in a square world, Web Mercator, from 0 to 1. */
  x: number
  y: number
  fixMs: number
}

export type Places = {
  readonly dots: () => readonly Dot[]
  readonly of: (unit: string) => Dot | undefined
  /** Called when something has changed; whoever draws does so in their own time. */
  subscribe(hear: () => void): () => void
  /** The whole list as just fetched. A position that was heard meanwhile and is newer stays. */
  take(units: readonly Unit[]): void
  /** What one unit has become. */
  put(unit: Unit): void
  /** A passing frame; true when it was one of ours. */
  hear(data: unknown): boolean
}

export function openPlaces(): Places {
  let dots: Dot[] = []
  let byId = new Map<string, Dot>()
  const hearers = new Set<() => void>()
  const tell = () => {
    for (const hear of hearers) hear()
  }
  return {
    dots: () => dots,
    of: (unit) => byId.get(unit),
    subscribe(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    take(units) {
      const next = new Map<string, Dot>()
      for (const unit of units) {
        const { wgs84, fixAt } = unit
        const dot = byId.get(unit.id) ?? { unit, lng: Number.NaN, lat: 0, x: 0, y: 0, fixMs: -Infinity }
        dot.unit = unit
        if (wgs84 && fixAt) move(dot, wgs84.lng, wgs84.lat, Date.parse(fixAt))
        next.set(unit.id, dot)
      }
      byId = next
      dots = [...next.values()]
      tell()
    },
    put(unit) {
      const dot = byId.get(unit.id)
      if (!dot) return
      dot.unit = unit
      tell()
    },
    hear(data) {
      const read = z.safeParse(unitPlaces.body, data)
      if (!read.success) return false
      for (const [unit, lng, lat, seconds] of read.data.places) {
        const dot = byId.get(unit)
        if (dot) move(dot, lng, lat, seconds * 1_000)
      }
      tell()
      return true
    },
  }
}

/** 位置新旧 — how old the newest position of a unit is, in seconds: what the map has heard may be newer than the list. */
export function fixSeconds(
  places: Pick<Places, 'of'>,
  unit: Pick<Unit, 'id' | 'fixAt'>,
  nowMs: number,
): number | undefined {
  const listedMs = unit.fixAt ? Date.parse(unit.fixAt) : -Infinity
  const newestMs = Math.max(listedMs, places.of(unit.id)?.fixMs ?? -Infinity)
  return newestMs === -Infinity ? undefined : Math.max(0, Math.floor((nowMs - newestMs) / 1_000))
}

/** Frames count whole seconds, so one of the same second is as new. */
function move(dot: Dot, lng: number, lat: number, fixMs: number): void {
  if (fixMs < Math.floor(dot.fixMs / 1_000) * 1_000) return
  dot.lng = lng
  dot.lat = lat
  dot.fixMs = Math.max(fixMs, dot.fixMs)
  const { x, y } = worldOf(lng, lat)
  dot.x = x
  dot.y = y
}

/** Web Mercator, the world as a square of side 1, as the map itself projects. */
export function worldOf(lng: number, lat: number): { x: number; y: number } {
  const sine = Math.sin((lat * Math.PI) / 180)
  return { x: (lng + 180) / 360, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) }
}
