import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openRush, rankOf, usual } from './report.rush.ts'

const minuteMs = usual.windowMs

test('[RP20] who sends a few is never held back; who sends many is, and is forgotten after two minutes', () => {
  const rush = openRush()
  for (let n = 0; n < usual.ofCitizen; n++) expect(rush.count('林秋', '10.0.0.1', n * 1_000)).toBeUndefined()
  expect(rush.count('林秋', '10.0.0.1', 20_000)).toBe('citizen')
  expect(rush.count('陈国强', '10.0.0.1', 20_000)).toBeUndefined()
  expect(rush.count('林秋', '10.0.0.1', 2 * minuteMs + 1)).toBeUndefined()
})

test('[RP20] one address behind which many phones sit counts too, but only at many', () => {
  const rush = openRush()
  const held = Array.from({ length: usual.ofAddress + 1 }, (_, n) => rush.count(`c${n}`, '10.0.0.2', n))
  expect(held.indexOf('address')).toBe(usual.ofAddress)
})

test('[RP20] a clock that is set back holds nobody back for longer', () => {
  const rush = openRush()
  for (let n = 0; n < 20; n++) rush.count('林秋', '10.0.0.1', 1e12)
  expect(rush.count('林秋', '10.0.0.1', 1e12 - 7_200_000)).toBeUndefined()
})

test('[RP20] silence and danger go before all that is neither, whatever the history of its sender', () => {
  const some = fc.record({
    mode: fc.constantFrom('text' as const, 'silent' as const, 'location' as const),
    urgency: fc.integer({ min: 1, max: 5 }),
  })
  fc.assert(
    fc.property(some, some, (a, b) => {
      const isFirst = (one: typeof a) => one.mode === 'silent' || one.urgency === 1
      if (isFirst(a) && !isFirst(b)) expect(rankOf(a, 'address')).toBeLessThan(rankOf(b, undefined))
      expect(rankOf(a, undefined)).toBeLessThanOrEqual(rankOf(b, 'citizen'))
    }),
  )
})
