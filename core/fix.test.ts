import { expect, test } from 'vitest'
import { momentOf } from '@open110/kit/time'
import { asSent, besideFix, bestFix, isNews, metresBetween, type Fix } from './fix.ts'

const noonMs = Date.parse('2026-11-21T12:00:00.000Z')
const now = momentOf(noonMs)
const fix = (accuracyMetres: number, ageSeconds: number, rest: Partial<Fix> = {}): Fix => ({
  lng: 119.9226,
  lat: 28.4676,
  crs: 'wgs84',
  accuracyMetres,
  at: momentOf(noonMs - ageSeconds * 1000),
  source: 'gps',
  ...rest,
})

test.each([
  ['the sharp one of a moment ago beats the rough new one', [fix(8, 5), fix(1500, 0)], 8],
  ['a minute of walking makes a sharp one worse than a fair new one', [fix(8, 60), fix(40, 1)], 40],
  ['(0,0) is no fix', [fix(1, 0, { lng: 0, lat: 0 }), fix(900, 0)], 900],
  ['without a fresh one the newest old one is sent with its own time', [fix(8, 900), fix(30, 300)], 30],
  ['no number, no fix', [fix(Number.NaN, 0)], undefined],
  ['nothing gives nothing', [], undefined],
] as const)('[CO13] %s', (_, fixes, accuracy) => {
  expect(bestFix(fixes, now)?.accuracyMetres).toBe(accuracy)
})

test('[CO13] the desk hears of a move beyond the doubt, of a sharper fix, and once a minute', () => {
  const sent = fix(20, 30)
  expect(isNews(undefined, sent)).toBe(true)
  expect(isNews(sent, fix(20, 20))).toBe(false)
  expect(isNews(sent, fix(9, 20))).toBe(true)
  expect(isNews(sent, { ...fix(20, 20), lat: sent.lat + 0.0004 })).toBe(true)
  expect(isNews(fix(20, 61), fix(20, 0))).toBe(true)
})

test('[CO13] a point said by hand lies where it was said', () => {
  const mine = fix(10, 0)
  const there = besideFix(mine, 300, -400, now)
  expect(metresBetween(mine, there)).toBeCloseTo(500, 0)
  expect(there.source).toBe('hand')
  expect(asSent(fix(12.4, 0, { lng: 119.92264567 }))).toMatchObject({
    lng: 119.922646,
    accuracyMetres: 12,
    crs: 'wgs84',
  })
})
