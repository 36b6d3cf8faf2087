import type { Unit } from '@open110/modules/unit'
import type { Dot } from '../Live/places.state.ts'

/** 筛选 — which units the map shows; what is not said lets everybody through. */
export type Filter = {
  readonly state?: Unit['state'] | undefined
  readonly kind?: Unit['kind'] | undefined
  readonly skill?: string | undefined
}

export const isShown = ({ unit, lng }: Dot, filter: Filter): boolean =>
  !Number.isNaN(lng) &&
  (filter.state === undefined ? unit.state !== 'off' : unit.state === filter.state) &&
  (filter.kind === undefined || unit.kind === filter.kind) &&
  (filter.skill === undefined || unit.skills.includes(filter.skill))

/** The window of the map onto the world: where its corner lies, in pixels of this zoom. */
export type View = {
  readonly worldSize: number
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly zoom: number
}

/** How far outside the window a sign still shows a piece of itself. */
const marginPixels = 16
/** Farther away than this, or with less room for each, many in one place are counted. */
const signsFromZoom = 10
const crowdedPixels = 60
/** With less room than this for each the signs are small. */
const roomyPixels = 420
const cellPixels = 46
const fewInCell = 3
/** A finger or a mouse need not hit the middle. */
const nearPixels = 14

export const pixelOf = ({ x, y }: Pick<Dot, 'x' | 'y'>, view: View) => ({
  px: x * view.worldSize - view.left,
  py: y * view.worldSize - view.top,
})

/** Those whose sign lies in the window. */
export function visibleDots(dots: readonly Dot[], view: View, filter: Filter): Dot[] {
  const { worldSize, left, top, width, height } = view
  const seen: Dot[] = []
  for (const dot of dots) {
    const px = dot.x * worldSize - left
    const py = dot.y * worldSize - top
    if (px < -marginPixels || py < -marginPixels || px > width + marginPixels || py > height + marginPixels)
      continue
    if (isShown(dot, filter)) seen.push(dot)
  }
  return seen
}

const roomOf = (count: number, { width, height }: View) => (width * height) / Math.max(1, count)
export const isDense = (count: number, view: View): boolean => roomOf(count, view) < roomyPixels

export type Cluster = {
  readonly px: number
  readonly py: number
  readonly count: number
  readonly ready: number
}

/** From far away: how many are in each piece of the picture, and how many of them are free. A few stay signs. */
export function clustersOf(visible: readonly Dot[], view: View): { clusters: Cluster[]; singles: Dot[] } {
  const isNear = view.zoom >= signsFromZoom && roomOf(visible.length, view) >= crowdedPixels
  if (isNear || visible.length < fewInCell) return { clusters: [], singles: [...visible] }
  const cells = new Map<number, Dot[]>()
  for (const dot of visible) {
    const { px, py } = pixelOf(dot, view)
    // The pieces are fixed to the world, or every step of the map would count anew.
    const cell =
      Math.floor((px + view.left) / cellPixels) * 1_000_003 + Math.floor((py + view.top) / cellPixels)
    const there = cells.get(cell)
    if (there) there.push(dot)
    else cells.set(cell, [dot])
  }
  const clusters: Cluster[] = []
  const singles: Dot[] = []
  for (const there of cells.values()) {
    if (there.length < fewInCell) {
      singles.push(...there)
      continue
    }
    const sum = { px: 0, py: 0, ready: 0 }
    for (const dot of there) {
      const { px, py } = pixelOf(dot, view)
      sum.px += px / there.length
      sum.py += py / there.length
      if (dot.unit.state === 'ready') sum.ready += 1
    }
    clusters.push({ ...sum, count: there.length })
  }
  return { clusters, singles }
}

/** The sign under a pointer, the nearest first. */
export function dotAt(visible: readonly Dot[], view: View, px: number, py: number): Dot | undefined {
  let found: Dot | undefined
  let least = nearPixels * nearPixels
  for (const dot of visible) {
    const at = pixelOf(dot, view)
    const far = (at.px - px) ** 2 + (at.py - py) ** 2
    if (far > least) continue
    least = far
    found = dot
  }
  return found
}

/** The next one in the window, from its middle outwards, for whoever has no pointer; round again at the end. */
export function nextDot(
  visible: readonly Dot[],
  view: View,
  from: string | undefined,
  step: 1 | -1,
): Dot | undefined {
  const middle = (dot: Dot) => {
    const { px, py } = pixelOf(dot, view)
    return (px - view.width / 2) ** 2 + (py - view.height / 2) ** 2
  }
  const order = visible
    .map((dot) => ({ dot, far: middle(dot) }))
    .toSorted((a, b) => a.far - b.far || (a.dot.unit.id < b.dot.unit.id ? -1 : 1))
  const at = order.findIndex(({ dot }) => dot.unit.id === from)
  const next = at < 0 ? (step === 1 ? 0 : order.length - 1) : (at + step + order.length) % order.length
  return order[next]?.dot
}
