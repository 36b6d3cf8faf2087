import { openRewrite, type Rewrite } from '../core/rewrite.ts'
import { buildSdes, buildSr, joinRtcp, readRtcp, type SenderClock } from '../core/rtcp.ts'
import { isRtcp, u32, type Codec, type RtpPacket } from '../core/rtp.ts'
import type { TrackKind } from '../port.ts'
import type { Line } from './line.ts'
import type { Stream } from './stream.ts'

/** 观看 — one peer receives another one's line, whichever generation of it stands, as one line without a seam. */
export type Watch = {
  readonly id: string
  readonly peer: string
  readonly of: string
  readonly kinds: () => readonly TrackKind[]
  readonly route: (kinds: readonly TrackKind[]) => void
  readonly packet: (line: Line, stream: Stream, packet: RtpPacket, now: number) => void
  readonly clock: (line: Line, stream: Stream, clock: SenderClock) => void
  /** What the watcher's browser says of what it receives. */
  readonly heard: (packet: Uint8Array) => void
  readonly standing: (state: 'up' | 'lost' | 'down') => void
  readonly tick: (now: number) => void
}

export type WatchAsk = {
  readonly id: string
  readonly peer: string
  readonly of: string
  readonly kinds: readonly TrackKind[]
  readonly tracks: readonly WatchTrack[]
  readonly now: () => number
  readonly send: (packet: Uint8Array) => void
  readonly lineOf: (generation: string) => Line | undefined
  readonly lines: () => readonly Line[]
  readonly ended: (watch: Watch) => void
}
export type WatchTrack = {
  readonly kind: TrackKind
  readonly ssrc: number
  readonly payloadTypes: Readonly<Partial<Record<Codec, number>>>
}

/** More than a way that works ever loses in a second; whoever asks on is not served out of everybody's way. */
const mostRepeats = 500

/** A browser that was answered and never came. */
const opensWithinMs = 30_000

type Out = {
  readonly rewrite: Rewrite
  readonly ssrc: number
  /** Of the generation that was passed on last: an older one is not gone back to. */
  generation: number
  timestampStep: number | undefined
}

export function openWatch(ask: WatchAsk): Watch {
  const { id, peer, of, now, send } = ask
  const openedAt = now()
  let second = { from: openedAt, repeats: 0 }
  const outs = new Map<TrackKind, Out>()
  for (const { kind, ssrc, payloadTypes } of ask.tracks) {
    const rewrite = openRewrite({ ssrc, payloadTypes })
    outs.set(kind, { rewrite, ssrc, generation: 0, timestampStep: undefined })
  }
  const can = (kinds: readonly TrackKind[]) => kinds.filter((kind) => outs.has(kind))
  let flowing = can(ask.kinds)
  let isUp = false

  const needKey = (): void => {
    if (isUp && flowing.includes('video')) for (const line of ask.lines()) line.streamOf('video')?.needKey()
  }

  const watch: Watch = {
    id,
    peer,
    of,
    kinds: () => flowing,
    route(kinds) {
      const wanted = can(kinds)
      for (const [kind, out] of outs) {
        if (flowing.includes(kind) && !wanted.includes(kind)) out.rewrite.pause()
      }
      const isNew = wanted.includes('video') && !flowing.includes('video')
      flowing = wanted
      if (isNew) needKey()
    },
    packet(line, stream, packet, at) {
      const out = outs.get(stream.kind)
      if (!isUp || !out || !flowing.includes(stream.kind) || line.generation < out.generation) return
      const bytes = out.rewrite.pass(stream.source, packet, at)
      if (!bytes) {
        if (out.rewrite.wantsKey()) stream.needKey()
        return
      }
      out.generation = line.generation
      out.timestampStep = (u32(bytes, 4) - packet.timestamp) >>> 0
      send(bytes)
    },
    clock(line, stream, clock) {
      const out = outs.get(stream.kind)
      if (!isUp || out?.timestampStep === undefined || line.generation !== out.generation) return
      const { packets, octets } = out.rewrite.sent()
      const timestamp = (clock.timestamp + out.timestampStep) >>> 0
      send(
        joinRtcp(buildSr(out.ssrc, { ...clock, timestamp, packets, octets }), buildSdes(out.ssrc, 'open110')),
      )
    },
    heard(bytes) {
      if (!isRtcp(bytes)) return
      for (const part of readRtcp(bytes)) {
        if (part.t === 'nack') repeat(part.media, part.lost)
        if (part.t === 'pli' || part.t === 'fir') needKey()
      }
    },
    standing(state) {
      if (state === 'down') return ask.ended(watch)
      // A way that broke may heal by itself: what is sent meanwhile costs nothing, what is not sent is missed.
      if (state === 'up') isUp = true
      needKey()
    },
    tick(at) {
      if (!isUp && at - openedAt > opensWithinMs) ask.ended(watch)
    },
  }
  return watch

  function repeat(ssrc: number, lost: readonly number[]): void {
    for (const [kind, out] of outs) {
      if (out.ssrc !== ssrc || !flowing.includes(kind)) continue
      for (const sequence of lost) {
        if (now() - second.from >= 1_000) second = { from: now(), repeats: 0 }
        if (second.repeats >= mostRepeats) return
        const found = out.rewrite.sourceOf(sequence)
        const stream = found && ask.lineOf(String(found.source.id))?.streamOf(kind)
        const packet = stream?.packetOf(found!.sequence)
        const bytes = packet && out.rewrite.pass(stream!.source, packet, now())
        if (!bytes) continue
        second.repeats++
        send(bytes)
      }
    }
  }
}
