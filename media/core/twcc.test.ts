import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRtcp, type Rtcp } from './rtcp.ts'
import { openTwcc } from './twcc.ts'

type Told = Extract<Rtcp, { t: 'twcc' }>
const told = (bytes: Uint8Array | undefined) => readRtcp(bytes!)[0] as Told

/** Everything that is told now, by its own sequence number, in quarter milliseconds; undefined: told as lost. */
function drain(twcc: ReturnType<typeof openTwcc>): Map<number, number | undefined> {
  const all = new Map<number, number | undefined>()
  for (let bytes = twcc.report(2); bytes; bytes = twcc.report(2)) {
    const { base, reference, arrivals } = told(bytes)
    expect(bytes.length % 4).toBe(0)
    expect(bytes.length).toBeLessThan(1_200)
    for (const [i, tick] of arrivals.entries())
      all.set((base + i) & 0xffff, tick === undefined ? undefined : reference * 256 + tick)
  }
  return all
}

test('[ME3] one packet is told in the very bytes of the standard’s readers', () => {
  const twcc = openTwcc(0xfa17fa17)
  for (let i = 0; i < 0x17; i++) {
    twcc.note(153 - 0x17 + i, 0)
    twcc.report(1)
  }
  twcc.note(153, (0x3de802 * 256 + 0x94) / 4)
  expect(Buffer.from(twcc.report(0x43032fa0)!).toString('hex')).toBe(
    'afcd0005' + 'fa17fa17' + '43032fa0' + '00990001' + '3de80217' + '20019401',
  )
})

test('[ME3] lost ones between are told too, in runs and in vectors, over the wrap', () => {
  const twcc = openTwcc(1)
  const came = [65_533, 65_534, 0, 1, 60, 61, 62, 70]
  for (const [i, sequence] of came.entries()) twcc.note(sequence, 1_000 + i * 5)
  const all = drain(twcc)
  expect(all.size).toBe(65_536 - 65_533 + 71)
  for (const [sequence, tick] of all) {
    const at = came.indexOf(sequence)
    expect(tick, `${sequence}`).toBe(at < 0 ? undefined : 4_000 + at * 20)
  }
  expect(twcc.report(2)).toBeUndefined()
})

test('[ME3] what comes late is told again; a step back in time and a step of seconds are told as they are', () => {
  const twcc = openTwcc(1)
  twcc.note(10, 100)
  twcc.note(12, 90)
  expect([...drain(twcc)]).toEqual([
    [10, 400],
    [11, undefined],
    [12, 360],
  ])
  twcc.note(11, 150)
  twcc.note(13, 30_000)
  const all = drain(twcc)
  expect(all.get(11)).toBe(600)
  expect(all.get(13)).toBe(120_000)
})

test('[ME3] whatever comes, each packet’s arrival is told to a quarter of a millisecond, and nothing else is told as come', () => {
  const packets = fc.array(
    fc.record({
      skip: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)),
      wait: fc.oneof(fc.nat(12), fc.nat(9_000)),
    }),
    { minLength: 1, maxLength: 600 },
  )
  fc.assert(
    fc.property(fc.nat(65_535), packets, fc.nat(100), (start, steps, reportEvery) => {
      const twcc = openTwcc(1)
      const truth = new Map<number, number>()
      const all = new Map<number, number | undefined>()
      let sequence = start
      let at = 5_000
      for (const [i, { skip, wait }] of steps.entries()) {
        sequence = (sequence + 1 + skip) & 0xffff
        at += wait / 4
        twcc.note(sequence, at)
        truth.set(sequence, Math.round(at * 4))
        if (reportEvery > 0 && i % reportEvery === 0)
          for (const [key, tick] of drain(twcc)) all.set(key, tick)
      }
      for (const [key, tick] of drain(twcc)) all.set(key, tick)
      for (const [key, tick] of truth) expect(all.get(key)).toBe(tick)
      for (const [key, tick] of all) expect(tick, `${key}`).toBe(truth.get(key))
    }),
    { numRuns: 150 },
  )
})
