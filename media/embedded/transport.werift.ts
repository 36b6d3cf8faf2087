import type { RTCDtlsTransport, RTCIceTransport } from 'werift'
import type { Local } from './description.ts'
import { announced, type Carrier, type CarrierSettings, type Link, type LinkHears } from './transport.ts'

/**
 * 可移植传输 — werift's ICE, DTLS and SRTP in plain JavaScript, without its receivers and senders: its own repair loses two
 * thirds of the pictures at 5 % loss, and its rate feedback starves the sender (media.md 3). It also takes the relayed
 * TCP connections that libjuice refuses (libjuice#355).
 */
export async function openPortable(settings: CarrierSettings): Promise<Carrier> {
  const dial = await openDial(settings)
  return {
    transport: 'portable',
    async connect(offer, hear) {
      const end = await dial('answers', hear)
      end.start({ ...offer, candidates: [] })
      return end
    },
    end: () => {},
  }
}

/** One end of a connection; its own parameters are known before those of the other end. */
export type PortableEnd = Link & { start(remote: Omit<Local, 'setup'>): void }

/** 连接端 — either end; the one that offers leads the search for a way, and waits for the other one's handshake. */
export async function openDial(settings: CarrierSettings) {
  const library = await import('werift')
  const { bindAddress, publicAddress, udpPort, fault } = settings
  const certificate = await library.RTCDtlsTransport.SetupCertificate()
  const print = certificate.getFingerprints().find((each) => each.algorithm === 'sha-256')
  if (!print) throw new Error('no SHA-256 fingerprint of the own certificate')
  const fingerprint = `sha-256 ${print.value}`

  return async (role: 'answers' | 'offers', hear: LinkHears): Promise<PortableEnd> => {
    const ice = new library.RTCIceTransport(
      new library.RTCIceGatherer({
        useIpv4: true,
        useIpv6: true,
        useTcp: false,
        ...(bindAddress ? addressOf(bindAddress) : {}),
        ...(udpPort ? { portRange: [udpPort + 1, udpPort + portsAbove] } : {}),
      }),
    )
    const dtls = new library.RTCDtlsTransport({}, ice, certificate, [...srtpProfiles])
    let isClosed = false
    const tell = (state: 'up' | 'lost' | 'down'): void => {
      if (!isClosed) hear.state(state)
    }
    const close = (): void => {
      if (isClosed) return
      isClosed = true
      dtls.dtls?.close()
      dtls.stop().catch((cause: unknown) => fault('close', cause))
    }
    const guard = (what: string, run: () => void): void => {
      try {
        run()
      } catch (cause) {
        fault(what, cause)
      }
    }

    ice.connection.iceControlling = role === 'offers'
    ice.onStateChange.subscribe((state) => {
      if (state === 'disconnected') tell('lost')
      if (state === 'failed' || state === 'closed') tell('down')
    })
    dtls.onStateChange.subscribe((state) => {
      if (state === 'connected') tell('up')
      if (state === 'failed' || state === 'closed') tell('down')
    })
    dtls.role = role === 'offers' ? 'server' : 'client'
    // In the place of the library's own hand-over to its receivers, which would answer with feedback of their own.
    dtls.startSrtp = () => {
      dtls.updateSrtpSession()
      ice.connection.onData.subscribe((data: Buffer) => {
        if (isClosed || data.length < 12 || data[0]! >> 6 !== 2) return
        guard('packet', () =>
          hear.packet(isControl(data) ? dtls.srtcp.decrypt(data) : dtls.srtp.decrypt(data)),
        )
      })
    }
    try {
      await ice.gather()
    } catch (cause) {
      close()
      throw cause
    }
    widen(ice.connection)

    return {
      local: localOf(ice, fingerprint, role === 'offers' ? 'passive' : 'active', publicAddress),
      start(remote) {
        const { ufrag: usernameFragment, password, candidates } = remote
        const [algorithm = '', value = ''] = remote.fingerprint.split(' ')
        const prints = [new library.RTCDtlsFingerprint(algorithm.toLowerCase(), value)]
        ice.setRemoteParams(new library.RTCIceParameters({ usernameFragment, password }))
        dtls.setRemoteParams(new library.RTCDtlsParameters(prints, role === 'offers' ? 'client' : 'server'))
        const known = candidates.flatMap((candidate) => library.IceCandidate.fromJSON({ candidate }) ?? [])
        Promise.all(known.map(async (each) => ice.addRemoteCandidate(each)))
          .then(() => ice.start())
          .then(() => (isClosed ? undefined : dtls.start()))
          .catch((cause: unknown) => {
            if (isClosed) return
            fault('connect', cause)
            tell('down')
          })
      },
      send(packet) {
        if (isClosed || dtls.state !== 'connected') return
        guard('send', () => {
          ice.connection.send(sealed(dtls, packet)).catch((cause: unknown) => fault('send', cause))
        })
      },
      close,
    }
  }

  function sealed(dtls: RTCDtlsTransport, packet: Uint8Array): Buffer {
    const plain = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength)
    if (isControl(plain)) return dtls.srtcp.encrypt(plain)
    const header = library.RtpHeader.deSerialize(plain)
    return dtls.srtp.encrypt(plain.subarray(header.payloadOffset), header)
  }
}

/** It cannot share a port: each line takes one of these above the configured one. */
const portsAbove = 200

/** AEAD_AES_128_GCM before AES_CM_128_HMAC_SHA1_80 (RFC 7714, 5764). */
const srtpProfiles = [0x0007, 0x0001] as const

/** RTCP on the same port as RTP (RFC 5761); in the clear and sealed alike. */
const isControl = (packet: Uint8Array): boolean => packet[1]! >= 192 && packet[1]! < 224

const addressOf = (address: string) => ({
  interfaceAddresses: address.includes(':') ? { udp6: address } : { udp4: address },
  additionalHostAddresses: [address],
})

function localOf(
  ice: RTCIceTransport,
  fingerprint: string,
  setup: Local['setup'],
  publicAddress: string | undefined,
): Local {
  const { usernameFragment: ufrag, password } = ice.localParameters
  const lines = ice.localCandidates.map((each) => each.toJSON().candidate)
  const candidates = announced(
    lines.map((line) => `candidate:${line.replace(/^candidate:/, '')}`),
    publicAddress,
  )
  return { ufrag, password, fingerprint, setup, candidates }
}

/** The system's own 208 KiB drop what a key frame brings at once; werift keeps its sockets to itself. */
function widen(connection: object): void {
  const { protocols = [] } = connection as { protocols?: readonly Bound[] }
  for (const { transport } of protocols) transport?.socket?.setRecvBufferSize?.(receiveBufferBytes)
}
type Bound = { readonly transport?: { readonly socket?: { setRecvBufferSize?(bytes: number): void } } }

const receiveBufferBytes = 2 * 1024 * 1024
