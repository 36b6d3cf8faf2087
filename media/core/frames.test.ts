import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { openFrames, opusMs, type Frame } from './frames.ts'
import { avcDescription, spsSize, startsH264Key, unitsOf } from './h264.ts'
import { openOrder } from './order.ts'
import { readRtp, writeRtp, type RtpPacket } from './rtp.ts'

const key = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00]
/** The second piece of a key frame, which by chance reads as a key frame of 10216 × 12085. */
const trap = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0xe8, 0x27, 0x35, 0x2f]

function packetOf(
  sequence: number,
  timestamp: number,
  marker: boolean,
  payload: readonly number[],
): RtpPacket {
  const numbers = { sequence: sequence & 0xffff, timestamp, ssrc: 1, payloadType: 96, marker }
  return readRtp(writeRtp(numbers, Uint8Array.from(payload)))!
}

/** Frames of three pieces each, in VP8, the ones named being key frames; picture ids when asked for. */
function film(frames: number, keys: readonly number[], start = 65_530, hasIds = true): RtpPacket[] {
  return Array.from({ length: frames * 3 }, (_, i) => {
    const [nth, piece] = [Math.floor(i / 3), i % 3]
    const head = hasIds ? [piece === 0 ? 0x90 : 0x80, 0x80, nth & 0x7f] : [piece === 0 ? 0x10 : 0]
    const body = piece === 0 ? (keys.includes(nth) ? key : [0x11, 0, 0, nth]) : trap
    return packetOf(start + i, nth * 3_000, piece === 2, [...head, ...body])
  })
}

function watch(packets: readonly RtpPacket[], everyMs = 10) {
  const order = openOrder(1)
  const frames = openFrames('vp8', 0)
  const shown: Frame[] = []
  for (const [i, packet] of packets.entries())
    for (const placed of order.push(packet, i * everyMs)) shown.push(...frames.push(placed))
  for (const placed of order.flush()) shown.push(...frames.push(placed))
  shown.push(...frames.flush())
  return { shown, ...frames.counts(), packetsLost: order.lost() }
}
const times = (shown: readonly Frame[]) => shown.map((frame) => frame.timestamp / 3_000)

test('[ME10] every frame of a line without loss is whole, whatever the order of arrival and how often packets come', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(20), { minLength: 60, maxLength: 60 }),
      fc.array(fc.nat(59)),
      (delays, twice) => {
        const packets = film(20, [0, 7])
        const arriving = packets
          .map((packet, i) => ({ packet, at: i + (i === 0 ? 0 : delays[i]!) }))
          .concat(twice.filter((i) => i > 0).map((i) => ({ packet: packets[i]!, at: i + 30 })))
          .toSorted((a, b) => a.at - b.at)
        const { shown, lost, packetsLost } = watch(arriving.map(({ packet }) => packet))
        expect(times(shown)).toEqual(Array.from({ length: 20 }, (_, nth) => nth))
        expect(shown.map((frame) => frame.isKey)).toEqual(times(shown).map((nth) => nth === 0 || nth === 7))
        expect(shown[7]!.config).toEqual({ width: 320, height: 240, codec: 'vp8' })
        expect(shown[0]!.data).toHaveLength(key.length + trap.length * 2)
        expect({ lost, packetsLost }).toEqual({ lost: 0, packetsLost: 0 })
      },
    ),
    { numRuns: 100 },
  )
})

test('[ME10] after a loss nothing is shown until the next key frame, and all of it is counted', () => {
  for (const hasIds of [true, false]) {
    const packets = film(12, [0, 8], 10, hasIds).filter((_, i) => i !== 10)
    const { shown, frames, lost, packetsLost } = watch(packets)
    expect(times(shown)).toEqual([0, 1, 2, 8, 9, 10, 11])
    expect({ frames, lost, packetsLost }).toEqual({ frames: 7, lost: 5, packetsLost: 1 })
  }
})

test('[ME10] a loss of whole frames is seen by their numbers, and a lost packet between frames costs none', () => {
  const whole = film(9, [0, 6], 10)
  const without = watch(whole.filter((_, i) => i < 6 || i >= 12))
  expect(times(without.shown)).toEqual([0, 1, 6, 7, 8])
  expect(without.lost).toBe(4)
  const padded = [...whole.slice(0, 6), ...film(9, [0, 6], 11).slice(6)]
  const stuffing = watch(padded)
  expect(times(stuffing.shown)).toHaveLength(9)
  expect(stuffing).toMatchObject({ lost: 0, packetsLost: 1 })
})

test('[ME9] the second piece of a frame whose first was lost is never read as a key frame', () => {
  const { shown } = watch(film(6, [0, 4]).filter((_, i) => i !== 0))
  expect(times(shown)).toEqual([4, 5])
  expect(shown[0]!.config).toMatchObject({ width: 320, height: 240 })
})

test('[ME10] a packet that comes after a second and a half is lost, and nothing waits for it longer', () => {
  const packets = film(60, [0, 20])
  const late = [...packets.slice(0, 4), ...packets.slice(5), packets[4]!]
  const { shown, packetsLost } = watch(late, 20)
  expect(times(shown)).toEqual([0, ...Array.from({ length: 40 }, (_, i) => i + 20)])
  expect(packetsLost).toBe(1)
})

const hex = (words: string) => Uint8Array.from(Buffer.from(words, 'hex'))
/** What x264 writes for baseline 320 × 240, and for high 1920 × 1080, which is coded as 1088 lines. */
const sps = hex('6742c00dd90141fb011000000300100000030320f142a480')
const highSps = hex('67640028acd940780227e5c044000003000400000300c83c60c658')
const pps = hex('68cb83cb20')

test('[ME9] an H.264 picture begins with its parameters or its first slice; a later piece of one does not', () => {
  const starts = (...payload: number[]) => startsH264Key(packetOf(1, 1, false, payload))
  expect(starts(...sps)).toBe(true)
  expect(starts(0x78, 0, sps.length, ...sps, 0, pps.length, ...pps)).toBe(true)
  expect(starts(0x65, 1, 2)).toBe(true)
  expect(starts(0x7c, 0x85, 1)).toBe(true)
  expect(starts(0x7c, 0x05, 1)).toBe(false)
  expect(starts(0x7c, 0x45, 1)).toBe(false)
  expect(starts(0x41, 1)).toBe(false)
  expect(starts(0x78, 0)).toBe(false)
  expect(starts()).toBe(false)
})

test('[ME13] sizes are read with the cropping taken off, and units are put together from their pieces', () => {
  expect(spsSize(sps)).toEqual({ width: 320, height: 240 })
  expect(spsSize(highSps)).toEqual({ width: 1_920, height: 1_080 })
  for (let end = 0; end < 8; end++) expect(spsSize(sps.subarray(0, end))).toBeUndefined()
  expect(avcDescription(sps, pps).subarray(0, 8)).toEqual(hex('0142c00dffe10018'))
  const pieces = [
    [0x7c, 0x85, 1, 2],
    [0x7c, 0x05, 3],
    [0x7c, 0x45, 4],
  ].map((each, i) => packetOf(i, 1, i === 2, each))
  expect(unitsOf(pieces)).toEqual([Uint8Array.of(0x65, 1, 2, 3, 4)])
  expect(unitsOf(pieces.slice(1))).toBeUndefined()
  expect(unitsOf(pieces.slice(0, 2))).toBeUndefined()
})

test('[ME13] a packet of Opus says how long it lasts', () => {
  expect(opusMs(Uint8Array.of(0xfc))).toBe(20)
  expect(opusMs(Uint8Array.of(0x78))).toBe(20)
  expect(opusMs(Uint8Array.of(0x09, 0))).toBe(40)
  expect(opusMs(Uint8Array.of(0xfb, 3))).toBe(60)
})
