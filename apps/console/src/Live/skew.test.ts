import { expect, test } from 'vitest'
import { sampled } from './skew.state.ts'

test('[CS3] ages hold on a desk whose clock is wrong, and a slow answer does not move them', () => {
  const first = sampled(undefined, { sentMs: 1_000, heardMs: 1_040, serverMs: 61_020 })
  expect(first).toEqual({ skewMs: 60_000, tripMs: 40 })
  const slow = sampled(first, { sentMs: 5_000, heardMs: 9_000, serverMs: 65_100 })
  expect(slow.skewMs).toBe(60_000)
  const next = sampled(slow, { sentMs: 20_000, heardMs: 20_020, serverMs: 80_060 })
  expect(next).toEqual({ skewMs: 60_050, tripMs: 20 })
})
