import { randomBytes, randomInt } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import Rtmp from 'node-media-server/src/protocol/rtmp.js'
import { openPusher, type OpenPlain, type Pusher } from './pusher.ts'

export type RtmpSettings = {
  /** Where it listens; port 0 takes a free one. */
  readonly bindAddress: string
  readonly port: number
  /** As phones reach it, `rtmp://110.example.cn:1935`; else where it listens. */
  readonly publicUrl?: string
  readonly ffmpeg?: string
  /** The door of the router: a peer that only sends, without a browser's connection. */
  readonly plain: OpenPlain
  readonly onFault: (what: string, fault: unknown) => void
}

/** 推流入口 — takes RTMP from a mini-program's pusher: an address of its own for each peer, and nobody else is let in. */
export type RtmpIngest = {
  /** The address for this peer; the same one as long as it is not taken back, for a phone that lost its network pushes again. */
  address(room: string, peer: string): string
  /** Afterwards nobody can push as this peer, or as anybody of this room. */
  revoke(room: string, peer?: string): void
  end(): Promise<void>
}

type Grant = { readonly room: string; readonly peer: string; pusher?: Pusher; socket?: Socket }

const app = 'open110'
/** A handshake and three commands; who has not said a key within so many bytes and seconds is cut. */
const mostBytesBefore = 16_384
const mostMsBefore = 5_000
const mostStrangers = 64
/** One picture. */
const mostMessageBytes = 2_000_000
const mostSilentMs = 15_000

export async function openRtmpIngest(settings: RtmpSettings): Promise<RtmpIngest> {
  const grants = new Map<string, Grant>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    if (sockets.size > grants.size * 2 + mostStrangers) return void socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    welcome(socket)
  })

  const welcome = (socket: Socket) => {
    let grant: Grant | undefined
    let bytes = 0
    const rtmp = new (class extends Rtmp {
      // Room is made for whatever length a stranger names, so the length is looked at first.
      override packetAlloc() {
        if (this.parserPacket.header.length > (grant ? mostMessageBytes : mostBytesBefore))
          throw new Error('too long')
        super.packetAlloc()
      }
      // The key is checked where this says yes, before anything is taken.
      override respondPublish() {}
    })()
    const leave = () => {
      clearTimeout(late)
      if (grant?.socket !== socket) return
      grant.pusher?.close()
      grant.pusher = undefined
      grant.socket = undefined
    }
    rtmp.onOutputCallback = (out) => void socket.write(out)
    rtmp.onPlayCallback = () => socket.destroy()
    rtmp.onConnectCallback = (asked) => {
      if (grant) return void socket.destroy()
      const found = asked.app === app ? grants.get(asked.name) : undefined
      if (!found) {
        rtmp.sendStatusMessage(rtmp.streamId, 'error', 'NetStream.Publish.BadName', 'refused')
        return void socket.end()
      }
      grant = found
      found.pusher?.close()
      found.socket?.destroy()
      found.socket = socket
      found.pusher = openPusher({ ...settings, ...found, ssrcs: [randomInt(2 ** 32), randomInt(2 ** 32)] })
      socket.setTimeout(mostSilentMs)
      rtmp.sendStatusMessage(rtmp.streamId, 'status', 'NetStream.Publish.Start', 'published')
    }
    rtmp.onPacketCallback = ({ codec_type, dts, size, data }) => {
      if (grant?.socket === socket) grant.pusher?.put(codec_type, dts, data.subarray(0, size))
    }
    // From the first byte on and not since the last one: who drips bytes would stay for ever.
    const late = setTimeout(() => grant ?? socket.destroy(), mostMsBefore)
    socket.on('timeout', () => socket.destroy())
    socket.on('error', () => {}) // it closes next
    socket.on('close', leave)
    socket.on('data', (part) => {
      bytes += part.length
      try {
        const isWrong = rtmp.parserData(part) !== null || (!grant && bytes > mostBytesBefore)
        if (isWrong) socket.destroy()
      } catch (fault) {
        socket.destroy()
        if (grant) settings.onFault('a pusher was cut', fault)
      }
    })
  }

  await new Promise<void>((open, failed) => {
    server.once('error', failed)
    server.listen(settings.port, settings.bindAddress, open)
  })
  server.on('error', (fault) => settings.onFault('rtmp', fault))
  const bound = server.address() as { address: string; port: number }
  const base = settings.publicUrl ?? `rtmp://${bound.address}:${bound.port}`

  return {
    address(room, peer) {
      let key = [...grants].find(([, grant]) => grant.room === room && grant.peer === peer)?.[0]
      if (!key) {
        key = randomBytes(24).toString('base64url')
        grants.set(key, { room, peer })
      }
      return `${base}/${app}/${key}`
    },
    revoke(room, peer) {
      for (const [key, grant] of grants) {
        if (grant.room !== room || (peer !== undefined && grant.peer !== peer)) continue
        grants.delete(key)
        grant.pusher?.close()
        grant.socket?.destroy()
      }
    },
    async end() {
      for (const grant of grants.values()) grant.pusher?.close()
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((closed) => server.close(() => closed()))
    },
  }
}
