import { expect, test } from 'vitest'
import { openCoalesce } from './coalesce.state.ts'
import type { Unit } from '@open110/modules/unit'
import { partsOfOpen, staleParts, topicsOf } from './fresh.state.ts'
import { fixSeconds, openPlaces } from './places.state.ts'

const open = { report: 'rp_a', incident: 'in_a' }

test('[CS11] an event makes old what it names, and nothing else', () => {
  expect(staleParts('report.delivered', { report: 'rp_b' }, open, false)).toEqual(['queue'])
  expect(staleParts('message.sent', { report: 'rp_a' }, open, false)).toEqual(['queue', 'report'])
  expect(staleParts('message.marked', { report: 'rp_b' }, open, false)).toEqual([])
  expect(staleParts('report.signal', { report: 'rp_a' }, open, false)).toEqual([])
  expect(staleParts('slip.moved', { incident: 'in_a' }, open, false)).toEqual([
    'slips',
    'incident',
    'suggestions',
  ])
  expect(staleParts('slip.moved', { incident: 'in_b' }, open, true)).toEqual(['incidents'])
  expect(staleParts('desk.seat-changed', {}, undefined, false)).toEqual(['seats', 'queue'])
  expect(staleParts('tip.submitted', {}, open, true)).toEqual([])
})

test('[CS11] the desk is always heard, and what is open with it', () => {
  expect(topicsOf('lishui', undefined)).toEqual(['desk:lishui', 'map:lishui'])
  expect(topicsOf('lishui', open)).toEqual(['desk:lishui', 'map:lishui', 'report:rp_a', 'incident:in_a'])
  expect(partsOfOpen({ report: 'rp_a' })).toEqual(['report', 'similar'])
})

test('[CS11] a storm of events is one fetch now and one after it, never two at once', async () => {
  let nowMs = 0
  const due: { atMs: number; act: () => void }[] = []
  const started: string[] = []
  const ends: (() => void)[] = []
  const fresh = openCoalesce<'queue'>(
    {
      nowMs: () => nowMs,
      after: (ms, act) => {
        const job = { atMs: nowMs + ms, act }
        due.push(job)
        return () => void due.splice(due.indexOf(job), 1)
      },
      pauseMs: 250,
    },
    (part) => {
      started.push(part)
      return new Promise((resolve) => ends.push(resolve))
    },
  )
  for (let event = 0; event < 100; event++) fresh.ask(['queue'])
  expect(started).toHaveLength(1)
  nowMs = 40
  ends[0]?.()
  await Promise.resolve()
  await Promise.resolve()
  await Promise.resolve()
  expect(started).toHaveLength(1) // the pause is kept
  expect(due.map((job) => job.atMs)).toEqual([250])
  nowMs = 250
  due.shift()?.act()
  expect(started).toHaveLength(2)
  fresh.stop()
})

test('[CS40] a card says how old the newest position is that anybody here has heard, not the one of the list', () => {
  const listed = {
    id: 'un_a' as Unit['id'],
    fixAt: '2026-11-21T02:00:00.000Z',
    wgs84: { lng: 119.9, lat: 28.4 },
  }
  const places = openPlaces()
  const nowMs = Date.parse('2026-11-21T02:10:00.000Z')
  expect(fixSeconds(places, listed, nowMs)).toBe(600)
  places.take([listed as unknown as Unit])
  places.hear({ org: 'lishui', places: [['un_a', 119.91, 28.41, nowMs / 1_000 - 4]] })
  expect(fixSeconds(places, listed, nowMs)).toBe(4)
  expect(fixSeconds(places, { id: 'un_b' as Unit['id'] }, nowMs)).toBeUndefined()
})
