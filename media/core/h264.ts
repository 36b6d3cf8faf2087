import { u16, type RtpPacket } from './rtp.ts'
import type { FrameSize } from './vp8.ts'

/** 单元 — of an H.264 picture; what stands in front of the picture's own units says how to read them. */
export const nalKinds = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8, delimiter: 9 } as const
export const nalKindOf = (unit: Uint8Array): number => unit[0]! & 0x1f

/** A key frame begins with its parameters (SPS), or with the picture itself where they were sent before. */
export function startsH264Key(packet: RtpPacket): boolean {
  const { bytes, headerBytes: from, payloadEnd: end } = packet
  if (from >= end) return false
  const kind = bytes[from]! & 0x1f
  if (kind === 24) {
    for (let at = from + 1; at + 3 <= end; at += 2 + u16(bytes, at)) {
      const inner = bytes[at + 2]! & 0x1f
      if (inner === nalKinds.sps || inner === nalKinds.idr) return true
    }
    return false
  }
  if (kind === 28) return (bytes[from + 1]! & 0x80) !== 0 && (bytes[from + 1]! & 0x1f) === nalKinds.idr
  return kind === nalKinds.sps || kind === nalKinds.idr
}

/** A piece of a unit that began in an earlier packet. */
export const isLaterPiece = ({ bytes, headerBytes: from }: RtpPacket): boolean =>
  (bytes[from]! & 0x1f) === 28 && (bytes[from + 1]! & 0x80) === 0

/**
 * 拼图 — the units of one picture from its packets, in order and without a gap (RFC 6184, single, STAP-A and FU-A).
 * Undefined: a piece is missing or makes no sense.
 */
export function unitsOf(packets: readonly RtpPacket[]): Uint8Array[] | undefined {
  const units: Uint8Array[] = []
  let pieces: Uint8Array[] | undefined
  for (const { bytes, headerBytes: from, payloadEnd: end } of packets) {
    if (from >= end) continue
    const kind = bytes[from]! & 0x1f
    if (kind === 28) {
      if (from + 2 >= end) return undefined
      const head = bytes[from + 1]!
      if (head & 0x80) {
        if (pieces) return undefined
        pieces = [Uint8Array.of((bytes[from]! & 0xe0) | (head & 0x1f))]
      }
      if (!pieces) return undefined
      pieces.push(bytes.subarray(from + 2, end))
      if (head & 0x40) {
        units.push(joined(pieces))
        pieces = undefined
      }
      continue
    }
    if (pieces) return undefined
    if (kind === 24) {
      for (let at = from + 1; at + 2 < end;) {
        const size = u16(bytes, at)
        if (size === 0 || at + 2 + size > end) return undefined
        units.push(bytes.subarray(at + 2, at + 2 + size))
        at += 2 + size
      }
    } else if (kind >= 1 && kind <= 23) units.push(bytes.subarray(from, end))
    else return undefined
  }
  return pieces || units.length === 0 ? undefined : units
}

/** Each unit behind its length in four bytes, as MP4 and Matroska keep them. */
export function lengthPrefixed(units: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(units.reduce((sum, unit) => sum + 4 + unit.length, 0))
  const view = new DataView(whole.buffer)
  let at = 0
  for (const unit of units) {
    view.setUint32(at, unit.length)
    whole.set(unit, at + 4)
    at += 4 + unit.length
  }
  return whole
}

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1) for the profiles that browsers send. */
export function avcDescription(sps: Uint8Array, pps: Uint8Array): Uint8Array {
  const hasChroma = highProfiles.includes(sps[1]!)
  const whole = new Uint8Array(11 + sps.length + pps.length + (hasChroma ? 4 : 0))
  whole.set([1, sps[1]!, sps[2]!, sps[3]!, 0xff, 0xe1, sps.length >> 8, sps.length & 0xff])
  whole.set(sps, 8)
  const at = 8 + sps.length
  whole.set([1, pps.length >> 8, pps.length & 0xff], at)
  whole.set(pps, at + 3)
  if (hasChroma) whole.set([0xfd, 0xf8, 0xf8, 0], at + 3 + pps.length)
  return whole
}

/** `avc1.42e01f` and the like. */
export function avcCodecName(sps: Uint8Array): string {
  return `avc1.${[...sps.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

const highProfiles: readonly number[] = [100, 110, 122, 144]

/** From the sequence parameters, with the cropping taken off (ITU-T H.264 §7.3.2.1.1); undefined: unreadable. */
export function spsSize(sps: Uint8Array): FrameSize | undefined {
  const read = bitsOf(sps)
  const profile = read.bits(8)
  read.bits(16)
  read.golomb()
  let chroma = 1
  if (highProfiles.includes(profile)) {
    chroma = read.golomb()
    const isWhole = chroma === 3 // 4:4:4 has one bit and four lists more
    if (isWhole) read.bits(1)
    read.golomb()
    read.golomb()
    read.bits(1)
    if (read.bits(1)) {
      for (let list = 0; list < (isWhole ? 12 : 8); list++)
        if (read.bits(1)) skipScaling(read, list < 6 ? 16 : 64)
    }
  }
  read.golomb()
  const order = read.golomb()
  if (order === 0) read.golomb()
  else if (order === 1) {
    read.bits(1)
    read.golomb()
    read.golomb()
    for (let left = read.golomb(); left > 0 && !read.isOver(); left--) read.golomb()
  }
  read.golomb()
  read.bits(1)
  const wide = read.golomb() + 1
  const high = read.golomb() + 1
  const isFrames = read.bits(1)
  if (!isFrames) read.bits(1)
  read.bits(1)
  let width = wide * 16
  let height = high * 16 * (2 - isFrames)
  if (read.bits(1)) {
    const across = chroma === 1 || chroma === 2 ? 2 : 1
    const down = (chroma === 1 ? 2 : 1) * (2 - isFrames)
    width -= (read.golomb() + read.golomb()) * across
    height -= (read.golomb() + read.golomb()) * down
  }
  return read.isOver() || width <= 0 || height <= 0 ? undefined : { width, height }
}

type Bits = {
  bits: (count: number) => number
  golomb: () => number
  signed: () => number
  isOver: () => boolean
}

function bitsOf(unit: Uint8Array): Bits {
  const plain: number[] = []
  for (let at = 1; at < unit.length; at++) {
    if (at > 2 && unit[at] === 3 && unit[at - 1] === 0 && unit[at - 2] === 0) continue
    plain.push(unit[at]!)
  }
  let at = 0
  const bits = (count: number) => {
    let value = 0
    for (let i = 0; i < count; i++, at++)
      value = (value << 1) | (((plain[at >> 3] ?? 0) >> (7 - (at & 7))) & 1)
    return value >>> 0
  }
  const isOver = () => at > plain.length * 8
  const golomb = () => {
    let zeros = 0
    while (zeros < 31 && !isOver() && bits(1) === 0) zeros++
    return 2 ** zeros - 1 + bits(zeros)
  }
  const signed = () => {
    const value = golomb()
    return value & 1 ? (value + 1) / 2 : -value / 2
  }
  return { bits, golomb, signed, isOver }
}

function skipScaling(read: Bits, size: number): void {
  let next = 8
  for (let i = 0, last = 8; i < size && next !== 0; i++) {
    next = (last + read.signed() + 256) % 256
    if (next !== 0) last = next
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
