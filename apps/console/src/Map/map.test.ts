import { expect, test } from 'vitest'
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
test('[CS12] every sign has its age, and the newest fix alone is the one to look at', () => {
  const marks = marksOf(
    {
      fixes: [
        fix('fix', 119.91, '2026-03-01T04:09:00.000Z'),
        fix('fix', 119.9, '2026-03-01T04:08:00.000Z'),
        fix('pin', 120, '2026-03-01T04:09:30.000Z'),
      ],
      incident: undefined,
    },
    nowMs,
  )
  expect(marks.map((mark) => mark.kind)).toEqual(['fix', 'fix', 'pin'])
  expect(marks.filter((mark) => mark.kind === 'fix' && mark.isNewest)).toMatchObject([
    { at: { lng: 119.91 }, seconds: 60 },
  ])
  expect(pointsToFit(marks, [{ lng: 119.8, lat: 28.4 }]).map((point) => point.lng)).toEqual([
    119.91, 120, 119.8,
  ])
  expect(pointsToFit([], [{ lng: 119.8, lat: 28.4 }])).toEqual([])
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
