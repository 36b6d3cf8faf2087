import { readTransportFeedback, type TransportFeedback } from './twcc.ts'
import { putU16, putU32, u16, u32 } from './rtp.ts'

/** 控制包 — what receivers and senders of a line tell each other (RFC 3550 §6, RFC 4585, RFC 5104). */
export type Rtcp =
  | ({ readonly t: 'sr'; readonly ssrc: number; readonly reports: readonly ReportBlock[] } & SenderClock)
  | { readonly t: 'rr'; readonly ssrc: number; readonly reports: readonly ReportBlock[] }
  | { readonly t: 'nack'; readonly sender: number; readonly media: number; readonly lost: readonly number[] }
  | { readonly t: 'pli'; readonly sender: number; readonly media: number }
  | { readonly t: 'fir'; readonly sender: number; readonly asked: readonly FullIntra[] }
  | {
      readonly t: 'remb'
      readonly sender: number
      readonly bitsPerSecond: number
      readonly ssrcs: readonly number[]
    }
  | ({ readonly t: 'twcc' } & TransportFeedback)
  | { readonly t: 'sdes'; readonly chunks: readonly { readonly ssrc: number; readonly cname?: string }[] }
  | { readonly t: 'bye'; readonly ssrcs: readonly number[] }
  | { readonly t: 'other'; readonly payloadType: number; readonly format: number }

/** The sender's own clock at one instant of its line: NTP seconds and fraction beside the RTP timestamp. */
export type SenderClock = {
  readonly ntpSeconds: number
  readonly ntpFraction: number
  readonly timestamp: number
  readonly packets: number
  readonly octets: number
}
export type FullIntra = { readonly ssrc: number; readonly sequence: number }
export type ReportBlock = {
  readonly ssrc: number
  /** 0…255 of 256 since the last report. */
  readonly fractionLost: number
  readonly totalLost: number
  readonly highestSequence: number
  readonly jitter: number
  /** The middle 32 bits of the NTP time of the last SR, and the time since it came in 1/65536 s; 0: none came yet. */
  readonly lastSr: number
  readonly sinceLastSr: number
}

/** Every part of a compound packet that is whole; a part that is cut short ends the reading. */
export function readRtcp(bytes: Uint8Array): Rtcp[] {
  const parts: Rtcp[] = []
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + u16(bytes, at + 2) * 4
    if (bytes[at]! >> 6 !== 2 || end > bytes.length) break
    const padding = bytes[at]! & 0x20 ? bytes[end - 1]! : 0
    if (padding > end - at - 4) break
    const part = readPart(bytes, at, end - padding)
    if (part) parts.push(part)
    at = end
  }
  return parts
}

function readPart(bytes: Uint8Array, at: number, end: number): Rtcp | undefined {
  const count = bytes[at]! & 0x1f
  const payloadType = bytes[at + 1]!
  const words = (end - at) >> 2
  const sender = words > 1 ? u32(bytes, at + 4) : 0
  switch (payloadType) {
    case 200: {
      if (end - at < 28) return undefined
      const clock = {
        ntpSeconds: u32(bytes, at + 8),
        ntpFraction: u32(bytes, at + 12),
        timestamp: u32(bytes, at + 16),
        packets: u32(bytes, at + 20),
        octets: u32(bytes, at + 24),
      }
      return { t: 'sr', ssrc: sender, ...clock, reports: readBlocks(bytes, at + 28, end, count) }
    }
    case 201:
      if (end - at < 8) return undefined
      return { t: 'rr', ssrc: sender, reports: readBlocks(bytes, at + 8, end, count) }
    case 202:
      return { t: 'sdes', chunks: readChunks(bytes, at + 4, end, count) }
    case 203: {
      const ssrcs: number[] = []
      for (let i = 0; i < count && at + 8 + i * 4 <= end; i++) ssrcs.push(u32(bytes, at + 4 + i * 4))
      return { t: 'bye', ssrcs }
    }
    case 205:
      if (end - at < 12) return undefined
      if (count === 1) {
        const lost = readLost(bytes, at + 12, end)
        return { t: 'nack', sender, media: u32(bytes, at + 8), lost }
      }
      if (count === 15) {
        const feedback = readTransportFeedback(bytes.subarray(at, end))
        return feedback && { t: 'twcc', ...feedback }
      }
      return { t: 'other', payloadType, format: count }
    case 206:
      if (end - at < 12) return undefined
      if (count === 1) return { t: 'pli', sender, media: u32(bytes, at + 8) }
      if (count === 4) {
        const asked: FullIntra[] = []
        for (let i = at + 12; i + 8 <= end; i += 8)
          asked.push({ ssrc: u32(bytes, i), sequence: bytes[i + 4]! })
        return { t: 'fir', sender, asked }
      }
      return readRemb(bytes, at, end, sender) ?? { t: 'other', payloadType, format: count }
    default:
      return { t: 'other', payloadType, format: count }
  }
}

function readBlocks(bytes: Uint8Array, from: number, end: number, count: number): ReportBlock[] {
  const blocks: ReportBlock[] = []
  for (let at = from; blocks.length < count && at + 24 <= end; at += 24) {
    blocks.push({
      ssrc: u32(bytes, at),
      fractionLost: bytes[at + 4]!,
      totalLost: (u32(bytes, at + 4) << 8) >> 8,
      highestSequence: u32(bytes, at + 8),
      jitter: u32(bytes, at + 12),
      lastSr: u32(bytes, at + 16),
      sinceLastSr: u32(bytes, at + 20),
    })
  }
  return blocks
}

function readLost(bytes: Uint8Array, from: number, end: number): number[] {
  const lost: number[] = []
  for (let at = from; at + 4 <= end; at += 4) {
    const first = u16(bytes, at)
    lost.push(first)
    const mask = u16(bytes, at + 2)
    for (let bit = 0; bit < 16; bit++) if (mask & (1 << bit)) lost.push((first + bit + 1) & 0xffff)
  }
  return lost
}

function readChunks(bytes: Uint8Array, from: number, end: number, count: number) {
  const chunks: { ssrc: number; cname?: string }[] = []
  for (let at = from; chunks.length < count && at + 4 <= end;) {
    const chunk: { ssrc: number; cname?: string } = { ssrc: u32(bytes, at) }
    at += 4
    while (at + 1 < end && bytes[at] !== 0) {
      const size = bytes[at + 1]!
      if (bytes[at] === 1 && at + 2 + size <= end)
        chunk.cname = String.fromCharCode(...bytes.subarray(at + 2, at + 2 + size))
      at += 2 + size
    }
    at += 4 - ((at - from) & 3)
    chunks.push(chunk)
  }
  return chunks
}

function readRemb(bytes: Uint8Array, at: number, end: number, sender: number): Rtcp | undefined {
  if ((bytes[at]! & 0x1f) !== 15 || end - at < 20 || u32(bytes, at + 12) !== rembMark) return undefined
  const count = bytes[at + 16]!
  const exponent = bytes[at + 17]! >> 2
  const mantissa = ((bytes[at + 17]! & 3) << 16) | u16(bytes, at + 18)
  const ssrcs: number[] = []
  for (let i = at + 20; ssrcs.length < count && i + 4 <= end; i += 4) ssrcs.push(u32(bytes, i))
  return { t: 'remb', sender, bitsPerSecond: mantissa * 2 ** exponent, ssrcs }
}

const rembMark = 0x52454d42

export function buildSr(ssrc: number, clock: SenderClock, reports: readonly ReportBlock[] = []): Uint8Array {
  const bytes = part(200, reports.length, 28 + reports.length * 24)
  putU32(bytes, 4, ssrc)
  putU32(bytes, 8, clock.ntpSeconds)
  putU32(bytes, 12, clock.ntpFraction)
  putU32(bytes, 16, clock.timestamp)
  putU32(bytes, 20, clock.packets)
  putU32(bytes, 24, clock.octets)
  putBlocks(bytes, 28, reports)
  return bytes
}

export function buildRr(ssrc: number, reports: readonly ReportBlock[]): Uint8Array {
  const bytes = part(201, reports.length, 8 + reports.length * 24)
  putU32(bytes, 4, ssrc)
  putBlocks(bytes, 8, reports)
  return bytes
}

/** `lost` in rising order of the line, as the scheduler gives it; it may cross the wrap. */
export function buildNack(sender: number, media: number, lost: readonly number[]): Uint8Array {
  const items: { first: number; mask: number }[] = []
  for (const sequence of lost) {
    const last = items.at(-1)
    const step = last ? (sequence - last.first) & 0xffff : 0
    if (last && step >= 1 && step <= 16) last.mask |= 1 << (step - 1)
    else items.push({ first: sequence & 0xffff, mask: 0 })
  }
  const bytes = feedback(205, 1, sender, media, items.length * 4)
  for (const [i, { first, mask }] of items.entries()) {
    putU16(bytes, 12 + i * 4, first)
    putU16(bytes, 14 + i * 4, mask)
  }
  return bytes
}

export const buildPli = (sender: number, media: number): Uint8Array => feedback(206, 1, sender, media, 0)

/** How much the receiver can take, never rounded up. */
export function buildRemb(sender: number, bitsPerSecond: number, ssrcs: readonly number[]): Uint8Array {
  let exponent = 0
  let mantissa = Math.max(0, Math.floor(bitsPerSecond))
  while (mantissa > 0x3ffff) {
    mantissa = Math.floor(mantissa / 2)
    exponent++
  }
  const bytes = feedback(206, 15, sender, 0, 8 + ssrcs.length * 4)
  putU32(bytes, 12, rembMark)
  putU32(bytes, 16, ((ssrcs.length << 24) | (exponent << 18) | mantissa) >>> 0)
  for (const [i, ssrc] of ssrcs.entries()) putU32(bytes, 20 + i * 4, ssrc)
  return bytes
}

/** `cname` in ASCII. */
export function buildSdes(ssrc: number, cname: string): Uint8Array {
  const bytes = part(202, 1, 8 + ((2 + cname.length + 1 + 3) & ~3))
  putU32(bytes, 4, ssrc)
  bytes[8] = 1
  bytes[9] = cname.length
  for (let i = 0; i < cname.length; i++) bytes[10 + i] = cname.charCodeAt(i)
  return bytes
}

export function joinRtcp(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0))
  let at = 0
  for (const each of parts) {
    whole.set(each, at)
    at += each.length
  }
  return whole
}

function part(payloadType: number, count: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  bytes[0] = 0x80 | count
  bytes[1] = payloadType
  putU16(bytes, 2, size / 4 - 1)
  return bytes
}

function feedback(payloadType: number, format: number, sender: number, media: number, body: number) {
  const bytes = part(payloadType, format, 12 + body)
  putU32(bytes, 4, sender)
  putU32(bytes, 8, media)
  return bytes
}

function putBlocks(bytes: Uint8Array, from: number, blocks: readonly ReportBlock[]): void {
  for (const [i, block] of blocks.entries()) {
    const at = from + i * 24
    putU32(bytes, at, block.ssrc)
    putU32(bytes, at + 4, ((block.fractionLost << 24) | (block.totalLost & 0xffffff)) >>> 0)
    putU32(bytes, at + 8, block.highestSequence)
    putU32(bytes, at + 12, block.jitter)
    putU32(bytes, at + 16, block.lastSr)
    putU32(bytes, at + 20, block.sinceLastSr)
  }
}
