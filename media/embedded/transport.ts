import type { Transport } from '../port.ts'
import type { Local, Offer } from './description.ts'

/**
 * 连接 — what the router needs of a connection with one browser, whichever library carries it: packets in, packets out, and
 * whether it stands. No library's own repair or rate control is used: both are the router's (media.md 3).
 */
export type Link = {
  readonly local: Local
  /** RTP or RTCP, in the clear. What cannot be sent is lost, as on any network; it never throws. */
  send(packet: Uint8Array): void
  close(): void
}

export type LinkHears = {
  packet(packet: Uint8Array): void
  /** `up` when packets can flow, `lost` when the way broke and may heal, `down` when it is over. */
  state(state: 'up' | 'lost' | 'down'): void
}

/** 传输方式 — makes connections. The browser's candidates are not used: it finds us, and its address is learnt from that. */
export type Carrier = {
  readonly transport: Transport
  connect(offer: Offer, hear: LinkHears): Promise<Link>
  end(): void
}

export type CarrierSettings = {
  /** One UDP port for everybody, where the transport can; otherwise each connection takes a free one. */
  readonly udpPort?: number
  readonly bindAddress?: string
  /** Announced beside the addresses of the machine, for a server behind a translator of addresses. */
  readonly publicAddress?: string
  /** Something was wrong that took one packet or one connection; nobody's call has ended by it. */
  fault(what: string, cause: unknown): void
}

/** The machine's addresses that can be reached, and the public one in the place of the first. */
export function announced(candidates: readonly string[], publicAddress: string | undefined): string[] {
  const plain = candidates.map((line) => line.replace(/^a=/, '').trim())
  const udp = plain.filter((line) => / udp /i.test(line) && / typ host/.test(line))
  if (!publicAddress) return udp
  const translated = udp.find((line) => line.split(' ')[4]?.includes('.'))
  if (!translated) return udp
  const parts = translated.split(' ')
  parts[0] = 'candidate:public'
  parts[4] = publicAddress
  return [parts.join(' '), ...udp]
}
