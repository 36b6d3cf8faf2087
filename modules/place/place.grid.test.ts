import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDemoOutlines } from './place.demo.server.ts'
import { buildGrid, longestEdge, type Shape } from './place.grid.build.ts'
import { keptGrid } from './place.grid.kept.server.ts'
import { packGrid, unpackGrid } from './place.grid.pack.ts'
import { covering, firstCovering, nearest, toE7, type Grid } from './place.grid.ts'

/** The judge: whole numbers without limit, one ring after the other, no cleverness. */
function covers(rings: readonly ArrayLike<number>[], px: number, py: number): boolean {
  const [x, y] = [BigInt(px), BigInt(py)]
  let inside = false
  for (const ring of rings)
    for (let i = 0, n = ring.length; i < n; i += 2) {
      const [ax, ay] = [ring[i]!, ring[i + 1]!]
      const [bx, by] = [ring[(i + 2) % n]!, ring[(i + 3) % n]!]
      if ((ay > py && by > py) || (ay < py && by < py)) continue
      const rise = BigInt(bx - ax) * (y - BigInt(ay))
      const run = BigInt(by - ay) * (x - BigInt(ax))
      if (rise === run && Math.min(ax, bx) <= px && px <= Math.max(ax, bx)) return true
      if (ay <= py !== by <= py && rise > run === by > ay) inside = !inside
    }
  return inside
}

const judge = (shapes: readonly Shape[], x: number, y: number): number[] =>
  shapes.filter(({ rings }) => covers(rings, x, y)).map(({ ref }) => ref)

const counties = readDemoOutlines().filter(({ code }) => /^(3311|3101|3502)/.test(code))
const shapes = counties.map(({ rings }, ref) => ({ ref, rings }))
const grid = buildGrid(shapes)

const anyEdge = fc.tuple(fc.nat(), fc.nat(), fc.nat()).map(([s, r, e]) => {
  const { rings } = shapes[s % shapes.length]!
  const ring = rings[r % rings.length]!
  const i = (e % (ring.length / 2 - 1)) * 2
  return [ring[i]!, ring[i + 1]!, ring[i + 2]!, ring[i + 3]!] as const
})
const unit = fc.double({ min: 0, max: 1, noNaN: true })

test('[PL8] on edges, beside them and near them the grid says what exact arithmetic says', () => {
  const near = fc
    .tuple(anyEdge, unit, fc.constantFrom(0, 1, 30, 10_000), fc.integer({ min: -1, max: 1 }), unit)
    .map(([[ax, ay, bx, by], along, spread, side, jitter]) => [
      Math.round(ax + along * (bx - ax) + side * spread * jitter),
      Math.round(ay + along * (by - ay) - side * spread),
    ])
  fc.assert(
    fc.property(near, ([x, y]) => {
      const said = judge(shapes, x!, y!)
      expect(covering(grid, x!, y!)).toEqual(said)
      expect(firstCovering(grid, x!, y!)).toBe(said[0])
    }),
    { numRuns: 3000, seed: 110 },
  )
})

test('[PL8] small crooked outlines on a coarse lattice, where everything is degenerate', () => {
  const step = 2 ** 19
  const corner = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }))
  const outline = fc
    .array(corner, { minLength: 3, maxLength: 9 })
    .map((corners) => corners.flat().map((n) => n * step))
  const probe = fc.tuple(fc.integer({ min: -1, max: 20 }), fc.integer({ min: -1, max: 20 }))
  fc.assert(
    fc.property(
      fc.array(outline, { minLength: 1, maxLength: 6 }),
      fc.array(probe, { minLength: 20 }),
      (rings, probes) => {
        // a ring that runs back along itself has edges without an inside; parity leaves them out, so does the judge
        const simple = rings.filter((ring) => new Set(edgeNames(ring)).size === ring.length / 2)
        const crooked = simple.map((ring, ref) => ({ ref, rings: [ring] }))
        const small = buildGrid(crooked)
        for (const [i, j] of probes) {
          const [x, y] = [(i * step) / 2, (j * step) / 2]
          expect(covering(small, x, y)).toEqual(judge(crooked, x, y))
        }
      },
    ),
    { numRuns: 400, seed: 110 },
  )
})

function edgeNames(ring: readonly number[]): string[] {
  const names: string[] = []
  for (let i = 0, n = ring.length; i < n; i += 2) {
    const ends = [`${ring[i]},${ring[i + 1]}`, `${ring[(i + 2) % n]},${ring[(i + 3) % n]}`].sort()
    names.push(ends[0] === ends[1] ? 'point' : ends.join(' '))
  }
  return names
}

test('[PL9] every vertex belongs to every county that has it', () => {
  const owners = new Map<string, Set<number>>()
  for (const { ref, rings } of shapes)
    for (const ring of rings)
      for (let i = 0; i < ring.length; i += 2) {
        const key = `${ring[i]},${ring[i + 1]}`
        owners.set(key, (owners.get(key) ?? new Set()).add(ref))
      }
  for (const [key, refs] of owners) {
    const [x, y] = key.split(',').map(Number)
    const found = covering(grid, x!, y!)
    for (const ref of refs) expect(found).toContain(ref)
  }
  expect([...owners.values()].some((refs) => refs.size === 3)).toBe(true)
})

const square = (west: number, south: number, size: number): number[] => [
  ...[west, south, west + size, south],
  ...[west + size, south + size, west, south + size],
]

test('[PL11] forty outlines over one corner are all found, in order', () => {
  const many = Array.from({ length: 40 }, (_, i) => ({
    ref: 100 + i,
    rings: [square(1_000_000, 1_000_000, 100 + i)],
  }))
  const crowded = buildGrid(many)
  expect(covering(crowded, 1_000_000, 1_000_000)).toEqual(many.map(({ ref }) => ref))
  expect(covering(crowded, 1_000_120, 1_000_120)).toEqual(many.slice(20).map(({ ref }) => ref))
  expect(firstCovering(crowded, 1_000_120, 1_000_050)).toBe(120)
})

test('[PL11] a hole is not covered, its border is, and an island in it is', () => {
  const ringed = buildGrid([
    { ref: 7, rings: [square(0, 0, 9e6), square(3e6, 3e6, 3e6), square(4e6, 4e6, 1e6)] },
  ])
  const at = (x: number, y: number): number | undefined => firstCovering(ringed, x, y)
  expect([at(1e6, 1e6), at(3.5e6, 3.5e6), at(3e6, 4e6), at(4.5e6, 4.5e6), at(-1, 0)]).toEqual([
    7,
    undefined,
    7,
    7,
    undefined,
  ])
})

test('[PL8] an edge too long to be exact is not taken', () => {
  expect(() => buildGrid([{ ref: 0, rings: [square(0, 0, longestEdge)] }])).toThrow(RangeError)
})

test('[PL8] no outlines, no answer, no accident', () => {
  const empty = buildGrid([])
  expect(covering(empty, 0, 0)).toEqual([])
  expect(firstCovering(empty, toE7(120), toE7(30))).toBeUndefined()
  expect(nearest(empty, toE7(120), toE7(30), 5000)).toEqual([])
  expect(covering(grid, NaN, 0)).toEqual([])
})

test('[PL12] packed and read again, the grid says the same', () => {
  const packed = packGrid(grid)
  const again = unpackGrid(packed)!
  for (let i = 0; i < 2000; i++) {
    const [x, y] = [toE7(118 + (i % 50) * 0.08), toE7(24 + i * 0.0039)]
    expect(covering(again, x, y)).toEqual(covering(grid, x, y))
  }
  expect(unpackGrid(packed.with(0, 99))).toBeUndefined()
  expect(unpackGrid(packed.subarray(0, 100))).toBeUndefined()
})

test('[PL14] nearest tells the distance to the edge, the nearest first', () => {
  const two = buildGrid([
    { ref: 1, rings: [square(toE7(120), toE7(30), 1e6)] },
    { ref: 2, rings: [square(toE7(120.3), toE7(30), 1e6)] },
  ])
  const found = nearest(two, toE7(120.12), toE7(30.05), 30_000)
  expect(found.map(({ ref }) => ref)).toEqual([1, 2])
  expect(found[0]!.metres).toBeCloseTo(1925, -1) // 0.02° of longitude at 30.05° north
  expect(nearest(two, toE7(120.12), toE7(30.05), 1000)).toEqual([])
  expect(nearest(two, toE7(120.05), toE7(30.05), 1000)).toEqual([{ ref: 1, metres: 0 }])
})

test('[PL23] a grid kept from an earlier start serves the same outlines only, and is not believed when a byte differs', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'open110-grid-')), 'place.grid')
  let built = 0
  const ask = (of: readonly string[]) =>
    keptGrid(file, of, () => {
      built += 1
      return grid
    })
  const look = (one: Grid) => [one.west, one.south, one.columns, one.rows, ...one.nodes.subarray(0, 200)]
  expect(look(ask(['a', 'b']))).toEqual(look(grid))
  expect([look(ask(['a', 'b'])), built]).toEqual([look(grid), 1])
  ask(['ab'])
  expect(built).toBe(2)
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.with(bytes.length - 3, bytes.at(-3)! ^ 1))
  ask(['ab'])
  writeFileSync(file, bytes.subarray(0, 90))
  ask(['ab'])
  expect(built).toBe(4)
})
