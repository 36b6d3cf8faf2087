import { buildSr } from '../core/rtcp.ts'
import type { TrackKind } from '../port.ts'
import { readTag, unitsIn } from './flv.ts'
import { openTranscoder, type Transcoder } from './opus.ts'
import { openPackets } from './packets.ts'

/** 单向线路 — what the router hands out for a peer that only sends: RTP and RTCP go in as if a connection had brought them. */
export type PlainLine = { rtp(packet: Uint8Array): void; close(): unknown }
export type PlainTrack = {
  readonly kind: TrackKind
  readonly codec: 'h264' | 'opus'
  readonly payloadType: number
  /** Whether lost packets can be had again: TCP loses none. */
  readonly repeats: boolean
}
export type OpenPlain = (ask: { room: string; peer: string; tracks: readonly PlainTrack[] }) => PlainLine

/** 推流者 — one pusher's messages on their way into the room. */
export type Pusher = { put(type: number, atMs: number, body: Uint8Array): void; close(): void }

const tracks: Readonly<Record<TrackKind, PlainTrack>> = {
  video: { kind: 'video', codec: 'h264', payloadType: 102, repeats: false },
  audio: { kind: 'audio', codec: 'opus', payloadType: 111, repeats: false },
}
/** What a pusher has not begun with after so long, it does not send at all. */
const waitsForKindsMs = 1_000
/** Both clocks are told every so often, so that picture and sound are laid together by them and not by their arrival. */
const clocksEveryMs = 1_000

export function openPusher(ask: {
  readonly room: string
  readonly peer: string
  readonly ssrcs: readonly [video: number, audio: number]
  readonly ffmpeg?: string
  readonly plain: OpenPlain
  readonly onFault: (what: string, fault: unknown) => void
}): Pusher {
  const [videoSsrc, audioSsrc] = ask.ssrcs
  const video = openPackets({
    ssrc: videoSsrc,
    payloadType: tracks.video.payloadType,
    sequence: videoSsrc & 0xffff,
  })
  const audio = openPackets({
    ssrc: audioSsrc,
    payloadType: tracks.audio.payloadType,
    sequence: audioSsrc & 0xffff,
  })
  const seen = new Set<TrackKind>()
  /** Milliseconds of the pusher's clock at which each kind's own was told last. */
  const told = new Map<TrackKind, number>()
  let line: PlainLine | undefined
  let firstMs: number | undefined
  let nowMs = 0
  let epochMs: number | undefined
  let head: { lengthBytes: number; sets: readonly Uint8Array[] } | undefined
  let transcoder: Transcoder | undefined
  let soundFromMs: number | undefined
  let sounds = 0

  const send = (kind: TrackKind, packets: readonly Uint8Array[]) => {
    if (!line) return
    for (const packet of packets) line.rtp(packet)
    if (nowMs - (told.get(kind) ?? -Infinity) < clocksEveryMs) return
    told.set(kind, nowMs)
    epochMs ??= Date.now() - nowMs
    const timestamp = (nowMs * (kind === 'video' ? 90 : 48)) >>> 0
    const clock = { ...ntpOf(epochMs + nowMs), timestamp, packets: 0, octets: 0 }
    line.rtp(buildSr(kind === 'video' ? videoSsrc : audioSsrc, clock))
  }
  const begin = (atMs: number) => {
    firstMs ??= atMs
    if (line || seen.size === 0 || (seen.size < 2 && atMs - firstMs < waitsForKindsMs)) return
    line = ask.plain({ room: ask.room, peer: ask.peer, tracks: [...seen].map((kind) => tracks[kind]) })
  }
  const hearSound = (atMs: number, body: Uint8Array) => {
    soundFromMs ??= atMs
    transcoder ??= openTranscoder({
      ffmpeg: ask.ffmpeg ?? 'ffmpeg',
      onOpus: (packet) => send('audio', [audio.packet(soundFromMs! * 48 + sounds++ * 960, packet, false)]),
      onEnd: (why) => ask.onFault('sound of a pusher', new Error(why)),
    })
    transcoder.put(atMs, body)
  }

  return {
    put(type, atMs, body) {
      const tag = readTag(type, atMs, body)
      if (!tag) return
      nowMs = atMs
      if (tag.t === 'avc-head') head = tag
      seen.add(tag.t.startsWith('avc') ? 'video' : 'audio')
      begin(atMs)
      if (tag.t === 'aac-head' || tag.t === 'aac-frame') return hearSound(atMs, body)
      if (tag.t !== 'avc-frame' || !head) return
      const units = [...(tag.isKey ? head.sets : []), ...unitsIn(tag.data, head.lengthBytes)]
      send('video', video.picture(tag.ptsMs * 90, units))
    },
    close() {
      transcoder?.close()
      line?.close()
      line = undefined
    },
  }
}

/** Seconds since 1900 and the fraction of one, as RTCP writes a moment. */
function ntpOf(ms: number): { ntpSeconds: number; ntpFraction: number } {
  const seconds = Math.floor(ms / 1_000)
  return {
    ntpSeconds: (seconds + 2_208_988_800) >>> 0,
    ntpFraction: Math.floor(((ms / 1_000) % 1) * 2 ** 32),
  }
}
