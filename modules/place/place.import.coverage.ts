import { covering, type Grid } from './place.grid.ts'
import { movedBy, type Division, type Jurisdiction, type LngLat } from './place.ts'
import type { Outline } from './place.resolve.ts'

/** 覆盖报告 — what the outlines of a region cover, and what an engineer should look at before using them. */
export interface Coverage {
  /** Divisions of the declared region without an outline. */
  readonly missing: readonly Division[]
  /** Outlines whose code is not of the declared region. */
  readonly unexpected: readonly Division[]
  readonly squareKilometres: readonly {
    readonly code: string
    readonly name: string
    readonly area: number
  }[]
  readonly totalSquareKilometres: number
  /** Borders looked at, at regular distances along all outlines. */
  readonly sampledBorders: number
  /** Where two outlines claim the same ground, 20 m or more deep. */
  readonly overlaps: Finding
  /** Where nobody claims a strip less than 1 km wide between two outlines. Water may do that. */
  readonly gaps: Finding
}

export interface Finding {
  readonly count: number
  readonly examples: readonly { readonly at: LngLat; readonly codes: readonly [string, string] }[]
}

const earthRadiusKilometres = 6371.0088
const radians = Math.PI / 180
const mostSamples = 20_000
const mostExamples = 20

/** Area on a sphere of the mean radius; 0.5 % off the ellipsoid at worst. */
export function squareKilometresOf(
  rings: readonly ArrayLike<number>[],
  isHole: (ring: number) => boolean,
): number {
  let sum = 0
  rings.forEach((ring, at) => {
    let area = 0
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const [a, b] = [(ring[i + 1]! / 1e7) * radians, (ring[i + 3]! / 1e7) * radians]
      area += ((ring[i + 2]! - ring[i]!) / 1e7) * radians * (2 + Math.sin(a) + Math.sin(b))
    }
    sum += (Math.abs(area) / 2) * (isHole(at) ? -1 : 1)
  })
  return sum * earthRadiusKilometres ** 2
}

interface Middle {
  readonly at: LngLat
  /** Unit vector across the edge, in metres east and north. */
  readonly across: readonly [east: number, north: number]
}

function middleOf(ring: ArrayLike<number>, i: number): Middle | undefined {
  const [ax, ay, bx, by] = [ring[i]! / 1e7, ring[i + 1]! / 1e7, ring[i + 2]! / 1e7, ring[i + 3]! / 1e7]
  const [east, north] = [(bx - ax) * Math.cos(ay * radians), by - ay]
  const length = Math.hypot(east, north)
  if (length === 0) return undefined
  return { at: { lng: (ax + bx) / 2, lat: (ay + by) / 2 }, across: [-north / length, east / length] }
}

/** Steps to both sides of the borders and sees who is there. The grid's refs are positions in `outlines`. */
export function lookAlongBorders(
  outlines: readonly Outline[],
  grid: Grid,
): Pick<Coverage, 'sampledBorders' | 'overlaps' | 'gaps'> {
  const overlaps: Finding['examples'][number][] = []
  const gaps: Finding['examples'][number][] = []
  const edges = outlines.reduce(
    (sum, { rings }) => sum + rings.reduce((n, ring) => n + ring.length / 2 - 1, 0),
    0,
  )
  const stride = Math.max(1, Math.floor(edges / mostSamples))
  let count = 0
  let sampledBorders = 0
  outlines.forEach((outline, me) => {
    for (const ring of outline.rings)
      for (let i = 0; i + 3 < ring.length; i += 2) {
        if (count++ % stride !== 0) continue
        const middle = middleOf(ring, i)
        if (!middle) continue
        sampledBorders++
        const [east, north] = middle.across
        const whoAt = (metres: number): number[] => {
          const { lng, lat } = movedBy(middle.at, east * metres, north * metres)
          return covering(grid, Math.round(lng * 1e7), Math.round(lat * 1e7))
        }
        const inward = whoAt(20).includes(me) ? 1 : -1
        const inside = whoAt(20 * inward)
        const other = inside.find((one) => one !== me)
        if (inside.includes(me) && other !== undefined)
          overlaps.push({ at: middle.at, codes: [outline.code, outlines[other]!.code] })
        if (whoAt(-20 * inward).length > 0) continue
        const beyond = [100, 300, 1000].flatMap((metres) => whoAt(-metres * inward)).find((one) => one !== me)
        if (beyond !== undefined) gaps.push({ at: middle.at, codes: [outline.code, outlines[beyond]!.code] })
      }
  })
  const finding = (all: Finding['examples']): Finding => ({
    count: all.length,
    examples: all.slice(0, mostExamples),
  })
  return { sampledBorders, overlaps: finding(overlaps), gaps: finding(gaps) }
}

/** Who of the region is missing, and who does not belong to it. */
export function compareWith(
  expected: readonly Division[],
  outlines: readonly Jurisdiction[],
): Pick<Coverage, 'missing' | 'unexpected'> {
  const drawn = new Set(outlines.map(({ code }) => code))
  const wanted = new Set(expected.map(({ code }) => code))
  return {
    missing: expected.filter(({ code }) => !drawn.has(code)),
    unexpected: outlines.filter(({ code }) => !wanted.has(code)).map(({ code, name }) => ({ code, name })),
  }
}
