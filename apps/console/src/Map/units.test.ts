import { expect, test } from 'vitest'
import type { Unit } from '@open110/modules/unit'
import { openPlaces, worldOf } from '../Live/places.state.ts'
import { clustersOf, dotAt, nextDot, pixelOf, visibleDots, type View } from './units.state.ts'

const at = '2026-03-01T04:10:00.000Z'
const seconds = Date.parse(at) / 1_000
const unit = (name: string, lng: number, more: Partial<Unit> = {}): Unit => ({
  id: `un_${name}` as Unit['id'],
  name,
  org: 'lishui',
  kind: 'car',
  state: 'ready',
  skills: [],
  members: 2,
  wgs84: { lng, lat: 28.45 },
  fixAt: at,
  openSlips: 0,
  ...more,
})
/** A window of 400 × 300 with this point in its middle. */
function viewAt(lng: number, zoom: number): View {
  const worldSize = 256 * 2 ** zoom
  const { x, y } = worldOf(lng, 28.45)
  return { worldSize, left: x * worldSize - 200, top: y * worldSize - 150, width: 400, height: 300, zoom }
}
const shownOf = (units: Unit[]) => {
  const places = openPlaces()
  places.take(units)
  return places
}
const names = (dots: readonly { unit: Unit }[]) => dots.map((dot) => dot.unit.name)

test('[CS40] what moves is put in place; an older position, from whichever side, covers no newer one', () => {
  const places = shownOf([unit('城东-1', 119.92)])
  let told = 0
  places.subscribe(() => (told += 1))
  const frame = (lng: number, later: number) => ({
    org: 'lishui',
    places: [['un_城东-1', lng, 28.45, seconds + later]],
  })
  expect(places.hear(frame(119.93, 5))).toBe(true)
  expect(places.hear(frame(119.94, 3))).toBe(true)
  expect(places.of('un_城东-1')?.lng).toBe(119.93)
  places.take([unit('城东-1', 119.92), unit('城东-2', 119.95)])
  expect(places.of('un_城东-1')?.lng).toBe(119.93)
  expect([places.dots().length, told]).toEqual([2, 3])
  expect(places.hear({ org: 'lishui', places: [['un_stranger', 119.9, 28.4, seconds]] })).toBe(true)
  expect(places.hear('nonsense')).toBe(false)
  places.take([unit('城东-2', 119.95)])
  expect(places.of('un_城东-1')).toBeUndefined()
})

test('[CS40] the window shows who lies in it and is asked for; who is off duty only when asked for', () => {
  const places = shownOf([
    unit('中', 119.92),
    unit('边', 119.9305),
    unit('远', 120.5),
    unit('休', 119.92, { state: 'off' }),
    unit('无', 119.92, { wgs84: undefined, fixAt: undefined }),
    unit('船', 119.921, { kind: 'boat', skills: ['water'] }),
  ])
  const view = viewAt(119.92, 14)
  expect(names(visibleDots(places.dots(), view, {}))).toEqual(['中', '边', '船'])
  expect(names(visibleDots(places.dots(), view, { state: 'off' }))).toEqual(['休'])
  expect(names(visibleDots(places.dots(), view, { kind: 'boat' }))).toEqual(['船'])
  expect(names(visibleDots(places.dots(), view, { skill: 'water', kind: 'car' }))).toEqual([])
  const { px, py } = pixelOf(places.of('un_中')!, view)
  expect([px, py].map(Math.round)).toEqual([200, 150])
})

test('[CS40] from far away many in one place are one number with its share of the free; near by each has a sign', () => {
  const crowd = Array.from({ length: 9 }, (_, n) =>
    unit(`车${n}`, 119.92 + n / 1e5, { state: n < 3 ? 'ready' : 'en-route' }),
  )
  const places = shownOf([...crowd, unit('独', 120.3)])
  const far = clustersOf(visibleDots(places.dots(), viewAt(119.92, 8), {}), viewAt(119.92, 8))
  expect(far.clusters).toMatchObject([{ count: 9, ready: 3 }])
  expect(names(far.singles)).toEqual(['独'])
  const near = viewAt(119.92, 12)
  expect(clustersOf(visibleDots(places.dots(), near, {}), near)).toMatchObject({
    clusters: [],
    singles: { length: 9 },
  })
})

test('[CS40] the nearest sign within a finger is meant, and keys go from one to the next and round', () => {
  const places = shownOf([unit('甲', 119.92), unit('乙', 119.9202), unit('丙', 119.926)])
  const view = viewAt(119.92, 16)
  const visible = visibleDots(places.dots(), view, {})
  expect(dotAt(visible, view, 203, 150)?.unit.name).toBe('甲')
  expect(dotAt(visible, view, 40, 40)).toBeUndefined()
  const step = (from: string | undefined, by: 1 | -1) =>
    nextDot(visible, view, from && `un_${from}`, by)?.unit.name
  expect([step(undefined, 1), step('甲', 1), step('乙', 1), step('甲', -1)]).toEqual(['甲', '乙', '甲', '乙'])
  expect(nextDot([], view, undefined, 1)).toBeUndefined()
})
