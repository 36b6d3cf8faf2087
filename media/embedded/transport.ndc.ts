import type { PeerConnection, Track } from 'node-datachannel'
import type { Offer } from './description.ts'
import { announced, type Carrier, type CarrierSettings, type Link, type LinkHears } from './transport.ts'

/**
 * 原生传输 — libdatachannel through node-datachannel. It is told of one section alone, which then carries the packets of
 * all: with several it would share them out by numbers that browsers do not always say, and give reports twice.
 *
 * An exception in one of its callbacks ends the process, so each is wrapped; a track that is not closed is never given back.
 */
export async function openNative(settings: CarrierSettings): Promise<Carrier> {
  const library = await import('node-datachannel')
  library.initLogger('Fatal', () => {})
  library.preload()
  const { udpPort, bindAddress, publicAddress, fault } = settings
  let count = 0

  const guarded =
    <T extends unknown[]>(what: string, run: (...args: T) => void) =>
    (...args: T): void => {
      try {
        run(...args)
      } catch (cause) {
        fault(what, cause)
      }
    }

  async function connect(offer: Offer, hear: LinkHears): Promise<Link> {
    const connection = new library.PeerConnection(`line-${++count}`, {
      iceServers: [],
      disableAutoNegotiation: true,
      forceMediaTransport: true,
      ...(bindAddress ? { bindAddress } : {}),
      ...(udpPort ? { enableIceUdpMux: true, portRangeBegin: udpPort, portRangeEnd: udpPort } : {}),
    })
    let track: Track | undefined
    let isClosed = false
    const close = guarded('close', () => {
      if (isClosed) return
      isClosed = true
      track?.close()
      connection.close()
    })
    try {
      connection.onStateChange(
        guarded('state', (state: string) => {
          if (isClosed) return
          if (state === 'connected') hear.state('up')
          if (state === 'disconnected') hear.state('lost')
          if (state === 'failed' || state === 'closed') hear.state('down')
        }),
      )
      const gathered = new Promise<void>((done) => {
        connection.onGatheringStateChange(guarded('gathering', (state) => state === 'complete' && done()))
      })
      const media = new library.Video('0', 'SendRecv')
      media.addVP8Codec(96)
      track = connection.addTrack(media)
      track.onMessage(guarded('packet', (packet: Buffer) => hear.packet(packet)))
      connection.setRemoteDescription(only(offer), 'offer')
      connection.setLocalDescription('answer')
      await gathered
      const sending = track
      return {
        local: localOf(connection, publicAddress),
        send: guarded('send', (packet: Uint8Array) => {
          if (!isClosed && sending.isOpen())
            sending.sendMessageBinary(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength))
        }),
        close,
      }
    } catch (cause) {
      close()
      throw cause
    }
  }

  return { transport: 'native', connect, end: guarded('end', () => library.cleanup()) }
}

/** The offer with nothing in it but the connection. */
const only = ({ ufrag, password, fingerprint }: Offer): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=sendrecv',
    'a=rtcp-mux',
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:${fingerprint}`,
    'a=setup:actpass',
    'a=rtpmap:96 VP8/90000',
    '',
  ].join('\r\n')

function localOf(connection: PeerConnection, publicAddress: string | undefined): Link['local'] {
  const said = connection.localDescription()?.sdp ?? ''
  const one = (name: string): string => new RegExp(`^a=${name}:(.+?)\\s*$`, 'm').exec(said)?.[1] ?? ''
  return {
    ufrag: one('ice-ufrag'),
    password: one('ice-pwd'),
    fingerprint: one('fingerprint'),
    setup: one('setup') === 'passive' ? 'passive' : 'active',
    candidates: announced(said.match(/^a=candidate:.+$/gm) ?? [], publicAddress),
  }
}
