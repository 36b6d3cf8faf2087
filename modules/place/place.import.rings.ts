import { longestEdge } from './place.grid.build.ts'

/**
 * 轮廓检验 — what is wrong with one outline, judged on the whole units of 1e-7 degree on which it will be
 * used. Rings that only touch are fine; rings that cross or run along each other are not.
 */
export type RingFault = 'ring-short' | 'ring-crosses' | 'ring-misplaced' | 'edge-too-long'

export interface Part {
  /** Flat, closed. */
  readonly ring: readonly number[]
  readonly isHole: boolean
}

export interface FoundFault {
  readonly fault: RingFault
  readonly x: number
  readonly y: number
}

const mostExamples = 5

function turn(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  // both products stay below 2^53 while edges keep to `longestEdge`; comparing them loses nothing
  const [left, right] = [(bx - ax) * (cy - ay), (by - ay) * (cx - ax)]
  return left > right ? 1 : left < right ? -1 : 0
}

type Edge = readonly [ax: number, ay: number, bx: number, by: number]

/** Do two edges cross inside both, or share a stretch? Touching in a point does not count. */
function cross([ax, ay, bx, by]: Edge, [cx, cy, dx, dy]: Edge): boolean {
  const [c, d] = [turn(ax, ay, bx, by, cx, cy), turn(ax, ay, bx, by, dx, dy)]
  if (c !== 0 || d !== 0) return c * d < 0 && turn(cx, cy, dx, dy, ax, ay) * turn(cx, cy, dx, dy, bx, by) < 0
  const isFlat = Math.abs(bx - ax) >= Math.abs(by - ay) // all on one line: compare along its longer axis
  const [p, q, r, s] = isFlat ? [ax, bx, cx, dx] : [ay, by, cy, dy]
  return Math.min(Math.max(p, q), Math.max(r, s)) > Math.max(Math.min(p, q), Math.min(r, s))
}

function edgesOf(parts: readonly Part[]): Edge[] {
  return parts.flatMap(({ ring }) => {
    const edges: Edge[] = []
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const edge = [ring[i]!, ring[i + 1]!, ring[i + 2]!, ring[i + 3]!] as const
      if (edge[0] !== edge[2] || edge[1] !== edge[3]) edges.push(edge)
    }
    return edges
  })
}

/** Crossings, found by sorting the edges into squares about as many as there are edges. */
function crossings(edges: readonly Edge[]): FoundFault[] {
  const [west, east] = [Math.min, Math.max].map((pick) =>
    edges.reduce((x, e) => pick(x, e[0], e[2]), edges[0]![0]),
  )
  const [south, north] = [Math.min, Math.max].map((pick) =>
    edges.reduce((y, e) => pick(y, e[1], e[3]), edges[0]![1]),
  )
  const size = Math.max(1, Math.sqrt(((east! - west! + 1) * (north! - south! + 1)) / edges.length))
  const squares = new Map<number, number[]>()
  const columns = Math.ceil((east! - west! + 1) / size) + 1
  const found: FoundFault[] = []
  const told = new Set<number>()
  edges.forEach(([ax, ay, bx, by], me) => {
    const column = (x: number): number => Math.floor((x - west!) / size)
    const row = (y: number): number => Math.floor((y - south!) / size)
    for (let r = row(Math.min(ay, by)); r <= row(Math.max(ay, by)); r++)
      for (let c = column(Math.min(ax, bx)); c <= column(Math.max(ax, bx)); c++) {
        const square = squares.get(r * columns + c)
        if (!square) {
          squares.set(r * columns + c, [me])
          continue
        }
        for (const other of square)
          if (found.length < mostExamples && !told.has(me) && cross(edges[me]!, edges[other]!)) {
            told.add(me)
            found.push({ fault: 'ring-crosses', x: ax, y: ay })
          }
        square.push(me)
      }
  })
  return found
}

/** Whether a point is inside a ring; undefined on the ring itself. */
function isWithin(ring: readonly number[], x: number, y: number): boolean | undefined {
  let inside = false
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const [x0, y0, x1, y1] = [ring[i]!, ring[i + 1]!, ring[i + 2]!, ring[i + 3]!]
    if ((y0 > y && y1 > y) || (y0 < y && y1 < y)) continue
    const [rise, run] = [(x1 - x0) * (y - y0), (y1 - y0) * (x - x0)]
    if (rise === run && Math.min(x0, x1) <= x && x <= Math.max(x0, x1)) return undefined
    if (y0 <= y !== y1 <= y && rise > run === y1 > y0) inside = !inside
  }
  return inside
}

/** Vertices, then middles of edges: a ring may touch another with all its vertices, but not with its edges. */
function* probesOf(ring: readonly number[]): Generator<readonly [x: number, y: number]> {
  for (let i = 0; i + 1 < ring.length; i += 2) yield [ring[i]!, ring[i + 1]!]
  for (let i = 0; i + 3 < ring.length; i += 2)
    yield [(ring[i]! + ring[i + 2]!) / 2, (ring[i + 1]! + ring[i + 3]!) / 2]
}

/** A hole lies in an odd number of the other rings, a part in an even one. */
function isMisplaced(parts: readonly Part[], me: Part): boolean {
  let depth = 0
  for (const other of parts) {
    if (other === me) continue
    for (const [x, y] of probesOf(me.ring)) {
      const within = isWithin(other.ring, x, y)
      if (within === undefined) continue
      depth += within ? 1 : 0
      break
    }
  }
  return (depth % 2 === 1) !== me.isHole
}

/** What is wrong with an outline's rings; at most a few examples of each fault. */
export function faultsOf(parts: readonly Part[]): FoundFault[] {
  const at = (fault: RingFault, ring: readonly number[], i = 0): FoundFault => ({
    fault,
    x: ring[i]!,
    y: ring[i + 1]!,
  })
  const short = parts.filter(({ ring }) => new Set(pairs(ring)).size < 3)
  if (short.length > 0) return short.slice(0, mostExamples).map(({ ring }) => at('ring-short', ring))
  const edges = edgesOf(parts)
  const long = edges.filter(
    (e) => Math.abs(e[2] - e[0]) >= longestEdge || Math.abs(e[3] - e[1]) >= longestEdge,
  )
  if (long.length > 0) return long.slice(0, mostExamples).map((edge) => at('edge-too-long', edge))
  const crossed = crossings(edges)
  if (crossed.length > 0) return crossed
  return parts.filter((part) => isMisplaced(parts, part)).map(({ ring }) => at('ring-misplaced', ring))
}

function pairs(ring: readonly number[]): string[] {
  return ring.flatMap((x, i) => (i % 2 === 0 ? [`${x} ${ring[i + 1]}`] : []))
}

/** Twice the area in square units; positive when the ring runs counter-clockwise. */
export function signedArea(ring: readonly number[]): number {
  let sum = 0
  const [ox, oy] = [ring[0]!, ring[1]!]
  for (let i = 0; i + 3 < ring.length; i += 2)
    sum += (ring[i]! - ox) * (ring[i + 3]! - oy) - (ring[i + 2]! - ox) * (ring[i + 1]! - oy)
  return sum
}
