/** RTP 包 — where its parts lie; the bytes stay where they are (RFC 3550 §5.1, RFC 8285). */
export type RtpPacket = {
  readonly bytes: Uint8Array
  readonly payloadType: number
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
  readonly marker: boolean
  /** Where the payload begins. */
  readonly headerBytes: number
  /** Where the payload ends: behind it only padding. A packet that is padding alone has `payloadEnd === headerBytes`. */
  readonly payloadEnd: number
  /** Where the header extension's elements begin; 0: it has none. */
  readonly extensionAt: number
}

/** What a line of one connection is known by to whoever receives it. */
export type RtpNumbers = {
  readonly sequence?: number
  readonly timestamp?: number
  readonly ssrc?: number
  readonly payloadType?: number
}

export type Codec = 'vp8' | 'h264' | 'opus'
export const clockRateOf = (codec: Codec): number => (codec === 'opus' ? 48_000 : 90_000)

/** Undefined: these bytes are no RTP packet (cut short, another version, or RTCP on the same port, RFC 5761). */
export function readRtp(bytes: Uint8Array): RtpPacket | undefined {
  if (bytes.length < 12 || bytes[0]! >> 6 !== 2) return undefined
  const payloadType = bytes[1]! & 0x7f
  if (payloadType >= 64 && payloadType < 96) return undefined
  let headerBytes = 12 + (bytes[0]! & 0x0f) * 4
  let extensionAt = 0
  if (bytes[0]! & 0x10) {
    if (bytes.length < headerBytes + 4) return undefined
    extensionAt = headerBytes + 4
    headerBytes = extensionAt + u16(bytes, headerBytes + 2) * 4
  }
  let payloadEnd = bytes.length
  if (bytes[0]! & 0x20) payloadEnd -= bytes[bytes.length - 1]!
  if (payloadEnd < headerBytes) return undefined
  return {
    bytes,
    payloadType,
    sequence: u16(bytes, 2),
    timestamp: u32(bytes, 4),
    ssrc: u32(bytes, 8),
    marker: (bytes[1]! & 0x80) !== 0,
    headerBytes,
    payloadEnd,
    extensionAt,
  }
}

export const isRtcp = (bytes: Uint8Array): boolean =>
  bytes.length >= 8 && bytes[0]! >> 6 === 2 && bytes[1]! >= 192 && bytes[1]! < 224

export const payloadOf = (packet: RtpPacket): Uint8Array =>
  packet.bytes.subarray(packet.headerBytes, packet.payloadEnd)

/**
 * 传输序号 — the transport-wide sequence number in the header extension that this connection agreed to call `id`, read
 * without making an object.
 */
export function transportSequenceOf(packet: RtpPacket, id: number): number | undefined {
  const at = findExtension(packet, id)
  return at === 0 ? undefined : u16(packet.bytes, at)
}

/** Where the two bytes of the element begin, in the form of one byte and of two; 0: it is not there, or is no number. */
function findExtension({ bytes, extensionAt, headerBytes }: RtpPacket, id: number): number {
  if (extensionAt === 0) return 0
  const profile = u16(bytes, extensionAt - 4)
  const isShort = profile === 0xbede
  if (!isShort && (profile & 0xfff0) !== 0x1000) return 0
  for (let at = extensionAt; at < headerBytes;) {
    const first = bytes[at]!
    if (first === 0) {
      at++
      continue
    }
    if (isShort && first >> 4 === 15) return 0
    const found = isShort ? first >> 4 : first
    const start = at + (isShort ? 1 : 2)
    const size = isShort ? (first & 0x0f) + 1 : (bytes[at + 1] ?? 0)
    if (start + size > headerBytes) return 0
    if (found === id) return size >= 2 ? start : 0
    at = start + size
  }
  return 0
}

/** A copy that carries other numbers; the payload and the extensions are as they were. */
export function withNumbers(bytes: Uint8Array, numbers: RtpNumbers): Uint8Array {
  const copy = new Uint8Array(bytes.length)
  copy.set(bytes)
  putNumbers(copy, numbers)
  return copy
}

/**
 * A copy without extensions and contributing sources: what an extension is called is agreed per connection, so the
 * number that one peer wrote means something else to the next one.
 */
export function bareWithNumbers(packet: RtpPacket, numbers: RtpNumbers): Uint8Array {
  const { bytes, headerBytes } = packet
  const copy = new Uint8Array(12 + bytes.length - headerBytes)
  copy.set(bytes.subarray(0, 12))
  copy.set(bytes.subarray(headerBytes), 12)
  copy[0] = bytes[0]! & 0xe0
  putNumbers(copy, numbers)
  return copy
}

export function writeRtp(
  numbers: Required<RtpNumbers> & { readonly marker?: boolean },
  payload: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(12 + payload.length)
  bytes[0] = 0x80
  bytes[1] = numbers.marker ? 0x80 : 0
  putNumbers(bytes, numbers)
  bytes.set(payload, 12)
  return bytes
}

function putNumbers(bytes: Uint8Array, numbers: RtpNumbers): void {
  if (numbers.payloadType !== undefined) bytes[1] = (bytes[1]! & 0x80) | numbers.payloadType
  if (numbers.sequence !== undefined) putU16(bytes, 2, numbers.sequence)
  if (numbers.timestamp !== undefined) putU32(bytes, 4, numbers.timestamp)
  if (numbers.ssrc !== undefined) putU32(bytes, 8, numbers.ssrc)
}

/** 展开 — a counter that wraps, counted on without end: each value is taken to lie nearest to the highest one so far. */
export type Unwrap = {
  (value: number): number
  /** What the value would count as; the counter does not move. */
  readonly peek: (value: number) => number
}

export function openUnwrap(bits: 7 | 8 | 15 | 16 | 24 | 32): Unwrap {
  const size = 2 ** bits
  let highest: number | undefined
  const peek = (value: number) => {
    if (highest === undefined) return value
    let step = (value - highest) % size
    if (step < 0) step += size
    if (step >= size / 2) step -= size
    return highest + step
  }
  const unwrap = (value: number) => {
    const counted = peek(value)
    if (highest === undefined || counted > highest) highest = counted
    return counted
  }
  return Object.assign(unwrap, { peek })
}

export const u16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!
export const u32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0

export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value
}

export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}
