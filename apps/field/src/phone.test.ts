import { expect, test } from 'vitest'
import { fromWgs84 } from '@open110/modules/place/datum'
import { emptyDraft, feedbackOf } from './feedback.state.ts'
import { amapLink, geoLink, metresBetween, roughly } from './navigate.state.ts'
import { openTrack, thinned, type OwnFix } from './track.state.ts'
import { handServer, cardOf, handTimers, mapShelf, unitId } from './test-duty.ts'

const fix = (second: number): OwnFix => ({
  lng: 119.92 + second / 100_000,
  lat: 28.45,
  crs: 'wgs84',
  accuracyMetres: 8,
  at: new Date(Date.UTC(2026, 10, 21, 14, 0, second)).toISOString(),
})

test('[FD6] a day in a valley: old points are thinned, the newest stay exact', () => {
  const points = Array.from({ length: 2_000 }, (_, index) => fix(index * 10))
  const left = thinned(points)
  expect(left.length).toBeLessThanOrEqual(500)
  expect(left.slice(-100)).toEqual(points.slice(-100))
  expect(left.map(({ at }) => at)).toEqual(left.map(({ at }) => at).toSorted())
})

test('[FD6] points wait for the network and go in one batch', async () => {
  const timers = handTimers()
  const { server, call } = handServer(cardOf('en-route'))
  const track = openTrack({ unit: unitId, call, shelf: mapShelf(), timers, onChange: () => undefined })
  server.isReachable = false
  for (let second = 0; second <= 60; second++) track.add(fix(second))
  await timers.pass(0)
  expect(track.get().waiting).toBe(7)
  server.isReachable = true
  await timers.pass(10_000)
  expect(track.get().waiting).toBe(0)
  const sent = server.asked.filter(({ name }) => name === 'unit.fix')
  expect(sent).toHaveLength(1)
  expect((sent[0]!.body as { fixes: OwnFix[] }).fixes.every(({ crs }) => crs === 'wgs84')).toBe(true)
  track.close()
})

test('[FD8] 高德 is given GCJ-02, other maps WGS-84, half a kilometre apart in 丽水', () => {
  const wgs84 = { lng: 119.9217, lat: 28.4516 }
  const gcj = fromWgs84(wgs84, 'gcj02')
  expect(metresBetween(wgs84, gcj)).toBeGreaterThan(400)
  expect(amapLink(gcj, '紫金路18号')).toContain(`to=${gcj.lng.toFixed(6)},${gcj.lat.toFixed(6)}`)
  expect(amapLink(gcj, '紫金路18号')).toContain('coordinate=gaode')
  expect(geoLink(wgs84, '紫金路18号')).toMatch(/^geo:28\.451600,119\.921700/)
  expect(roughly(117)).toEqual({ metres: 120 })
  expect(roughly(1_240)).toEqual({ kilometres: 1.2 })
})

test('[FD9] feedback says what is missing, and carries the counts', () => {
  expect(feedbackOf(emptyDraft)).toEqual({ missing: 'outcome' })
  expect(feedbackOf({ ...emptyDraft, outcome: 'helped' })).toEqual({ missing: 'words' })
  const draft = { ...emptyDraft, outcome: 'helped', words: ' 已送医 ' } as const
  expect(feedbackOf({ ...draft, counts: { ...draft.counts, caught: '一' } })).toEqual({ missing: 'caught' })
  expect(feedbackOf({ ...draft, counts: { ...draft.counts, officers: '2', hurtHelped: '1' } })).toEqual({
    feedback: { outcome: 'helped', words: '已送医', officers: 2, hurtHelped: 1 },
  })
})
