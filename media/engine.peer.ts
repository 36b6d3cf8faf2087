import { readRtcp } from './core/rtcp.ts'
import { isRtcp, openUnwrap, putU16, putU32, readRtp, writeRtp, type RtpPacket } from './core/rtp.ts'
import { readVp8 } from './core/vp8.ts'
import { transportSequenceUri, type Local } from './embedded/description.ts'
import { openDial, type PortableEnd } from './embedded/transport.werift.ts'
import type { MediaEngine, TrackKind, Transport } from './port.ts'

/**
 * 替身 — a browser for the contract of the engines: the SDP, ICE, DTLS and numbers of one, and pictures that are none. Each
 * packet carries its place in the line, so whoever receives it can say what is missing.
 */
export type Peer = {
  publish(ask: {
    room: string
    peer: string
    kinds?: readonly TrackKind[]
    transport?: Transport
  }): Promise<number>
  /** So many pictures of three packets each, and sound beside them; much faster than life unless it is said. */
  sends(pictures: number, everyMs?: number): Promise<void>
  watch(ask: {
    room: string
    peer: string
    of: string
    kinds: readonly TrackKind[]
    transport?: Transport
  }): Promise<string>
  /** The packets that came, in the order of their numbers. */
  received(kind: TrackKind): readonly Received[]
  /** Until so many packets of the kind came in all. */
  hears(kind: TrackKind, count: number): Promise<void>
  /** How often the engine asked it for a key frame, and for packets again. */
  asked(): { readonly keys: number; readonly again: number }
  sent(kind: TrackKind): number
  /** On which ports of the engine it was answered. */
  enginePorts(): readonly number[]
  close(): void
}
export type Received = {
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
  readonly pictureId: number | undefined
  readonly isKey: boolean
  /** What the sender wrote into it: its own count. */
  readonly place: number
}

export type PeerAsk = {
  readonly engine: MediaEngine
  /** 0…1, from a seed. */
  readonly random: () => number
  /** Of what it sends, the share that its network loses, the second and third attempt too. */
  readonly loses?: number
}

const formats = { audio: 111, video: 96 } as const
const sequenceId = 3
const piecesOfPicture = 3

export async function openPeer({ engine, random, loses = 0 }: PeerAsk): Promise<Peer> {
  const dial = await openDial({ fault: () => {} })
  const ends: { close(): void }[] = []
  const came = new Map<TrackKind, Map<number, Received>>([
    ['audio', new Map()],
    ['video', new Map()],
  ])
  const unwraps = { audio: openUnwrap(16), video: openUnwrap(16) }
  const counts = { audio: 0, video: 0 }
  const ports = new Set<number>()
  let hearers: (() => void)[] = []
  let keys = 0
  let again = 0
  let out: Outgoing | undefined

  const connected = async (role: 'offers' | 'answers', packet: (bytes: Uint8Array) => void) => {
    let isUp = () => {}
    const up = new Promise<void>((done) => (isUp = done))
    const end = await dial(role, { packet, state: (state) => state === 'up' && isUp() })
    ends.push(end)
    return { end, up }
  }

  function start(end: PortableEnd, description: string): void {
    const remote = readLocal(description)
    for (const candidate of remote.candidates) ports.add(Number(candidate.split(' ')[5]))
    end.start(remote)
  }

  function feedback(bytes: Uint8Array, line: Outgoing): void {
    if (!isRtcp(bytes)) return
    for (const part of readRtcp(bytes)) {
      if (part.t === 'pli' || part.t === 'fir') {
        keys++
        line.needsKey = true
      }
      if (part.t !== 'nack') continue
      again += part.lost.length
      for (const lost of part.lost) {
        const kept = line.kept.get(`${part.media}/${lost}`)
        if (kept) line.send(kept)
      }
    }
  }

  function heard(bytes: Uint8Array): void {
    const packet = readRtp(bytes)
    if (!packet) return
    const kind = packet.payloadType === formats.audio ? 'audio' : 'video'
    const sequence = unwraps[kind](packet.sequence)
    came.get(kind)!.set(sequence, receivedOf(packet, sequence, kind))
    for (const each of hearers) each()
  }

  function put(line: Outgoing, kind: TrackKind, payload: Uint8Array, marker: boolean, step: number) {
    const track = line[kind]
    track.sequence = (track.sequence + 1) & 0xffff
    track.timestamp = (track.timestamp + step) >>> 0
    const { sequence, timestamp, ssrc } = track
    const bytes = numbered(
      writeRtp({ payloadType: formats[kind], sequence, timestamp, ssrc, marker }, payload),
      ++line.transportSequence,
    )
    line.kept.set(`${ssrc}/${sequence}`, bytes)
    counts[kind]++
    line.send(bytes)
  }

  return {
    async publish({ kinds = ['audio', 'video'], ...ask }) {
      const { end, up } = await connected('offers', (bytes) => feedback(bytes, line))
      const track = () => ({
        ssrc: Math.floor(random() * 2 ** 31) + 2,
        sequence: Math.floor(random() * 2 ** 16),
        timestamp: Math.floor(random() * 2 ** 32),
      })
      const line: Outgoing = {
        audio: track(),
        video: track(),
        kept: new Map(),
        transportSequence: 0,
        picture: Math.floor(random() * 2 ** 15),
        needsKey: true,
        kinds,
        send: (bytes) => random() >= loses && end.send(bytes),
      }
      const offer = offerText(end.local, 'sendonly', kinds, (kind) => line[kind].ssrc)
      const { answer, generation } = await engine.publish({ ...ask, offer })
      start(end, answer)
      await up
      out = line
      return generation
    },
    async sends(pictures, everyMs = 4) {
      const line = out
      if (!line) throw new Error('it does not publish')
      for (let n = 0; n < pictures; n++) {
        if (line.kinds.includes('video')) {
          const isKey = line.needsKey
          line.needsKey = false
          line.picture = (line.picture + 1) & 0x7fff
          for (let piece = 0; piece < piecesOfPicture; piece++) {
            const payload = pieceOf(line.picture, piece, isKey, counts.video)
            put(line, 'video', payload, piece === piecesOfPicture - 1, piece === 0 ? 3_600 : 0)
          }
        }
        for (let frame = 0; frame < 2 && line.kinds.includes('audio'); frame++) {
          const payload = new Uint8Array(40)
          putU32(payload, 0, counts.audio)
          put(line, 'audio', payload, false, 960)
        }
        await new Promise((done) => setTimeout(done, everyMs))
      }
    },
    async watch(ask) {
      const { end, up } = await connected('offers', heard)
      const said = await engine.watch({ ...ask, offer: offerText(end.local, 'recvonly', ask.kinds) })
      if ('answer' in said) {
        start(end, said.answer)
        await up
        return said.watch
      }
      end.close()
      const answering = await connected('answers', heard)
      const answer = offerText(answering.end.local, 'recvonly', ask.kinds)
      await engine.answered({ room: ask.room, watch: said.watch, answer })
      start(answering.end, said.offer)
      await answering.up
      return said.watch
    },
    received: (kind) => [...came.get(kind)!.entries()].sort(([a], [b]) => a - b).map(([, each]) => each),
    hears: (kind, count) =>
      new Promise((done) => {
        const look = () => {
          if (came.get(kind)!.size < count) return
          hearers = hearers.filter((each) => each !== look)
          done()
        }
        hearers.push(look)
        look()
      }),
    asked: () => ({ keys, again }),
    sent: (kind) => counts[kind],
    enginePorts: () => [...ports],
    close() {
      for (const end of ends) end.close()
    },
  }
}

type Track = { readonly ssrc: number; sequence: number; timestamp: number }
type Outgoing = {
  readonly audio: Track
  readonly video: Track
  readonly kept: Map<string, Uint8Array>
  readonly kinds: readonly TrackKind[]
  readonly send: (bytes: Uint8Array) => unknown
  transportSequence: number
  picture: number
  needsKey: boolean
}

/** A VP8 descriptor with a long picture id and a TL0 index, a header of a 640 × 480 frame, and the packet's place. */
function pieceOf(picture: number, piece: number, isKey: boolean, place: number): Uint8Array {
  const bytes = new Uint8Array(300)
  bytes.set([piece === 0 ? 0x90 : 0x80, 0xc0])
  putU16(bytes, 2, 0x8000 | picture)
  bytes[4] = picture & 0xff
  if (piece === 0) bytes.set([isKey ? 0x10 : 0x11, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01], 5)
  else bytes[5] = 0xff
  putU32(bytes, 16, place)
  return bytes
}

function receivedOf(packet: RtpPacket, sequence: number, kind: TrackKind): Received {
  const { bytes, headerBytes: at, timestamp, ssrc } = packet
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const isVideo = kind === 'video'
  return {
    sequence,
    timestamp,
    ssrc,
    pictureId: isVideo ? readVp8(packet)?.pictureId?.value : undefined,
    isKey: isVideo && bytes[at] === 0x90 && (bytes[at + 5]! & 1) === 0,
    place: view.getUint32(at + (isVideo ? 16 : 0)),
  }
}

/** The packet with the one extension that every browser sends: its number over the whole connection. */
function numbered(bytes: Uint8Array, sequence: number): Uint8Array {
  const wide = new Uint8Array(bytes.length + 8)
  wide.set(bytes.subarray(0, 12))
  wide[0] = bytes[0]! | 0x10
  wide.set([0xbe, 0xde, 0, 1, (sequenceId << 4) | 1, (sequence >> 8) & 0xff, sequence & 0xff, 0], 12)
  wide.set(bytes.subarray(12), 20)
  return wide
}

/** The description of a browser that sends or receives these kinds. */
export function offerText(
  local: Local,
  direction: 'sendonly' | 'recvonly',
  kinds: readonly TrackKind[],
  ssrcOf?: (kind: TrackKind) => number,
): string {
  const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0']
  lines.push(`a=group:BUNDLE ${kinds.map((_, at) => at).join(' ')}`, 'a=msid-semantic: WMS peer')
  for (const [at, kind] of kinds.entries()) {
    const format = formats[kind]
    lines.push(
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${format}`,
      'c=IN IP4 0.0.0.0',
      'a=rtcp:9 IN IP4 0.0.0.0',
      `a=ice-ufrag:${local.ufrag}`,
      `a=ice-pwd:${local.password}`,
      `a=fingerprint:${local.fingerprint}`,
      `a=setup:${local.setup === 'passive' ? 'actpass' : 'active'}`,
      `a=mid:${at}`,
      `a=extmap:${sequenceId} ${transportSequenceUri}`,
      `a=${direction}`,
      'a=rtcp-mux',
      'a=rtcp-rsize',
      kind === 'audio' ? `a=rtpmap:${format} opus/48000/2` : `a=rtpmap:${format} VP8/90000`,
      `a=rtcp-fb:${format} nack`,
      `a=rtcp-fb:${format} transport-cc`,
      ...(kind === 'video' ? [`a=rtcp-fb:${format} nack pli`, `a=rtcp-fb:${format} goog-remb`] : []),
      ...(ssrcOf ? [`a=msid:peer ${kind}`, `a=ssrc:${ssrcOf(kind)} cname:peer`] : []),
      ...local.candidates.map((candidate) => `a=${candidate}`),
    )
  }
  return `${lines.join('\r\n')}\r\n`
}

function readLocal(description: string): Local {
  const one = (name: string): string => new RegExp(`^a=${name}:(.+?)\\s*$`, 'm').exec(description)?.[1] ?? ''
  return {
    ufrag: one('ice-ufrag'),
    password: one('ice-pwd'),
    fingerprint: one('fingerprint'),
    setup: 'active',
    candidates: [...new Set(description.match(/(?<=^a=)candidate:.+ udp .+ typ host/gim))],
  }
}
