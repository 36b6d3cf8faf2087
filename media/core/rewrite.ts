import {
  bareWithNumbers,
  clockRateOf,
  openUnwrap,
  type Codec,
  type RtpPacket,
  type RtpNumbers,
  type Unwrap,
} from './rtp.ts'
import { startsH264Key } from './h264.ts'
import { putPictureId, readVp8, startsVp8Key } from './vp8.ts'

/** 信号源 — one generation of a publisher's line of one kind, or one layer of it. */
export type Source = { readonly id: string | number; readonly codec: Codec }

/**
 * 改号 — one for each watch and kind. What a watcher receives is one line without a seam, however often the sender's
 * line breaks, is paused or changes its layer: numbers and times go on, and for VP8 the picture ids too, without which
 * half of the new lines stay frozen. A picture is taken up only at a key frame.
 */
export type Rewrite = {
  /**
   * The packet as this watcher must get it, or undefined: it belongs to a source that is not (yet, or any more) shown.
   * A source that another one has replaced does not come back, unless the line was paused in between.
   * `now` in milliseconds of a steady clock.
   */
  readonly pass: (source: Source, packet: RtpPacket, now: number) => Uint8Array | undefined
  /** Nothing flows until the next key frame after `pass` is called again; the time that goes by stays in the line. */
  readonly pause: () => void
  /** Packets are held back because no key frame has come: ask the source for one. */
  readonly wantsKey: () => boolean
  /** Which packet of which source went out under this number, for a watcher that asks for it again. */
  readonly sourceOf: (sequence: number) => { readonly source: Source; readonly sequence: number } | undefined
  readonly sent: () => { readonly packets: number; readonly octets: number; readonly timestamp: number }
}

export function startsKey(codec: Codec, packet: RtpPacket): boolean {
  if (codec === 'opus') return true
  return codec === 'vp8' ? startsVp8Key(packet) : startsH264Key(packet)
}

/** How one source's numbers become the line's, from its first packet on. */
type Segment = {
  readonly source: Source
  readonly unwrap: Unwrap
  readonly unwrapPicture: Unwrap | undefined
  readonly firstSequence: number
  /** In the line's own count, which has no end. */
  readonly firstOut: number
  readonly timestampStep: number
  readonly pictureStep: number
  readonly tl0Step: number
}

const keptSegments = 4

export function openRewrite(line: {
  readonly ssrc: number
  /** What the watcher's connection calls each codec; a source of another codec cannot be shown to it. */
  readonly payloadTypes: Readonly<Partial<Record<Codec, number>>>
  readonly firstSequence?: number
  readonly firstTimestamp?: number
}): Rewrite {
  const segments: Segment[] = []
  let isPaused = false
  let wantsKey = false
  let highestOut = (line.firstSequence ?? 1) - 1
  let lastTimestamp = line.firstTimestamp ?? 0
  let lastAt: number | undefined
  let highestPicture = -1
  let lastTl0 = -1
  let packets = 0
  let octets = 0

  function begin(source: Source, packet: RtpPacket, now: number): Segment {
    const passed = lastAt === undefined ? 0 : ((now - lastAt) * clockRateOf(source.codec)) / 1000
    const timestamp = lastAt === undefined ? lastTimestamp : lastTimestamp + Math.max(1, Math.round(passed))
    const descriptor = source.codec === 'vp8' ? readVp8(packet) : undefined
    const picture = descriptor?.pictureId
    const segment: Segment = {
      source,
      unwrap: openUnwrap(16),
      unwrapPicture: picture && openUnwrap(picture.bits),
      firstSequence: packet.sequence,
      firstOut: highestOut + 1,
      timestampStep: timestamp - packet.timestamp,
      pictureStep: picture ? highestPicture + 1 - picture.value : 0,
      tl0Step: descriptor?.tl0PicIdx ? lastTl0 + 1 - descriptor.tl0PicIdx.value : 0,
    }
    segment.unwrap(packet.sequence)
    segments.unshift(segment)
    segments.length = Math.min(segments.length, keptSegments)
    isPaused = false
    wantsKey = false
    return segment
  }

  return {
    pass(source, packet, now) {
      const payloadType = line.payloadTypes[source.codec]
      if (payloadType === undefined) return undefined
      let segment = segments[0]
      if (isPaused || segment?.source.id !== source.id) {
        if (segments.some((each) => each.source.id === source.id) && !isPaused) return undefined
        if (!startsKey(source.codec, packet)) {
          wantsKey = true
          return undefined
        }
        segment = begin(source, packet, now)
      }
      const step = segment!.unwrap(packet.sequence) - segment!.firstSequence
      if (step < 0) return undefined
      const out = segment!.firstOut + step
      const timestamp = (packet.timestamp + segment!.timestampStep) >>> 0
      const numbers: RtpNumbers = { sequence: out & 0xffff, timestamp, ssrc: line.ssrc, payloadType }
      const bytes = bareWithNumbers(packet, numbers)
      if (source.codec === 'vp8') putPicture(segment!, packet, bytes, out > highestOut)
      if (out > highestOut) {
        highestOut = out
        lastTimestamp = timestamp
        lastAt = now
      }
      packets++
      octets += packet.payloadEnd - packet.headerBytes
      return bytes
    },
    pause() {
      isPaused = true
    },
    wantsKey: () => wantsKey,
    sourceOf(sequence) {
      const step = (highestOut - sequence) & 0xffff
      if (step >= 0x8000) return undefined
      const out = highestOut - step
      for (const segment of segments) {
        if (out < segment.firstOut) continue
        return { source: segment.source, sequence: (segment.firstSequence + out - segment.firstOut) & 0xffff }
      }
      return undefined
    },
    sent: () => ({ packets, octets, timestamp: lastTimestamp }),
  }

  function putPicture(segment: Segment, packet: RtpPacket, bytes: Uint8Array, isNewest: boolean): void {
    const descriptor = readVp8(packet)
    if (!descriptor) return
    const shift = packet.headerBytes - 12
    const { pictureId, tl0PicIdx } = descriptor
    if (pictureId && segment.unwrapPicture) {
      const picture = segment.unwrapPicture(pictureId.value) + segment.pictureStep
      if (picture > highestPicture) highestPicture = picture
      putPictureId(bytes, pictureId.at - shift, pictureId.bits, picture)
    }
    if (tl0PicIdx) {
      const index = (tl0PicIdx.value + segment.tl0Step) & 0xff
      bytes[tl0PicIdx.at - shift] = index
      if (isNewest) lastTl0 = index
    }
  }
}
