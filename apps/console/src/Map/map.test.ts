import { expect, test } from 'vitest'
import type { Unit } from '@open110/modules/unit'
import type { SeenFix } from '@open110/modules/report'
import { marksOf, pointsToFit, shouldFit } from './map.state.ts'

const nowMs = Date.parse('2026-03-01T04:10:00.000Z')
const fix = (kind: SeenFix['kind'], lng: number, receivedAt: string): SeenFix => ({
  kind,
  raw: { lng, lat: 28.4, crs: 'wgs84' },
  wgs84: { lng, lat: 28.4 },
  source: 'gps',
  accuracyMetres: 35,
  receivedAt,
})
const unit = (more: Partial<Unit>): Unit => ({
  id: 'un_a' as Unit['id'],
  name: '城东-2',
  org: 'lishui',
  kind: 'car',
  state: 'ready',
  skills: [],
  members: 2,
  wgs84: { lng: 119.8, lat: 28.4 },
  fixAt: '2026-03-01T04:09:50.000Z',
  openSlips: 0,
  ...more,
})

test('[CS12] every sign has its age, and the newest fix alone is the one to look at', () => {
  const marks = marksOf(
    {
      fixes: [
        fix('fix', 119.91, '2026-03-01T04:09:00.000Z'),
        fix('fix', 119.9, '2026-03-01T04:08:00.000Z'),
        fix('pin', 120, '2026-03-01T04:09:30.000Z'),
      ],
      incident: undefined,
      units: [unit({}), unit({ id: 'un_b' as Unit['id'], state: 'off' })],
      slips: [],
    },
    nowMs,
  )
  expect(marks.map((mark) => mark.kind)).toEqual(['fix', 'fix', 'pin', 'unit'])
  expect(marks.filter((mark) => mark.kind === 'fix' && mark.isNewest)).toMatchObject([
    { at: { lng: 119.91 }, seconds: 60 },
  ])
  expect(marks.find((mark) => mark.kind === 'unit')).toMatchObject({
    seconds: 10,
    tone: 'fresh',
    isSent: false,
  })
  expect(pointsToFit(marks).map((point) => point.lng)).toEqual([119.91, 120])
})

test('[CS12] another report moves the view; a locked view waits to be asked', () => {
  const locked = { opened: 'rp_a', isLocked: true, hadPoints: true }
  expect(shouldFit(locked, { opened: 'rp_a', hasPoints: true })).toBe(false)
  expect(shouldFit(locked, { opened: 'rp_b', hasPoints: true })).toBe(true)
  expect(
    shouldFit({ ...locked, isLocked: false, hadPoints: false }, { opened: 'rp_a', hasPoints: true }),
  ).toBe(true)
  expect(shouldFit({ ...locked, hadPoints: false }, { opened: 'rp_a', hasPoints: true })).toBe(false)
})
