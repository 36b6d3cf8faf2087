import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawDemoMap, readDemoOutlines } from './place.demo.server.ts'
import { fromWgs84, toWgs84 } from './place.datum.ts'
import { toE7 } from './place.grid.ts'
import { drawMap, resolve, type Outline } from './place.resolve.ts'
import { metresBetween, movedBy, type LngLat } from './place.ts'

const map = drawDemoMap()
const at = (lng: number, lat: number): LngLat => ({ lng, lat })

test('[PL15] the middle of 丽水 is 莲都, and 丽水 answers', () => {
  expect(resolve(map, at(119.9228, 28.4676), 20)).toMatchObject({
    how: 'inside',
    division: { code: '331102', name: '莲都区' },
    station: { name: '紫金派出所' },
    desk: { id: 'lishui', name: '丽水市公安局110' },
    share: 1,
    alternatives: [],
    edition: 'demo-2017',
  })
})

test('[PL15] 鼓浪屿 is 思明区 and its own station answers', () => {
  const found = resolve(map, at(118.0667, 24.4475), 30)
  expect(found).toMatchObject({
    division: { name: '思明区' },
    station: { name: '鼓浪屿派出所' },
    desk: { id: 'xiamen' },
  })
})

test('[PL15] a county without known stations still has a desk', () => {
  const found = resolve(map, at(121.55, 29.87), 30)
  expect(found.desk?.id).toBe('ningbo')
  expect(found.station).toBeUndefined()
})

test('[PL13] a circle over the border of 青田 and 永嘉 names both desks', () => {
  const border = borderBetween('331121', '330324')
  const found = resolve(map, border, 300)
  const desks = [found.desk!.id, ...found.alternatives.map(({ desk }) => desk.id)]
  expect(new Set(desks)).toEqual(new Set(['lishui', 'wenzhou']))
  expect(found.share).toBeGreaterThan(0.2)
  expect(found.share).toBeLessThan(0.8)
})

test('[PL9] exactly on that border and without an accuracy, both have half', () => {
  const found = resolve(map, borderBetween('331121', '330324'))
  expect([found.share, found.alternatives.map(({ share }) => share)]).toEqual([0.5, [0.5]])
})

test('[PL13] a circle that names nobody else holds no place of anybody else, though it was not looked at point by point', () => {
  const point = fc.record({
    lng: fc.double({ min: 118, max: 122, noNaN: true }),
    lat: fc.double({ min: 27.5, max: 31, noNaN: true }),
  })
  const somewhere = fc.double({ min: 0, max: 1, noNaN: true })
  let plain = 0
  fc.assert(
    fc.property(point, fc.constantFrom(10, 60, 300, 1500), somewhere, (place, metres, turn) => {
      const found = resolve(map, place, metres)
      if (found.how !== 'inside' || found.alternatives.length > 0) return
      plain += 1
      for (let ring = 1; ring <= 4; ring++)
        for (let step = 0; step < 16; step++) {
          const angle = ((step + (ring % 2) / 2) / 16) * 2 * Math.PI
          const away = metres * Math.sqrt(ring / 4)
          const there = resolve(map, movedBy(place, away * Math.sin(angle), away * Math.cos(angle)))
          expect([there.desk, there.station]).toEqual([found.desk, found.station])
        }
      // And anywhere within half of it, where the 64 points leave no room for a border to hide.
      const half = movedBy(place, (metres / 2) * Math.sin(turn * 6.28), (metres / 2) * Math.cos(turn * 6.28))
      expect(resolve(map, half).division).toEqual(found.division)
    }),
    { numRuns: 1_500, seed: 110 },
  )
  expect(plain).toBeGreaterThan(500)
})

test('[PL13] shares always add up to one, and the point decides who comes first', () => {
  const point = fc.record({
    lng: fc.double({ min: 117.8, max: 122.5, noNaN: true }),
    lat: fc.double({ min: 24.3, max: 31.6, noNaN: true }),
  })
  fc.assert(
    fc.property(point, fc.constantFrom(undefined, 10, 300, 3000, 40_000), (place, accuracyMetres) => {
      const found = resolve(map, place, accuracyMetres)
      const sum = found.alternatives.reduce((all, { share }) => all + share, found.share)
      expect(sum).toBeCloseTo(found.how === 'none' ? 0 : 1, 6)
      if (found.how === 'inside') expect(resolve(map, place).division).toEqual(found.division)
    }),
    { numRuns: 500, seed: 110 },
  )
})

test('[PL14] 2.3 km off 嵊山 the nearest bureau answers and says so', () => {
  const found = resolve(map, at(122.85, 30.74), 50)
  expect(found).toMatchObject({
    how: 'nearest',
    desk: { id: 'zhoushan' },
    division: { name: '嵊泗县' },
    share: 1,
  })
  expect(found.offshoreMetres).toBeGreaterThan(2000)
  expect(found.offshoreMetres).toBeLessThan(2600)
})

test('[PL14] beyond the policy nobody is named; a wider policy or circle reaches', () => {
  const boat = at(122.9, 30.2)
  expect(resolve(map, boat, 50)).toEqual({ how: 'none', share: 0, alternatives: [], edition: 'demo-2017' })
  expect(resolve(map, boat, 50, { offshoreMetres: 10_000 }).how).toBe('nearest')
  expect(resolve(map, boat, 8000).how).toBe('nearest')
})

test.each([
  ['妙瓦底', at(98.5089, 16.6894)],
  ['nowhere', at(-179.99, -89.9)],
])('[PL14] %s is nobody of ours', (_, place) => {
  expect(resolve(map, place, 50).how).toBe('none')
})

test('[PL10] an expressway wins over the station it crosses, the station over the county, by number within a kind', () => {
  const box = (west: number, south: number, east: number, north: number): number[] =>
    [west, south, east, south, east, north, west, north].map((degrees) => toE7(degrees))
  const area = (id: string, kind: Outline['kind'], priority: number, ring: number[]): Outline => ({
    ...{ id, kind, code: '331102', name: id, priority, desk: `desk-${id}`, rings: [ring] },
    ...(kind === 'station' && { station: { code: '331102510000', name: id } }),
  })
  const layered = drawMap({
    edition: 'test',
    desks: new Map([['desk-G25', '高速110']]),
    outlines: [
      area('county', 'county', 0, box(119, 28, 120, 29)),
      area('station', 'station', 0, box(119.2, 28.2, 119.8, 28.8)),
      area('airport', 'airport', 5, box(119.7, 28.7, 119.9, 28.9)),
      area('G25', 'expressway', 1, box(119, 28.5, 120, 28.51)),
      area('S49', 'expressway', 2, box(119.5, 28, 119.51, 29)),
    ],
  })
  const winner = (lng: number, lat: number): string | undefined =>
    resolve(layered, at(lng, lat)).jurisdiction?.id
  expect(winner(119.1, 28.1)).toBe('county')
  expect(winner(119.3, 28.3)).toBe('station')
  expect(winner(119.3, 28.505)).toBe('G25')
  expect(winner(119.505, 28.505)).toBe('G25')
  expect(winner(119.505, 28.6)).toBe('S49')
  expect(winner(119.75, 28.75)).toBe('airport')
  expect(resolve(layered, at(119.3, 28.505))).toMatchObject({
    division: { code: '331102', name: 'county' },
    desk: { id: 'desk-G25', name: '高速110' },
  })
  expect(resolve(layered, at(119.3, 28.505), 2000).alternatives.map(({ desk }) => desk.id)).toEqual([
    'desk-station',
  ])
})

test.each([
  ['上海', at(121.4737, 31.2304)],
  ['厦门', at(118.0894, 24.4798)],
  ['南阳', at(112.5283, 32.9908)],
])('[PL16] browser, map pin and marker in %s are one place with one station', (_, place) => {
  const told = (['wgs84', 'gcj02', 'bd09'] as const).map((crs) => toWgs84(fromWgs84(place, crs)))
  for (const one of told) {
    expect(metresBetween(one, place)).toBeLessThan(5)
    expect(resolve(map, one).station).toEqual(resolve(map, place).station)
    expect(resolve(map, one).division).toEqual(resolve(map, place).division)
  }
})

/** A vertex that two counties share and no third. */
function borderBetween(a: string, b: string): LngLat {
  const vertices = (code: string): Set<string> => {
    const { rings } = readDemoOutlines().find((outline) => outline.code === code)!
    return new Set(
      rings.flatMap((ring) =>
        Array.from({ length: ring.length / 2 }, (_, i) => `${ring[i * 2]},${ring[i * 2 + 1]}`),
      ),
    )
  }
  const theirs = vertices(b)
  const shared = [...vertices(a)].filter((key) => theirs.has(key))
  const [x, y] = shared[shared.length >> 1]!.split(',').map(Number)
  return at(x! / 1e7, y! / 1e7)
}

test('[PL16] moving a point by metres moves it by metres', () => {
  expect(metresBetween(at(120, 30), movedBy(at(120, 30), 300, 400))).toBeCloseTo(500, 0)
})
