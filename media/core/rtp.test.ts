import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRtcp } from './rtcp.ts'
import {
  bareWithNumbers,
  openUnwrap,
  payloadOf,
  readRtp,
  transportSequenceOf,
  withNumbers,
  writeRtp,
} from './rtp.ts'

/** Version 2, padding, extension with three elements, one contributing source, marker, type 96. */
const full = Uint8Array.from([
  0xb1, 0xe0, 0xff, 0xfe, 0, 0, 0, 9, 0xca, 0xfe, 0xba, 0xbe, 1, 2, 3, 4, 0xbe, 0xde, 0, 2, 0x10, 0x7f, 0x31,
  0x12, 0x34, 0, 0, 0, 0xaa, 0xbb, 0xcc, 0, 2,
])

test('[ME1] every part of a packet is found where it lies', () => {
  const packet = readRtp(full)!
  expect(packet).toMatchObject({
    payloadType: 96,
    sequence: 0xfffe,
    timestamp: 9,
    ssrc: 0xcafebabe,
    marker: true,
  })
  expect([...payloadOf(packet)]).toEqual([0xaa, 0xbb, 0xcc])
  expect(transportSequenceOf(packet, 3)).toBe(0x1234)
  expect([1, 2, 15].map((id) => transportSequenceOf(packet, id))).toEqual([undefined, undefined, undefined])
  const twoByte = full.slice()
  twoByte.set([0x10, 0x00, 0, 2, 3, 2, 0x12, 0x34, 9, 0, 0, 0], 16)
  expect(transportSequenceOf(readRtp(twoByte)!, 3)).toBe(0x1234)
  expect(transportSequenceOf(readRtp(twoByte)!, 9)).toBeUndefined()
})

test('[ME1] what is cut short, of another version or RTCP is no packet, and no bytes at all make a fault', () => {
  for (let end = 0; end < 28; end++) expect(readRtp(full.subarray(0, end)), `cut at ${end}`).toBeUndefined()
  expect(readRtp(Uint8Array.from([0x80, 200, 0, 6, ...Array<number>(24).fill(0)]))).toBeUndefined()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(15), (bytes, id) => {
      const packet = readRtp(bytes)
      if (packet) {
        transportSequenceOf(packet, id)
        expect(packet.payloadEnd).toBeLessThanOrEqual(bytes.length)
      }
      readRtcp(bytes)
    }),
    { numRuns: 2_000 },
  )
})

test('[ME5] other numbers go into a copy and nothing else of it changes', () => {
  const buffer = Buffer.from(full)
  const copy = withNumbers(buffer, { sequence: 7, timestamp: 0xfffffff0, ssrc: 1, payloadType: 111 })
  expect([...buffer]).toEqual([...full])
  expect(readRtp(copy)).toMatchObject({
    sequence: 7,
    timestamp: 0xfffffff0,
    ssrc: 1,
    payloadType: 111,
    marker: true,
  })
  expect([...copy.subarray(12)]).toEqual([...full.subarray(12)])
  const bare = readRtp(bareWithNumbers(readRtp(full)!, { sequence: 8 }))!
  expect(bare).toMatchObject({ sequence: 8, headerBytes: 12, extensionAt: 0, marker: true })
  expect([...payloadOf(bare)]).toEqual([0xaa, 0xbb, 0xcc])
  const made = { sequence: 1, timestamp: 2, ssrc: 3, payloadType: 4, marker: true }
  expect(readRtp(writeRtp(made, Uint8Array.of(5)))).toMatchObject(made)
})

test('[ME5] a counter that wraps is counted on without end, also where values come out of order', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(7 as const, 8 as const, 15 as const, 16 as const, 32 as const),
      fc.nat(2 ** 31),
      fc.array(fc.integer({ min: -20, max: 50 }), { maxLength: 200 }),
      (bits, start, steps) => {
        const size = 2 ** bits
        const unwrap = openUnwrap(bits)
        let truth = start % size
        unwrap(truth)
        let highest = truth
        for (const step of steps) {
          truth = Math.max(0, highest + step)
          expect(unwrap(truth % size)).toBe(truth)
          highest = Math.max(highest, truth)
        }
      },
    ),
  )
})
