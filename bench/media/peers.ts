/** 对端 — phones and desks in a process of their own: what they send was encoded beforehand, so they cost as little as can be. */
import { setTimeout as wait } from 'node:timers/promises'
import { Audio, initLogger, PeerConnection, Video, type Track } from 'node-datachannel'
import { isRtcp, readRtp, withNumbers } from '../../media/core/rtp.ts'
import { readRtcp } from '../../media/core/rtcp.ts'
import type { TrackKind } from '../../media/port.ts'
import type { Sample } from './capture.ts'

export type Order =
  | { readonly t: 'sample'; readonly sample: Sample }
  /** Gives an offer. Of what it sends this share is lost on its way, at each attempt. */
  | { readonly t: 'publish'; readonly id: string; readonly loses: number }
  | { readonly t: 'watch'; readonly id: string }
  | { readonly t: 'answer'; readonly id: string; readonly sdp: string }
  /** The engine has offered; gives the answer. */
  | { readonly t: 'offered'; readonly id: string; readonly sdp: string }
  /** Comes back when it stands. */
  | { readonly t: 'up'; readonly id: string }
  | { readonly t: 'go' | 'halt' | 'close'; readonly id: string }
  | { readonly t: 'counts' }
export type Counts = {
  readonly sent: number
  readonly lost: number
  readonly repeated: number
  readonly received: number
}

const formats = { audio: 111, video: 96 } as const
const rates = { audio: 48, video: 90 } as const
const kinds: readonly TrackKind[] = ['audio', 'video']
const tickMs = 5

type Peer = {
  readonly connection: PeerConnection
  readonly tracks: Map<TrackKind, Track>
  readonly sending?: Sending
  isUp: boolean
}
type Sending = {
  readonly loses: number
  readonly lines: Record<TrackKind, { ssrc: number; sequence: number; timestamp: number; next: number }>
  readonly kept: Map<string, Uint8Array>
  beganMs?: number
}

initLogger('Fatal', () => {})
const peers = new Map<string, Peer>()
let sample: { ms: number; tracks: Record<TrackKind, { dueMs: number; packet: Uint8Array }[]> } | undefined
let [sent, lost, repeated, received] = [0, 0, 0, 0]
let seed = 1

/** The same losses in every run (mulberry32). */
function chance(): number {
  seed = (seed + 0x6d2b79f5) >>> 0
  let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

function open(id: string, sending?: Sending): Peer {
  const connection = new PeerConnection(id, { iceServers: [], disableAutoNegotiation: true })
  const peer: Peer = { connection, tracks: new Map(), isUp: false, ...(sending && { sending }) }
  connection.onStateChange((state) => {
    if (state === 'connected') peer.isUp = true
  })
  peers.set(id, peer)
  return peer
}

function add(peer: Peer, kind: TrackKind, direction: 'SendOnly' | 'RecvOnly'): void {
  const media = kind === 'audio' ? new Audio('audio', direction) : new Video('video', direction)
  if (media instanceof Audio) media.addOpusCodec(formats.audio)
  else media.addVP8Codec(formats.video)
  const { sending } = peer
  if (sending) media.addSSRC(sending.lines[kind].ssrc, 'peer', 'peer', kind)
  hear(peer, kind, peer.connection.addTrack(media))
}

function hear(peer: Peer, kind: TrackKind, track: Track): void {
  peer.tracks.set(kind, track)
  track.onMessage((bytes) => {
    if (!isRtcp(bytes)) return void received++
    if (!peer.sending) return
    for (const part of readRtcp(bytes)) {
      if (part.t !== 'nack') continue
      for (const number of part.lost) {
        const kept = peer.sending.kept.get(`${part.media}/${number}`)
        if (!kept) continue
        repeated++
        put(peer, kind, kept)
      }
    }
  })
}

function put(peer: Peer, kind: TrackKind, packet: Uint8Array): void {
  if (chance() < peer.sending!.loses) return void lost++
  peer.tracks.get(kind)!.sendMessageBinary(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength))
}

setInterval(() => {
  if (!sample) return
  const now = performance.now()
  for (const peer of peers.values()) {
    const { sending } = peer
    if (sending?.beganMs === undefined) continue
    for (const kind of kinds) {
      const pieces = sample.tracks[kind]
      const line = sending.lines[kind]
      for (;;) {
        const round = Math.floor(line.next / pieces.length)
        const piece = pieces[line.next % pieces.length]!
        const dueMs = round * sample.ms + piece.dueMs
        if (dueMs > now - sending.beganMs) break
        const numbers = {
          ssrc: line.ssrc,
          sequence: (line.sequence + line.next) & 0xffff,
          timestamp: (line.timestamp + Math.round(dueMs * rates[kind])) >>> 0,
          payloadType: formats[kind],
        }
        const packet = withNumbers(piece.packet, numbers)
        if (sending.loses > 0) {
          sending.kept.set(`${line.ssrc}/${numbers.sequence}`, packet)
          sending.kept.delete(`${line.ssrc}/${(numbers.sequence - 512) & 0xffff}`)
        }
        line.next++
        sent++
        put(peer, kind, packet)
      }
    }
  }
}, tickMs)

async function gathered({ connection }: Peer, type: 'offer' | 'answer'): Promise<string> {
  connection.setLocalDescription(type)
  while (connection.gatheringState() !== 'complete') await wait(2)
  return connection.localDescription()!.sdp
}

async function perform(order: Order): Promise<unknown> {
  switch (order.t) {
    case 'sample': {
      const decode = (kind: TrackKind) =>
        order.sample.tracks[kind].map(({ dueMs, packet }) => ({
          dueMs,
          packet: Buffer.from(packet, 'base64'),
        }))
      sample = {
        ms: order.sample.seconds * 1_000,
        tracks: { audio: decode('audio'), video: decode('video') },
      }
      if (sample.tracks.video.some(({ packet }) => !readRtp(packet))) throw new Error('the sample is no RTP')
      return undefined
    }
    case 'publish': {
      const line = () => ({
        ssrc: Math.floor(chance() * 2 ** 31) + 1,
        sequence: Math.floor(chance() * 2 ** 16),
        timestamp: Math.floor(chance() * 2 ** 32),
        next: 0,
      })
      const { loses } = order
      const peer = open(order.id, { loses, lines: { audio: line(), video: line() }, kept: new Map() })
      for (const kind of kinds) add(peer, kind, 'SendOnly')
      return gathered(peer, 'offer')
    }
    case 'watch': {
      const peer = open(order.id)
      for (const kind of kinds) add(peer, kind, 'RecvOnly')
      return gathered(peer, 'offer')
    }
    case 'answer':
      return known(order.id).connection.setRemoteDescription(order.sdp, 'answer')
    case 'offered': {
      const peer = open(order.id)
      peer.connection.onTrack((track) => hear(peer, track.type() === 'audio' ? 'audio' : 'video', track))
      peer.connection.setRemoteDescription(order.sdp, 'offer')
      return gathered(peer, 'answer')
    }
    case 'up': {
      const peer = known(order.id)
      for (let waited = 0; !peer.isUp && waited < 10_000; waited += 5) await wait(5)
      return peer.isUp
    }
    case 'go':
      known(order.id).sending!.beganMs ??= performance.now()
      return undefined
    case 'halt': {
      const { sending } = known(order.id)
      sending!.beganMs = undefined
      return sending!.lines.video.next
    }
    case 'close': {
      const peer = peers.get(order.id)
      peers.delete(order.id)
      for (const track of peer?.tracks.values() ?? []) track.close()
      peer?.connection.close()
      return undefined
    }
    case 'counts':
      return { sent, lost, repeated, received } satisfies Counts
  }
}

function known(id: string): Peer {
  const peer = peers.get(id)
  if (!peer) throw new Error(`no peer ${id}`)
  return peer
}

process.on('message', ({ q, order }: { q: number; order: Order }) => {
  perform(order).then(
    (gave) => process.send?.({ q, gave }),
    (fault: unknown) => process.send?.({ q, fault: String(fault) }),
  )
})
process.on('disconnect', () => process.exit())
