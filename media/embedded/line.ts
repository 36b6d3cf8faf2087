import {
  buildNack,
  buildPli,
  buildRemb,
  buildRr,
  readRtcp,
  type ReportBlock,
  type SenderClock,
} from '../core/rtcp.ts'
import { isRtcp, readRtp, transportSequenceOf, type Codec, type RtpPacket } from '../core/rtp.ts'
import { openTwcc } from '../core/twcc.ts'
import type { LineStats, TrackKind } from '../port.ts'
import type { JournalWriter } from '../mux/journal.files.ts'
import { openStream, type Stream } from './stream.ts'

/** 线路 — what one peer sends in one generation, over one connection or from a pusher that has none. */
export type Line = {
  readonly peer: string
  readonly generation: number
  readonly kinds: readonly TrackKind[]
  readonly state: () => 'opening' | 'up' | 'lost' | 'down'
  /** Whatever came from the other side, RTP or RTCP. */
  readonly heard: (packet: Uint8Array) => void
  readonly standing: (state: 'up' | 'lost' | 'down') => void
  readonly streamOf: (kind: TrackKind) => Stream | undefined
  readonly tick: (now: number) => void
  readonly stats: (now: number) => LineStats
  readonly close: () => Promise<void>
}

export type LineAsk = {
  readonly peer: string
  readonly generation: number
  readonly tracks: readonly LineTrack[]
  readonly transportSequenceId?: number
  readonly maxVideoKbps: number
  readonly now: () => number
  /** To the sender: reports, requests. */
  readonly send: (packet: Uint8Array) => void
  readonly journal: (kind: TrackKind, codec: Codec) => JournalWriter
  readonly changed: (line: Line, state: 'up' | 'lost' | 'back' | 'down') => void
  readonly packet: (line: Line, stream: Stream, packet: RtpPacket, now: number) => void
  readonly clock: (line: Line, stream: Stream, clock: SenderClock) => void
}
export type LineTrack = {
  readonly kind: TrackKind
  readonly codec: Codec
  readonly payloadType: number
  readonly repeats: boolean
}

/** We as the receiver of reports have no number of our own; browsers take any. */
const receiver = 1
const feedbackEveryMs = 50
const reportEveryMs = 1_000
const lostAfterMs = 3_000
/** A browser that was answered and never came. */
const opensWithinMs = 30_000
const windowSeconds = 5
/** A browser that heeds its limit never sends so much of it in a second; what comes above is not let fill the disk. */
const mostTimesAllowed = 4
const allowedBesideKbps = 2_000

export function openLine(ask: LineAsk): Line {
  const { peer, generation, tracks, now } = ask
  const byFormat = new Map<number, Stream>()
  const twcc = openTwcc(receiver)
  const openedAt = now()
  let state: ReturnType<Line['state']> = 'opening'
  let heardAt = openedAt
  let fedBackAt = openedAt
  let reportedAt = openedAt
  const history: Sample[] = []
  const mostBytes = (ask.maxVideoKbps * mostTimesAllowed + allowedBesideKbps) * 125
  let second = { from: openedAt, bytes: 0 }

  for (const { kind, codec, payloadType, repeats } of tracks) {
    const source = { id: `${generation}`, codec }
    byFormat.set(payloadType, openStream({ kind, codec, source, repeats, journal: ask.journal(kind, codec) }))
  }
  const streams = [...byFormat.values()]
  const streamOf = (kind: TrackKind) => streams.find((stream) => stream.kind === kind)

  const line: Line = {
    peer,
    generation,
    kinds: tracks.map((track) => track.kind),
    state: () => state,
    streamOf,
    heard(bytes) {
      if (state === 'down') return
      const at = now()
      if (isRtcp(bytes)) return control(bytes, at)
      if (isTooMuch(bytes.length, at)) return
      const packet = readRtp(bytes)
      const stream = packet && byFormat.get(packet.payloadType)
      if (!packet || !stream) return
      if (ask.transportSequenceId) {
        const sequence = transportSequenceOf(packet, ask.transportSequenceId)
        if (sequence !== undefined) twcc.note(sequence, at)
      }
      heardAt = at
      const news = stream.heard(packet, at)
      if (state === 'opening') turn('up', 'up')
      if (state === 'lost') turn('up', 'back')
      if (news) ask.packet(line, stream, news, at)
      request(stream, at)
    },
    standing(said) {
      if (said === 'down') turn('down', 'down')
      if (said === 'lost' && state === 'up') turn('lost', 'lost')
    },
    tick(at) {
      if (state === 'down') return
      if (state === 'opening' && at - openedAt > opensWithinMs) return turn('down', 'down')
      if (state === 'up' && at - heardAt > lostAfterMs) turn('lost', 'lost')
      for (const stream of streams) request(stream, at)
      if (at - fedBackAt >= feedbackEveryMs) {
        fedBackAt = at
        feedBack()
      }
      if (at - reportedAt >= reportEveryMs) {
        reportedAt = at
        report(at)
      }
    },
    stats(at) {
      const since = history[0]
      const last = sample(at)
      const seconds = since ? (last.at - since.at) / 1000 : 0
      const expected = since ? last.expected - since.expected : 0
      const roundTripMs = streams
        .map((stream) => stream.counts().roundTripMs)
        .find((each) => each !== undefined)
      return {
        peer,
        generation,
        kbps: since && seconds > 0 ? Math.round(((last.octets - since.octets) * 8) / 1000 / seconds) : 0,
        lost: since && expected > 0 ? Math.max(0, Math.min(1, (last.missed - since.missed) / expected)) : 0,
        silentMs: Math.round(at - heardAt),
        ...(roundTripMs === undefined ? {} : { roundTripMs: Math.round(roundTripMs) }),
      }
    },
    async close() {
      if (state !== 'down') turn('down', 'down')
      await Promise.all(streams.map((stream) => stream.close(now())))
    },
  }
  return line

  function isTooMuch(bytes: number, at: number): boolean {
    if (at - second.from >= 1_000) second = { from: at, bytes: 0 }
    second.bytes += bytes
    return second.bytes > mostBytes
  }

  function turn(to: typeof state, told: 'up' | 'lost' | 'back' | 'down'): void {
    if (state === 'down' || state === to) return
    state = to
    ask.changed(line, told)
  }

  function control(bytes: Uint8Array, at: number): void {
    for (const part of readRtcp(bytes)) {
      if (part.t !== 'sr') continue
      const stream = streams.find((each) => each.ssrc() === part.ssrc)
      if (!stream) continue
      stream.clock(part, at)
      ask.clock(line, stream, part)
    }
  }

  function request(stream: Stream, at: number): void {
    const ssrc = stream.ssrc()
    if (ssrc === undefined) return
    const { nack, pli } = stream.due(at)
    if (nack.length > 0) ask.send(buildNack(receiver, ssrc, nack))
    if (pli) ask.send(buildPli(receiver, ssrc))
  }

  function feedBack(): void {
    const media = streamOf('video')?.ssrc() ?? streamOf('audio')?.ssrc()
    if (media === undefined) return
    for (let told = twcc.report(media); told; told = twcc.report(media)) ask.send(told)
  }

  function report(at: number): void {
    history.push(sample(at))
    if (history.length > windowSeconds) history.shift()
    const blocks = streams.map((stream) => stream.block(at)).filter((block): block is ReportBlock => !!block)
    if (blocks.length > 0) ask.send(buildRr(receiver, blocks))
    const video = streamOf('video')?.ssrc()
    if (video !== undefined) ask.send(buildRemb(receiver, ask.maxVideoKbps * 1000, [video]))
  }

  function sample(at: number): Sample {
    const counts = streams.map((stream) => stream.counts())
    return {
      at,
      octets: counts.reduce((sum, each) => sum + each.octets, 0),
      expected: counts.reduce((sum, each) => sum + each.expected, 0),
      missed: counts.reduce((sum, each) => sum + each.givenUp + each.missing, 0),
    }
  }
}

type Sample = { at: number; octets: number; expected: number; missed: number }
