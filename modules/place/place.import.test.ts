import { expect, test } from 'vitest'
import { demoDeskOf } from './data/demo-desks.ts'
import { fromWgs84 } from './place.datum.ts'
import { readDemoGeoJson, readDemoOutlines } from './place.demo.server.ts'
import { countiesOf, divisionByCode } from './place.divisions.server.ts'
import { importOutlines, type ImportOrder } from './place.import.ts'
import { metresBetween } from './place.ts'

type Ring = readonly (readonly [number, number])[]

const order: ImportOrder = {
  datum: 'wgs84',
  kind: 'county',
  expected: countiesOf('331100').map((code) => ({ code, name: divisionByCode(code)!.name })),
  nameOf: (code) => divisionByCode(code)?.name,
  deskOf: demoDeskOf,
}
const box = (lng: number, lat: number, size = 0.1): Ring => [
  [lng, lat],
  [lng + size, lat],
  [lng + size, lat + size],
  [lng, lat + size],
  [lng, lat],
]
const feature = (code: string, ...parts: readonly (readonly Ring[])[]) => ({
  type: 'Feature',
  properties: { code, name: divisionByCode(code)?.name ?? code },
  geometry: { type: 'MultiPolygon', coordinates: parts },
})
const file = (...features: readonly unknown[]): string =>
  JSON.stringify({ type: 'FeatureCollection', features })
const 莲都 = feature('331102', [box(119.9, 28.4)])

test('[PL17] sound outlines come through with their desks', () => {
  const { outlines, problems } = importOutlines(file(莲都, feature('331121', [box(120.0, 28.4)])), order)
  expect(problems).toEqual([])
  expect(outlines.map(({ id, desk }) => [id, desk])).toEqual([
    ['county-331102', 'lishui'],
    ['county-331121', 'lishui'],
  ])
})

const bowTie: Ring = [
  [119, 28],
  [119.1, 28.1],
  [119.1, 28],
  [119, 28.1],
  [119, 28],
]
const spike: Ring = [
  [119, 28],
  [119.1, 28],
  [119.1, 28.1],
  [119.1, 28.05],
  [119.1, 28.2],
  [119, 28.1],
  [119, 28],
]
test.each([
  ['text-invalid', '{'],
  ['collection-missing', '{"type":"Feature"}'],
  ['collection-missing', file()],
  ['geometry-unsupported', file({ ...莲都, geometry: { type: 'LineString', coordinates: box(119, 28) } })],
  ['code-missing', file({ ...莲都, properties: { name: '莲都区' } })],
  ['code-missing', file(feature('3311', [box(119, 28)]))],
  ['code-duplicate', file(莲都, 莲都)],
  ['desk-missing', file(feature('110101', [box(116.4, 39.9)]))],
  ['position-invalid', file(feature('331102', [[['119', 28] as never]]))],
  [
    'axes-swapped',
    file(
      feature('331102', [
        [
          [28, 119],
          [28.1, 119],
          [28, 119.1],
          [28, 119],
        ],
      ]),
    ),
  ],
  ['outside-china', file(feature('331102', [box(-119, 28)]))],
  ['ring-open', file(feature('331102', [box(119, 28).slice(0, 4)]))],
  [
    'ring-short',
    file(
      feature('331102', [
        [
          [119, 28],
          [119.1, 28],
          [119, 28],
        ],
      ]),
    ),
  ],
  ['ring-crosses', file(feature('331102', [bowTie]))],
  ['ring-crosses', file(feature('331102', [spike]))],
  ['ring-crosses', file(feature('331102', [box(119, 28)], [box(119.05, 28.05)]))],
  ['ring-misplaced', file(feature('331102', [box(119, 28), box(119.5, 28)]))],
  ['ring-misplaced', file(feature('331102', [box(119, 28)], [box(119.02, 28.02, 0.01)]))],
  ['edge-too-long', file(feature('331102', [box(115, 25, 4)]))],
])('[PL17] %s: nothing is imported', (kind, text) => {
  const { outlines, problems, coverage } = importOutlines(text, order)
  expect(problems.filter(({ isFatal }) => isFatal).map((problem) => problem.kind)).toContain(kind)
  expect(outlines).toEqual([])
  expect(coverage).toBeUndefined()
})

test('[PL18] a problem says which feature, which code and where', () => {
  const { problems } = importOutlines(file(莲都, feature('331121', [bowTie])), order)
  expect(problems).toMatchObject([{ kind: 'ring-crosses', isFatal: true, feature: 1, code: '331121' }])
  expect(problems[0]!.at!.lng).toBeCloseTo(119, 0)
  expect(problems[0]!.words).toContain('自相交')
})

test('[PL18] doubts are told and do not stop the import', () => {
  const turned = feature('331102', [[...box(119, 28, 0.3)].reverse()])
  const odd = { ...feature('331199', [box(120, 28)]), properties: { code: '331199', name: '某区' } }
  const renamed = { ...feature('331121', [box(121, 28)]), properties: { code: '331121', name: '青田市' } }
  const { outlines, problems } = importOutlines(file(turned, odd, renamed), order)
  expect(outlines).toHaveLength(3)
  expect(problems.map(({ kind }) => kind).sort()).toEqual([
    'code-unknown',
    'edge-long',
    'name-differs',
    'ring-turned',
  ])
})

test('[PL18] rings may touch in points: a hole at the border, two parts at a corner', () => {
  const hole: Ring = [
    [119, 28.05],
    [119.05, 28.02],
    [119.05, 28.08],
    [119, 28.05],
  ]
  const { problems } = importOutlines(
    file(feature('331102', [box(119, 28), hole], [box(119.1, 28.1)])),
    order,
  )
  expect(problems.filter(({ isFatal }) => isFatal)).toEqual([])
})

test.each(['gcj02', 'bd09', 'cgcs2000', 'wgs84'] as const)(
  '[PL19] outlines told in %s land in the same place',
  (datum) => {
    const truth = box(119.9, 28.4)
    const crs = datum === 'cgcs2000' ? 'wgs84' : datum
    const told = truth.map(([lng, lat]) => {
      const point = fromWgs84({ lng, lat }, crs)
      return [point.lng, point.lat] as const
    })
    const { outlines } = importOutlines(file(feature('331102', [told])), { ...order, datum })
    const [x, y] = Array.from(outlines[0]!.rings[0]!)
    expect(metresBetween({ lng: x! / 1e7, lat: y! / 1e7 }, { lng: 119.9, lat: 28.4 })).toBeLessThan(0.01)
  },
)

test('[PL20] the demo outlines pass, and the report tells what they lack', () => {
  const provinces = ['330000', '310000', '350200', '411300'].flatMap(countiesOf)
  const expected = provinces.map((code) => ({ code, name: divisionByCode(code)!.name }))
  const { outlines, problems, coverage } = importOutlines(readDemoGeoJson(), { ...order, expected })
  expect(problems.filter(({ isFatal }) => isFatal)).toEqual([])
  expect(outlines).toEqual(readDemoOutlines())
  expect(coverage!.missing.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['临平区', '钱塘区', '临安区', '奉化区', '龙港市', '玉环市']),
  )
  expect(coverage!.unexpected.map(({ code }) => code).sort()).toEqual([
    '330103',
    '330104',
    '330185',
    '330283',
    '331021',
  ])
  expect(coverage!.totalSquareKilometres).toBeGreaterThan(135_000)
  expect(coverage!.totalSquareKilometres).toBeLessThan(150_000)
})

test('[PL20] an overlap and a gap are found and named', () => {
  const left = feature('331102', [box(119, 28)])
  const over = feature('331121', [box(119.099, 28)])
  const apart = feature('331122', [box(119, 28.102)])
  const { coverage } = importOutlines(file(left, over, apart), order)
  expect(coverage!.overlaps.examples.map(({ codes }) => [...codes].sort())).toContainEqual([
    '331102',
    '331121',
  ])
  expect(coverage!.gaps.examples.map(({ codes }) => [...codes].sort())).toContainEqual(['331102', '331122'])
  expect(coverage!.missing.map(({ code }) => code)).not.toContain('331102')
})

test('[PL20] station outlines carry the station and lie in its county', () => {
  const station = {
    ...feature('331102', [box(119.9, 28.4)]),
    properties: { code: '331102510000', name: '紫金派出所' },
  }
  const { outlines } = importOutlines(file(station), { ...order, kind: 'station' })
  expect(outlines[0]).toMatchObject({
    ...{ id: 'station-331102510000', code: '331102', desk: 'lishui' },
    station: { code: '331102510000', name: '紫金派出所' },
  })
})
