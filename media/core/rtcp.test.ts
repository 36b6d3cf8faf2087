import { expect, test } from 'vitest'
import { RtcpPacketConverter, type RtcpTransportLayerFeedback, type GenericNack } from 'werift'
import { buildNack, buildPli, buildRemb, buildRr, buildSdes, buildSr, joinRtcp, readRtcp } from './rtcp.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const bytes = (words: string) => Uint8Array.from(Buffer.from(words, 'hex'))
const clock = { ntpSeconds: 0xe8000001, ntpFraction: 0x80000000, timestamp: 90_000, packets: 5, octets: 900 }
const block = {
  ssrc: 0xcafebabe,
  fractionLost: 25,
  totalLost: -2,
  highestSequence: 0x1ffff,
  jitter: 33,
  lastSr: 0x00018000,
  sinceLastSr: 65_536,
}

test('[ME2] every message stands in its bytes as the standards draw it', () => {
  expect(hex(buildPli(1, 2))).toBe('81ce00020000000100000002')
  expect(hex(buildNack(1, 2, [0xfffe, 0xffff, 3, 0x0e, 0x0f]))).toBe(
    '81cd0004' + '00000001' + '00000002' + 'fffe8011' + '000f0000',
  )
  expect(hex(buildRemb(1, 1_500_000, [2]))).toBe(
    '8fce0005' + '00000001' + '00000000' + '52454d42' + '010edc6c' + '00000002',
  )
  expect(hex(buildSdes(1, 'ab'))).toBe('81ca00030000000101026162' + '00000000')
  expect(hex(buildSr(1, clock))).toBe(
    '80c80006' + '00000001' + 'e8000001' + '80000000' + '00015f90' + '00000005' + '00000384',
  )
  expect(hex(buildRr(1, [block]))).toBe(
    '81c90007' + '00000001' + 'cafebabe' + '19fffffe' + '0001ffff' + '00000021' + '00018000' + '00010000',
  )
})

test('[ME2] a compound of all of them is read as it was written', () => {
  const compound = joinRtcp(
    buildSr(1, clock, [block]),
    buildRr(9, []),
    buildSdes(1, 'open110'),
    buildNack(1, 2, [65_530, 65_535, 0, 20, 400]),
    buildPli(3, 4),
    bytes('84ce000400000003000000000000000401000000'),
    buildRemb(3, 262_143, [4, 5]),
    bytes('82cb00020000000100000002'),
  )
  expect(readRtcp(compound)).toEqual([
    { t: 'sr', ssrc: 1, ...clock, reports: [block] },
    { t: 'rr', ssrc: 9, reports: [] },
    { t: 'sdes', chunks: [{ ssrc: 1, cname: 'open110' }] },
    { t: 'nack', sender: 1, media: 2, lost: [65_530, 65_535, 0, 20, 400] },
    { t: 'pli', sender: 3, media: 4 },
    { t: 'fir', sender: 3, asked: [{ ssrc: 4, sequence: 1 }] },
    { t: 'remb', sender: 3, bitsPerSecond: 262_143, ssrcs: [4, 5] },
    { t: 'bye', ssrcs: [1, 2] },
  ])
  for (let end = 0; end < compound.length; end++)
    expect(() => readRtcp(compound.subarray(0, end))).not.toThrow()
})

test('[ME2] another stack reads our requests for lost packets as we meant them', () => {
  const lost = [65_000, 65_001, 65_016, 65_017, 65_535, 2, 19]
  const [packet] = RtcpPacketConverter.deSerialize(Buffer.from(buildNack(1, 2, lost)))
  const theirs = ((packet as RtcpTransportLayerFeedback).feedback as GenericNack).lost
  // It does not wrap what a mask says beyond the last number.
  expect(theirs.map((sequence) => sequence & 0xffff)).toEqual(lost)
})
