import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromWgs84, toWgs84 } from './place.datum.ts'
import { readDemoOutlines } from './place.demo.server.ts'
import { normaliseFix } from './place.fix.ts'
import { metresBetween, type LngLat } from './place.ts'
import { isInGcjZone } from './place.zone.ts'

const at = (lng: number, lat: number): LngLat => ({ lng, lat })

test.each([
  ['上海', at(121.4737, 31.2304), 481],
  ['杭州', at(120.1551, 30.2741), 520],
  ['绍兴', at(120.582, 30.03), 490],
  ['丽水', at(119.9228, 28.4676), 573],
  ['厦门', at(118.0894, 24.4798), 583],
  ['南阳', at(112.5283, 32.9908), 589],
  ['北京', at(116.4074, 39.9042), 555],
  ['南昌', at(115.8582, 28.6829), 605],
])('[PL1] GCJ-02 moves %s by %o → %i m', (_, place, metres) => {
  expect(Math.abs(metresBetween(place, fromWgs84(place, 'gcj02')) - metres)).toBeLessThan(1)
})

test('[PL2] there and back again ends within a millimetre, anywhere in the zone', () => {
  const inZone = fc
    .record({
      lng: fc.double({ min: 73, max: 136, noNaN: true }),
      lat: fc.double({ min: 3, max: 54, noNaN: true }),
    })
    .filter(isInGcjZone)
  fc.assert(
    fc.property(inZone, fc.constantFrom('gcj02' as const, 'bd09' as const), (place, crs) => {
      expect(metresBetween(place, toWgs84(fromWgs84(place, crs)))).toBeLessThan(0.001)
    }),
    { numRuns: 3000, seed: 110 },
  )
})

test.each([
  ['妙瓦底', at(98.5089, 16.6894)],
  ['KK园区', at(98.5236, 16.6536)],
  ['老街 Laukkai', at(98.7636, 23.6894)],
  ['勐拉', at(100.03, 21.66)],
  ['Hanoi', at(105.8342, 21.0278)],
  ['Seoul', at(126.978, 37.5665)],
  ['Sinuiju', at(124.398, 40.1)],
  ['Vladivostok', at(131.8869, 43.1155)],
  ['Blagoveshchensk', at(127.527, 50.29)],
  ['Taipei', at(121.5654, 25.033)],
  ['Kaohsiung', at(120.3014, 22.6273)],
  ['Kinmen', at(118.3186, 24.4327)],
  ['Yangon', at(96.1561, 16.8661)],
])('[PL3] nothing is shifted at %s', (_, place) => {
  expect(isInGcjZone(place)).toBe(false)
  for (const crs of ['gcj02', 'bd09'] as const) {
    expect(toWgs84({ ...place, crs })).toEqual(place)
    expect(fromWgs84(place, crs)).toEqual({ ...place, crs })
  }
})

test('[PL3] at 木姐, within sight of 瑞丽, GCJ-02 is left alone too', () => {
  // BD-09 is another 1.2 km off, so within that distance of a land border its label cannot tell the sides apart
  expect(toWgs84({ lng: 97.905, lat: 23.985, crs: 'gcj02' })).toEqual(at(97.905, 23.985))
})

test.each([
  ['瑞丽', at(97.8553, 24.0127)],
  ['畹町', at(98.07, 24.08)],
  ['丹东断桥', at(124.3947, 40.1244)],
  ['黑河', at(127.5286, 50.2456)],
  ['东兴', at(107.972, 21.548)],
  ['满洲里', at(117.4433, 49.58)],
  ['霍尔果斯', at(80.42, 44.21)],
  ['香港', at(114.1694, 22.3193)],
  ['澳门', at(113.5439, 22.1987)],
  ['鼓浪屿', at(118.0667, 24.4475)],
  ['大陈岛', at(121.897, 28.462)],
  ['嵊山', at(122.81, 30.73)],
  ['三沙', at(112.3385, 16.8331)],
  ['杭州湾跨海大桥', at(121.1, 30.45)],
])('[PL4] %s is in the zone', (_, place) => {
  expect(isInGcjZone(place)).toBe(true)
})

test('[PL4] every demo county is in the zone', () => {
  for (const { rings } of readDemoOutlines()) {
    const [x, y] = Array.from(rings[0]!)
    expect(isInGcjZone(at(x! / 1e7, y! / 1e7))).toBe(true)
  }
})

test('[PL5] a phone that does not know says (0, 0)', () => {
  expect(normaliseFix({ lng: 0, lat: 0, crs: 'wgs84' }).state).toBe('no-fix')
  expect(normaliseFix({ lng: 400, lat: 28, crs: 'wgs84' }).state).toBe('no-fix')
  expect(normaliseFix({ lng: NaN, lat: 28, crs: 'gcj02' }).state).toBe('no-fix')
  expect(normaliseFix({ lng: 0, lat: 51.5, crs: 'wgs84' }).state).toBe('placed')
})

test.each([undefined, 'cgcs', ''])('[PL6] with datum %o the fix is kept and not converted', (crs) => {
  const fix = normaliseFix({ lng: 119.92, lat: 28.46, crs, accuracyMetres: 30, source: 'wechat' })
  expect(fix).toMatchObject({
    state: 'datum-unknown',
    crs: 'unknown',
    raw: at(119.92, 28.46),
    accuracyMetres: 30,
  })
  expect(fix.wgs84).toBeUndefined()
})

test('[PL7] the raw numbers stay; WGS-84 lies beside them', () => {
  const sent = { lng: 119.92751234567, lat: 28.46441234567, crs: 'gcj02', at: '2026-11-21T14:00:00.000Z' }
  const fix = normaliseFix(sent)
  expect(fix.raw).toEqual(at(sent.lng, sent.lat))
  expect(metresBetween(fix.wgs84!, fix.raw)).toBeGreaterThan(500)
  expect(normaliseFix({ ...sent, accuracyMetres: -1 }).accuracyMetres).toBeUndefined()
})
