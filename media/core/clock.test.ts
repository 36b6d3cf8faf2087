import * as fc from 'fast-check'
import { chanceOf } from '@open110/town/names'
import { expect, test } from 'vitest'
import { openDelayEdge, senderOffset } from './clock.ts'
import { openUnwrap } from './rtp.ts'

test('[ME14] picture time against file time stays within 20 ms, with jitter, bursts, another zero and a drifting quartz', () => {
  const way = fc.record({
    seed: fc.nat(),
    drift: fc.double({ min: -0.0002, max: 0.0002, noNaN: true }),
    leastDelay: fc.nat(200),
    burstMs: fc.nat(2_000),
    zero: fc.nat(2 ** 40),
  })
  fc.assert(
    fc.property(way, ({ seed, drift, leastDelay, burstMs, zero }) => {
      const chance = chanceOf(String(seed))
      const edge = openDelayEdge()
      const truth: { mediaMs: number; takenMs: number }[] = []
      let burst = 0
      for (let takenMs = 0; takenMs < 10 * 60_000; takenMs += 40) {
        const mediaMs = zero + takenMs * (1 + drift)
        if (chance() < 0.002) burst = burstMs
        burst = Math.max(0, burst - 40)
        const jitter = -Math.log(1 - chance()) * 15
        edge.note(mediaMs, takenMs + leastDelay + burst + jitter)
        truth.push({ mediaMs, takenMs })
      }
      const timeOf = edge.clock()
      const off = truth.map(({ mediaMs, takenMs }) => Math.abs(timeOf(mediaMs) - leastDelay - takenMs))
      off.sort((a, b) => a - b)
      expect(off[Math.floor(off.length * 0.95)]).toBeLessThanOrEqual(20)
      const steps = truth.map(({ mediaMs }) => timeOf(mediaMs))
      const uneven = steps.slice(1).map((step, i) => Math.abs(step - steps[i]! - 40))
      expect(uneven.toSorted((a, b) => b - a)[0]).toBeLessThan(0.1)
    }),
    { numRuns: 6 },
  )
})

test('[ME14] sound and picture meet on the sender’s own clock, also where its count wraps', () => {
  const unwrap = openUnwrap(32)
  unwrap(0xfffffff0)
  const clocks = [
    [0, 1_000, 0x80000000, 0xfffffff0],
    [0, 1_001, 0x80000000, 0xfffffff0 + 90_000 - 2 ** 32],
    [0, 1_007, 0, 44],
  ] as const
  expect(senderOffset(clocks, 90_000, unwrap.peek)).toBeCloseTo(1_000_500 - 0xfffffff0 / 90, 3)
  expect(senderOffset([], 90_000, unwrap.peek)).toBeUndefined()
})
