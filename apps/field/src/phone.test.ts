import { expect, test } from 'vitest'
import { Unanswered } from '@open110/kit/client/call'
import { refuse } from '@open110/kit/refuse'
import { fromWgs84 } from '@open110/modules/place/datum'
import { feedbackForm } from '@open110/modules/dispatch'
import { draftOf, feedbackOf, stepped } from './feedback.state.ts'
import { mapPrograms, metresBetween, roughly } from './navigate.state.ts'
import { openParcels, type Parcel, type ParcelStore } from './parcels.state.ts'
import { isWorthKeeping, openTrack, thinned, type OwnFix } from './track.state.ts'
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
  const track = openTrack({
    unit: unitId,
    call,
    shelf: mapShelf(),
    timers,
    isBusy: () => true,
    onChange: () => undefined,
  })
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

test('[FD6] a parked car that waits for a slip spares its battery; one on an errand is seen every ten seconds', () => {
  const later = (seconds: number, metres: number): OwnFix => ({
    ...fix(0),
    lat: 28.45 + metres / 111_000,
    at: new Date(Date.parse(fix(0).at) + seconds * 1000).toISOString(),
  })
  const kept = (seconds: number, metres: number, isBusy: boolean) =>
    isWorthKeeping(fix(0), later(seconds, metres), isBusy)
  expect([
    kept(10, 0, true),
    kept(10, 200, false),
    kept(30, 200, false),
    kept(59, 2, false),
    kept(60, 2, false),
  ]).toEqual([true, false, true, false, true])
})

test('[FD8] every map program is given the point in the datum that it reads, half a kilometre apart in 丽水', () => {
  const wgs84 = { lng: 119.9217, lat: 28.4516 }
  const gcj = fromWgs84(wgs84, 'gcj02')
  expect(metresBetween(wgs84, gcj)).toBeGreaterThan(400)
  for (const program of ['amap', 'baidu', 'tencent', 'apple'] as const) {
    const { datum, link } = mapPrograms[program]
    expect(datum).toBe('gcj02')
    expect(link(gcj, '紫金路18号')).toContain(gcj.lat.toFixed(6))
  }
  expect(mapPrograms.amap.link(gcj, '紫金路18号')).toContain('coordinate=gaode')
  expect(mapPrograms.baidu.link(gcj, '紫金路18号')).toContain('coord_type=gcj02')
  expect(mapPrograms.geo.datum).toBe('wgs84')
  expect(mapPrograms.geo.link(wgs84, '紫金路18号')).toMatch(/^geo:28\.451600,119\.921700/)
  const abroad = { lng: 98.5203, lat: 16.6861 }
  expect(metresBetween(abroad, fromWgs84(abroad, 'gcj02'))).toBeLessThan(1)
  expect(roughly(117)).toEqual({ metres: 120 })
  expect(roughly(1_240)).toEqual({ kilometres: 1.2 })
})

test('[FD9] feedback says what is missing, carries the counts, and what was sent back comes again as it was', () => {
  const form = feedbackForm('1003')
  expect(feedbackOf({}, form)).toEqual({ missing: 'outcome' })
  expect(feedbackOf({ outcome: 'helped' }, form)).toEqual({ missing: 'words' })
  const draft = { outcome: 'helped', words: ' 已送医 ' }
  expect(feedbackOf({ ...draft, caught: '一' }, form)).toEqual({ missing: 'caught' })
  const read = feedbackOf({ ...draft, officers: '2', evidenceTaken: 'yes', lossYuan: '86000.5' }, form)
  expect(read).toEqual({
    feedback: { outcome: 'helped', words: '已送医', officers: 2, evidenceTaken: true, lossYuan: 86_000.5 },
  })
  if (!('feedback' in read)) throw new Error('not read')
  expect(feedbackOf(draftOf(read.feedback), form)).toEqual(read)
  expect([stepped('', 1), stepped('2', 1), stepped('0', -1)]).toEqual(['1', '3', '0'])
})

const bag = (): ParcelStore & { kept: Map<string, { parcel: Parcel; bytes: Blob }> } => {
  const kept = new Map<string, { parcel: Parcel; bytes: Blob }>()
  return {
    kept,
    all: async () => [...kept.values()].map(({ parcel }) => parcel),
    add: async (parcel, bytes) => void kept.set(parcel.id, { parcel, bytes }),
    note: async (parcel) => void kept.set(parcel.id, { parcel, bytes: kept.get(parcel.id)!.bytes }),
    bytes: async (id) => kept.get(id)?.bytes,
    drop: async (id) => void kept.delete(id),
  }
}
const taken = (id: string) => ({
  id,
  unit: unitId,
  incident: 'in_00000000000000000000000001',
  name: `${id}.jpg`,
  type: 'image/jpeg',
  bytes: 3,
  madeAt: `2026-11-21T14:0${id}:00.000Z`,
})

test('[FD14] pictures go one by one after the steps, an upload that broke off goes on where it stopped, and one that is refused stays', async () => {
  const timers = handTimers()
  const store = bag()
  let stepsWait = true
  const carried: [string, string | undefined][] = []
  let line: 'breaks' | 'holds' = 'breaks'
  const open = () =>
    openParcels({
      unit: unitId,
      store,
      timers,
      mayGo: () => !stepsWait,
      onChange: () => undefined,
      carry: async ({ parcel, keepUrl }) => {
        carried.push([parcel.id, parcel.url])
        if (!parcel.url) await keepUrl(`/uploads/${parcel.id}`)
        if (line === 'breaks') throw new Unanswered('broken off')
        return parcel.id === '3' ? refuse('report.not-found') : undefined
      },
    })
  const first = open()
  for (const id of ['1', '2', '3']) await first.add(taken(id), new Blob(['abc']))
  expect(carried).toEqual([])
  stepsWait = false
  await timers.pass(60_000)
  expect(carried[0]).toEqual(['1', undefined])
  expect(carried.every(([id]) => id === '1')).toBe(true)
  first.close()

  line = 'holds'
  carried.length = 0
  const second = open()
  await second.wake()
  await timers.pass(60_000)
  expect(carried).toEqual([
    ['1', '/uploads/1'],
    ['2', undefined],
    ['3', undefined],
  ])
  expect(second.get().map(({ state }) => state)).toEqual(['kept', 'kept', 'refused'])
  expect([...store.kept.keys()]).toEqual(['3'])
})
