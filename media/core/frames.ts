import {
  avcCodecName,
  avcDescription,
  isLaterPiece,
  lengthPrefixed,
  nalKindOf,
  nalKinds,
  spsSize,
  unitsOf,
} from './h264.ts'
import type { Placed } from './order.ts'
import { openUnwrap, payloadOf, type Codec, type RtpPacket, type Unwrap } from './rtp.ts'
import { readVp8, vp8KeySize, type FrameSize } from './vp8.ts'

/** 帧 — a whole picture, or a piece of sound, that can be decoded after the ones before it. */
export type Frame = {
  readonly data: Uint8Array
  /** The RTP time, counted on without end. */
  readonly timestamp: number
  /** When its first packet came, in the journal's milliseconds. */
  readonly ms: number
  readonly isKey: boolean
  /** What a container says of the track; with every key frame. */
  readonly config?: FrameConfig
}
export type FrameConfig = FrameSize & {
  /** As WebCodecs names it. */
  readonly codec: string
  readonly description?: Uint8Array
}
export type Frames = {
  readonly push: (placed: Placed) => Frame[]
  readonly flush: () => Frame[]
  readonly counts: () => { readonly frames: number; readonly lost: number }
}

/** `near` is an RTP time of the line, next to which the times of the frames are counted. */
export function openFrames(codec: Codec, near: number): Frames {
  const unwrap = openUnwrap(32)
  unwrap(near)
  return codec === 'opus' ? openSounds(unwrap) : openPictures(codec, unwrap)
}

/**
 * After a loss that was not repaired nothing is taken until the next key frame: what is shown was sent so, and a
 * picture that a decoder has guessed is none. The second piece of a frame whose first was lost is never read as one.
 */
function openPictures(codec: 'vp8' | 'h264', unwrap: Unwrap): Frames {
  const seen = openSeen()
  let pieces: RtpPacket[] = []
  let timestamp = 0
  let ms = 0
  let isWhole = false
  let isBroken = true
  let hadLoss = false
  let frames = 0
  let sets: { sps: Uint8Array; pps: Uint8Array } | undefined

  function finish(): Frame[] {
    const taken = pieces
    pieces = []
    if (taken.length === 0 || !isWhole) return []
    const built = codec === 'vp8' ? vp8Frame(taken) : h264Frame(taken)
    if (built === 'no picture') {
      seen.forget()
      return []
    }
    if (!built || (isBroken && !built.isKey)) {
      isBroken = true
      return []
    }
    isBroken = false
    frames++
    return [{ ...built, timestamp, ms }]
  }

  function vp8Frame(taken: readonly RtpPacket[]) {
    const data = joinedPayloads(taken)
    const size = data && vp8KeySize(data)
    if (!data) return undefined
    const isKey = (data[0]! & 1) === 0
    if (isKey && !size) return undefined
    return { data, isKey, config: size && { ...size, codec: 'vp8' } }
  }

  function h264Frame(taken: readonly RtpPacket[]) {
    const units = unitsOf(taken)?.filter((unit) => nalKindOf(unit) !== nalKinds.delimiter)
    if (!units) return undefined
    const sps = units.find((unit) => nalKindOf(unit) === nalKinds.sps) ?? sets?.sps
    const pps = units.find((unit) => nalKindOf(unit) === nalKinds.pps) ?? sets?.pps
    if (sps && pps) sets = { sps, pps }
    const isPicture = units.some((unit) => nalKindOf(unit) <= nalKinds.idr)
    if (!isPicture) return 'no picture'
    const isKey = units.some((unit) => nalKindOf(unit) === nalKinds.idr)
    const size = isKey && sets ? spsSize(sets.sps) : undefined
    if (!sets || (isKey && !size)) return undefined
    const config = size && {
      ...size,
      codec: avcCodecName(sets.sps),
      description: avcDescription(sets.sps, sets.pps),
    }
    return { data: lengthPrefixed(units), isKey, config }
  }

  return {
    counts: () => ({ frames, lost: seen.count() - frames }),
    flush: finish,
    push({ packet, ms: at, lostBefore }) {
      const built: Frame[] = []
      const counted = unwrap(packet.timestamp)
      if (lostBefore > 0 && pieces.length > 0) {
        isWhole = false
        isBroken = true
        pieces = []
      } else if (lostBefore > 0) hadLoss = true
      if (packet.headerBytes === packet.payloadEnd) return built
      const isNew = counted !== timestamp || seen.count() === 0
      if (isNew) {
        built.push(...finish())
        timestamp = counted
        ms = at
        const descriptor = codec === 'vp8' ? readVp8(packet) : undefined
        isWhole = codec === 'vp8' ? descriptor?.isStart === true : !isLaterPiece(packet)
        const isNext = seen.note(descriptor?.pictureId, counted, hadLoss)
        if (!isWhole || (hadLoss && !isNext)) isBroken = true
        hadLoss = false
      }
      if (isWhole) pieces.push(packet)
      if (packet.marker) built.push(...finish())
      return built
    },
  }
}

/** How many pictures there were: by their own numbers where they have some, else by how far apart they are taken. */
function openSeen() {
  let unwrapPicture: Unwrap | undefined
  let last: number | undefined
  let lastTimestamp = 0
  let usualStep = Infinity
  let count = 0
  return {
    count: () => count,
    /** What was noted last is no picture, but what the next ones are read by. */
    forget: () => void count--,
    /** Whether this picture is the very next one, whatever was lost before it. */
    note(picture: { bits: 7 | 15; value: number } | undefined, timestamp: number, hadLoss: boolean): boolean {
      const apart = timestamp - lastTimestamp
      lastTimestamp = timestamp
      if (!picture) {
        if (!hadLoss && count > 0) usualStep = apart
        count += hadLoss ? Math.max(1, Math.round(apart / usualStep)) : 1
        return !hadLoss
      }
      unwrapPicture ??= openUnwrap(picture.bits)
      const counted = unwrapPicture(picture.value)
      const step = last === undefined ? 1 : counted - last
      last = counted
      count += Math.max(1, step)
      return step === 1
    },
  }
}

function openSounds(unwrap: Unwrap): Frames {
  let frames = 0
  let lost = 0
  return {
    counts: () => ({ frames, lost }),
    flush: () => [],
    push({ packet, ms, lostBefore }) {
      lost += lostBefore
      if (packet.headerBytes === packet.payloadEnd) return []
      frames++
      return [{ data: payloadOf(packet), timestamp: unwrap(packet.timestamp), ms, isKey: true }]
    },
  }
}

/** 时长 — of a packet of Opus, by its first byte (RFC 6716 §3.1); milliseconds. */
export function opusMs(packet: Uint8Array): number {
  const config = packet[0]! >> 3
  const each =
    config < 12
      ? [10, 20, 40, 60][config & 3]!
      : config < 16
        ? [10, 20][config & 1]!
        : [2.5, 5, 10, 20][config & 3]!
  const code = packet[0]! & 3
  const count = code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 1) & 0x3f
  return each * count
}

function joinedPayloads(packets: readonly RtpPacket[]): Uint8Array | undefined {
  const parts: Uint8Array[] = []
  let size = 0
  for (const packet of packets) {
    const descriptor = readVp8(packet)
    if (!descriptor) return undefined
    const part = packet.bytes.subarray(packet.headerBytes + descriptor.bytes, packet.payloadEnd)
    parts.push(part)
    size += part.length
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
