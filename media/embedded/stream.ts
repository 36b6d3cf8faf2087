import { openNack, type NackCounts } from '../core/nack.ts'
import { startsKey, type Source } from '../core/rewrite.ts'
import { type ReportBlock, type SenderClock } from '../core/rtcp.ts'
import { clockRateOf, type Codec, type RtpPacket } from '../core/rtp.ts'
import type { TrackKind } from '../port.ts'
import type { JournalWriter } from '../mux/journal.files.ts'

/** 流 — one kind of one generation of a peer's line as it arrives: kept, repaired, remembered for who asks again. */
export type Stream = {
  readonly kind: TrackKind
  readonly source: Source
  readonly ssrc: () => number | undefined
  /** The packet when it is news to whoever watches; nothing for one that came twice or belongs to another sender. */
  readonly heard: (packet: RtpPacket, now: number) => RtpPacket | undefined
  readonly clock: (clock: SenderClock, now: number) => void
  readonly packetOf: (sequence: number) => RtpPacket | undefined
  readonly due: (now: number) => { readonly nack: readonly number[]; readonly pli: boolean }
  readonly needKey: () => void
  readonly block: (now: number) => ReportBlock | undefined
  readonly counts: () => NackCounts & { readonly octets: number; readonly roundTripMs: number | undefined }
  readonly close: (now: number) => Promise<void>
}

/** Two seconds of a fine picture; a power of two. */
const remembered = 1024
/** A recording is sought and a snapshot taken from a key frame; a browser sends one only when it is asked. */
const keyEveryMs = 10_000

export function openStream(ask: {
  kind: TrackKind
  codec: Codec
  source: Source
  repeats: boolean
  journal: JournalWriter
}): Stream {
  const { kind, codec, source, repeats, journal } = ask
  const nack = openNack({ kind })
  const memory: (RtpPacket | undefined)[] = Array.from({ length: remembered })
  const rate = clockRateOf(codec)
  let ssrc: number | undefined
  let octets = 0
  let lastClock: { middle: number; at: number } | undefined
  let lastAsked: { sequence: number; at: number } | undefined
  let roundTripMs: number | undefined
  let transit: number | undefined
  let jitter = 0
  let cycles = 0
  let highest = -1
  let reported = { expected: 0, came: 0 }
  let came = 0
  let keyAt = Infinity

  function measure(packet: RtpPacket, now: number): void {
    if (highest >= 0 && packet.sequence < highest && highest - packet.sequence > 0x8000) cycles++
    if (highest < 0 || ((packet.sequence - highest) & 0xffff) < 0x8000) highest = packet.sequence
    const here = ((now * rate) / 1000 - packet.timestamp) % 2 ** 32
    if (transit !== undefined) {
      const step = Math.abs(here - transit)
      if (step < rate) jitter += (step - jitter) / 16
    }
    transit = here
  }

  return {
    kind,
    source,
    ssrc: () => ssrc,
    heard(packet, now) {
      // One connection has one sender of a kind, from its first packet on.
      ssrc ??= packet.ssrc
      if (ssrc !== packet.ssrc) return undefined
      octets += packet.bytes.length
      const arrival = nack.note(packet.sequence, now)
      if (arrival === 'duplicate') return undefined
      came++
      if (arrival === 'new') measure(packet, now)
      if (arrival === 'repaired' && lastAsked?.sequence === packet.sequence) {
        const took = now - lastAsked.at
        roundTripMs = roundTripMs === undefined ? took : roundTripMs + (took - roundTripMs) / 8
        lastAsked = undefined
      }
      memory[packet.sequence % remembered] = packet
      journal.append(packet.bytes, now)
      if (kind === 'video' && startsKey(codec, packet)) {
        nack.keyCame()
        keyAt = now
      }
      return packet
    },
    clock(clock, now) {
      lastClock = { middle: ((clock.ntpSeconds << 16) | (clock.ntpFraction >>> 16)) >>> 0, at: now }
      journal.clock(clock, now)
    },
    packetOf(sequence) {
      const packet = memory[sequence % remembered]
      return packet?.sequence === sequence ? packet : undefined
    },
    due(now) {
      if (now - keyAt >= keyEveryMs) {
        nack.needKey()
        keyAt = now
      }
      const wants = nack.due(now)
      if (!repeats) return wants.pli ? { nack: [], pli: true } : wants
      const [sequence] = wants.nack
      if (sequence !== undefined) lastAsked = { sequence, at: now }
      return wants
    },
    needKey: () => nack.needKey(),
    block(now) {
      if (ssrc === undefined || highest < 0) return undefined
      const { expected } = nack.counts()
      const lost = Math.max(0, expected - came)
      const lately = expected - reported.expected
      const lostLately = Math.max(0, lately - (came - reported.came))
      reported = { expected, came }
      return {
        ssrc,
        fractionLost: lately > 0 ? Math.min(255, Math.floor((lostLately * 256) / lately)) : 0,
        totalLost: Math.min(0x7fffff, lost),
        highestSequence: ((cycles << 16) | highest) >>> 0,
        jitter: Math.floor(jitter),
        lastSr: lastClock?.middle ?? 0,
        sinceLastSr: lastClock ? Math.round(((now - lastClock.at) * 65536) / 1000) : 0,
      }
    },
    counts: () => ({ ...nack.counts(), octets, roundTripMs }),
    close: (now) => journal.close(now),
  }
}
