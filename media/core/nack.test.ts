import * as fc from 'fast-check'
import { chanceOf } from '@open110/town/names'
import { expect, test } from 'vitest'
import { openNack } from './nack.ts'

test('[ME4] a gap is asked for at once and every 40 ms, and after a second a key frame instead', () => {
  const nack = openNack({ kind: 'video' })
  nack.note(65_534, 0)
  nack.note(2, 10)
  expect(nack.due(10)).toEqual({ nack: [65_535, 0, 1], pli: false })
  expect(nack.due(49).nack).toEqual([])
  expect(nack.due(50).nack).toEqual([65_535, 0, 1])
  expect(nack.note(0, 60)).toBe('repaired')
  expect(nack.note(0, 61)).toBe('duplicate')
  expect(nack.due(90).nack).toEqual([65_535, 1])
  expect(nack.due(1_010)).toEqual({ nack: [], pli: true })
  expect(nack.due(1_020)).toEqual({ nack: [], pli: false })
  expect(nack.due(1_510).pli).toBe(true)
  nack.keyCame()
  expect(nack.due(3_000).pli).toBe(false)
  expect(nack.counts()).toEqual({ expected: 5, missing: 0, repaired: 1, givenUp: 2 })
})

test('[ME4] a break of the line is no loss to repair: one key frame is asked for and not a thousand packets', () => {
  const nack = openNack({ kind: 'video' })
  nack.note(1, 0)
  nack.note(5_001, 30_000)
  expect(nack.due(30_000)).toEqual({ nack: [], pli: true })
  expect(nack.counts().givenUp).toBe(4_999)
})

test('[ME4] what comes after it was given up is no duplicate, and what comes twice is one however late', () => {
  const nack = openNack({ kind: 'video' })
  nack.note(65_000, 0)
  nack.note(65_002, 0)
  nack.due(2_000)
  expect(nack.note(65_001, 2_500)).toBe('repaired')
  expect(nack.note(65_001, 2_501)).toBe('duplicate')
  nack.note(300, 30_000)
  expect(nack.note(65_500, 30_010)).toBe('repaired')
  expect(nack.note(65_500, 30_020)).toBe('duplicate')
  expect(nack.note(64_999, 30_030)).toBe('late')
  nack.note(3_000, 31_000)
  expect(nack.note(300, 31_010)).toBe('late')
})

test('[ME4] of sound no key frame is asked for', () => {
  const nack = openNack({ kind: 'audio' })
  nack.note(1, 0)
  nack.note(3, 0)
  nack.needKey()
  expect(nack.due(0)).toEqual({ nack: [2], pli: false })
  expect(nack.due(5_000)).toEqual({ nack: [], pli: false })
})

/** A line over a way that loses packets and requests alike; how many of the packets have come in the end. */
function simulate(loss: number, seed: number, packets: number): number {
  const chance = chanceOf(String(seed))
  const nack = openNack({ kind: 'video' })
  const roundTripMs = 80
  const coming: { at: number; sequence: number }[] = []
  const came = new Set<number>()
  for (let now = 0; now < packets * 10 + 1_500; now += 5) {
    if (now % 10 === 0 && now / 10 < packets && chance() >= loss)
      coming.push({ at: now + 40, sequence: now / 10 })
    for (const packet of coming.filter(({ at }) => at === now)) {
      nack.note(packet.sequence, now)
      came.add(packet.sequence)
    }
    const { nack: asked } = nack.due(now)
    if (chance() < loss) continue
    for (const sequence of asked) if (chance() >= loss) coming.push({ at: now + roundTripMs, sequence })
  }
  return came.size
}

test('[ME4] at 5 % and at 10 % loss, of the requests too, at most one packet in a thousand is not repaired', () => {
  fc.assert(
    fc.property(fc.constantFrom(0.02, 0.05, 0.1), fc.nat(), (loss, seed) => {
      expect(simulate(loss, seed, 1_000)).toBeGreaterThanOrEqual(999 - 1)
    }),
    { numRuns: 12 },
  )
})
