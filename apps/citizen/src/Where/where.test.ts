import { expect, test } from 'vitest'
import { speak } from '@open110/core/words/citizen'
import { directionOf, scaleOf, whereWords } from './where.state.ts'

const say = speak('zh-CN')
const fix = {
  lng: 119.9226,
  lat: 28.4676,
  crs: 'wgs84',
  accuracyMetres: 23,
  at: '2026-11-21T12:00:00.000Z',
  source: 'gps',
} as const

test('[CI9] what is said is never surer than the fix', () => {
  const at = (accuracyMetres: number, now = '2026-11-21T12:00:05.000Z') =>
    whereWords(say, { state: 'found', fix: { ...fix, accuracyMetres } }, now)
  expect(at(23)).toBe('约 30 米以内')
  expect(at(1480)).toBe('只知道大概:约 1500 米以内')
  expect(at(23, '2026-11-21T12:10:00.000Z')).toBe('约 30 米以内 · 10 分钟前的位置')
  expect(whereWords(say, { state: 'denied' }, fix.at)).toContain('照样可以发')
})

test('[CI9] the circle is drawn to a scale that reads well and always fits', () => {
  for (const accuracy of [1, 8, 23, 64, 150, 1480, 30_000]) {
    const half = scaleOf(accuracy)
    expect(half).toBeGreaterThanOrEqual(accuracy)
    expect(String(half)).toMatch(/^[125]0*$/)
  }
})

test.each([
  [0, 400, 'n', 400],
  [300, 300, 'ne', 400],
  [-350, 0, 'w', 350],
  [10, -95, 's', 100],
] as const)('[CI9] %d m east and %d m north is said in words', (east, north, wind, metres) => {
  expect(directionOf(east, north)).toEqual({ wind, metres })
})
