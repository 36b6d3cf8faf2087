/** 点集 — the places that the benchmark asks about, in units of 1e-7 degree, the same ones every time. */
export interface Shape {
  readonly ref: number
  readonly code: string
  /** Parts, then rings, then flat closed coordinates. */
  readonly parts: readonly (readonly Int32Array[])[]
}

export const pointKinds = ['uniform', 'weighted', 'border', 'touching', 'vertex'] as const
export type PointKind = (typeof pointKinds)[number]

export interface Points {
  readonly kind: PointKind
  readonly xs: Int32Array
  readonly ys: Int32Array
}

/** Seeded numbers in [0, 1): mulberry32. */
const numbersFrom = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

type Box = readonly [west: number, south: number, east: number, north: number]

export function boxOf(shape: Shape): Box {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const ring of shape.parts.flat())
    for (let i = 0; i < ring.length; i += 2) {
      west = Math.min(west, ring[i]!)
      east = Math.max(east, ring[i]!)
      south = Math.min(south, ring[i + 1]!)
      north = Math.max(north, ring[i + 1]!)
    }
  return [west, south, east, north]
}

/**
 * `uniform` over the box of all outlines; `weighted` in a random outline's box; `border` about 100 m off a
 * random edge; `touching` rounded from a random place of an edge, so on it or a unit beside; `vertex` on one.
 */
export function pointsOf(kind: PointKind, count: number, shapes: readonly Shape[]): Points {
  const random = numbersFrom(pointKinds.indexOf(kind) + 1)
  const pick = <T>(from: ArrayLike<T>): T => from[Math.floor(random() * from.length)]!
  const boxes = shapes.map(boxOf)
  const all = boxes.reduce((a, b): Box => [
    Math.min(a[0], b[0]),
    Math.min(a[1], b[1]),
    Math.max(a[2], b[2]),
    Math.max(a[3], b[3]),
  ])
  const noise = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()) * 9000
  const within = ([west, south, east, north]: Box) => [
    west + random() * (east - west),
    south + random() * (north - south),
  ]
  const onEdge = (): [number, number] => {
    const ring = pick(pick(shapes).parts.flat())
    const i = Math.floor(random() * (ring.length / 2 - 1)) * 2
    const along = kind === 'vertex' ? 0 : random()
    return [
      ring[i]! + along * (ring[i + 2]! - ring[i]!),
      ring[i + 1]! + along * (ring[i + 3]! - ring[i + 1]!),
    ]
  }
  const [xs, ys] = [new Int32Array(count), new Int32Array(count)]
  for (let i = 0; i < count; i++) {
    let [x, y] = kind === 'uniform' ? within(all) : kind === 'weighted' ? within(pick(boxes)) : onEdge()
    if (kind === 'border') [x, y] = [x! + noise(), y! + noise()]
    xs[i] = Math.round(x!)
    ys[i] = Math.round(y!)
  }
  return { kind, xs, ys }
}
