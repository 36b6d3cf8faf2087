import { putU16, u16, type RtpPacket } from './rtp.ts'

/** VP8 载荷头 — the descriptor in front of every piece of a frame (RFC 7741 §4.2). */
export type Vp8Descriptor = {
  readonly bytes: number
  /** The first piece of a frame. */
  readonly isStart: boolean
  readonly pictureId?: { readonly at: number; readonly bits: 7 | 15; readonly value: number }
  readonly tl0PicIdx?: { readonly at: number; readonly value: number }
}
export type FrameSize = { readonly width: number; readonly height: number }

/** Positions count from the start of the packet. Undefined: padding alone, or cut short. */
export function readVp8(packet: RtpPacket): Vp8Descriptor | undefined {
  const { bytes, headerBytes: from, payloadEnd: end } = packet
  if (from >= end) return undefined
  const first = bytes[from]!
  const isStart = (first & 0x10) !== 0 && (first & 0x07) === 0
  let at = from + 1
  if (!(first & 0x80)) return at < end ? { bytes: 1, isStart } : undefined
  const flags = bytes[at++]!
  let pictureId: Vp8Descriptor['pictureId']
  let tl0PicIdx: Vp8Descriptor['tl0PicIdx']
  if (flags & 0x80) {
    const isLong = (bytes[at]! & 0x80) !== 0
    pictureId = isLong
      ? { at, bits: 15, value: u16(bytes, at) & 0x7fff }
      : { at, bits: 7, value: bytes[at]! & 0x7f }
    at += isLong ? 2 : 1
  }
  if (flags & 0x40) {
    tl0PicIdx = { at, value: bytes[at]! }
    at++
  }
  if (flags & 0x30) at++
  return at < end ? { bytes: at - from, isStart, pictureId, tl0PicIdx } : undefined
}

/**
 * Only the first piece of a frame has a header that says so. The second piece looks like a header of any kind: when
 * the first one was lost, it once gave a key frame of 10216 × 12085.
 */
export function startsVp8Key(packet: RtpPacket): boolean {
  const { bytes, headerBytes: from, payloadEnd: end } = packet
  if (from >= end || !(bytes[from]! & 0x10) || (bytes[from]! & 0x07) !== 0) return false
  const descriptor = readVp8(packet)
  return descriptor !== undefined && vp8KeySize(bytes.subarray(from + descriptor.bytes, end)) !== undefined
}

/** 关键帧 — of a whole frame, or the first piece of one; undefined: it is no key frame (RFC 6386 §9.1). */
export function vp8KeySize(frame: Uint8Array): FrameSize | undefined {
  if (frame.length < 10 || frame[0]! & 0x01) return undefined
  if (frame[3] !== 0x9d || frame[4] !== 0x01 || frame[5] !== 0x2a) return undefined
  const width = (frame[6]! | (frame[7]! << 8)) & 0x3fff
  const height = (frame[8]! | (frame[9]! << 8)) & 0x3fff
  return width > 0 && height > 0 ? { width, height } : undefined
}

/** In place, in a copy; the field keeps its width. */
export function putPictureId(bytes: Uint8Array, at: number, bits: 7 | 15, value: number): void {
  if (bits === 15) putU16(bytes, at, 0x8000 | (value & 0x7fff))
  else bytes[at] = value & 0x7f
}
