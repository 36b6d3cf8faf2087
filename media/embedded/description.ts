import type { Codec } from '../core/rtp.ts'
import type { TrackKind } from '../port.ts'

/**
 * 会话描述 — the little of SDP that a line needs. An offer is read, never trusted: what is not understood is left out, and
 * the answer is written here, so that every transport answers alike. Sources: RFC 8829, 8843, 4566.
 */
export type Offer = {
  readonly ufrag: string
  readonly password: string
  /** `sha-256 AA:BB:…` */
  readonly fingerprint: string
  readonly sections: readonly Section[]
}

export type Section = {
  readonly mid: string
  readonly kind: TrackKind
  readonly sends: boolean
  readonly receives: boolean
  /** In the order in which the browser prefers them. */
  readonly formats: readonly Format[]
  /** The id of the header extension that numbers every packet of the connection, for the sender's estimate of the way. */
  readonly transportSequenceId?: number
}

export type Format = {
  readonly payloadType: number
  readonly codec: Codec
  readonly settings?: string
  /** Whether the browser repeats packets of it on request; audio mostly is not offered so. */
  readonly repeats: boolean
}

/** 传输参数 — what the answering side puts into its description about the connection itself. */
export type Local = {
  readonly ufrag: string
  readonly password: string
  readonly fingerprint: string
  readonly setup: 'active' | 'passive'
  /** `candidate:…` without the leading `a=`. */
  readonly candidates: readonly string[]
}

/** What one section of the answer says; the sections of the offer that have none are refused. */
export type Accepted = {
  readonly direction: 'sendonly' | 'recvonly'
  readonly formats: readonly Format[]
  /** The number under which we send. */
  readonly ssrc?: number
  readonly stream?: string
  readonly maxKbps?: number
}

export const transportSequenceUri =
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'

/** Longer than any browser writes; a hostile text is not even read. */
const longestOffer = 100_000

/** What was offered, or nothing when it is no offer that a line can be made of. */
export function readOffer(text: string): Offer | undefined {
  if (text.length > longestOffer || !text.startsWith('v=0')) return undefined
  const [head = '', ...bodies] = text.split(/\r?\n(?=m=)/)
  const ufrag = first(text, /^a=ice-ufrag:([\w+/]{4,256})\s*$/m)
  const password = first(text, /^a=ice-pwd:([\w+/]{22,256})\s*$/m)
  const fingerprint = first(text, /^a=fingerprint:(sha-256 [0-9A-F:]{95})\s*$/im)
  const setup = first(text, /^a=setup:(\w+)/m)
  if (!ufrag || !password || !fingerprint || setup === 'passive') return undefined
  const sections = bodies.map((body) => readSection(head, body))
  const usable = sections.filter((section) => section !== undefined)
  const kinds = new Set(usable.map((section) => section.kind))
  const mids = new Set(usable.map((section) => section.mid))
  if (usable.length === 0 || usable.length !== sections.length) return undefined
  if (kinds.size !== usable.length || mids.size !== usable.length) return undefined
  return { ufrag, password, fingerprint, sections: usable }
}

function readSection(head: string, body: string): Section | undefined {
  const line = /^m=(audio|video) \d+ UDP\/TLS\/RTP\/SAVPF ([\d ]+)\s*$/m.exec(body)
  const mid = first(body, /^a=mid:([\w.-]{1,32})\s*$/m)
  if (!line || !mid) return undefined
  const kind = line[1] as TrackKind
  const direction = first(`${body}\n${head}`, /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m) ?? 'sendrecv'
  const formats = line[2]!
    .trim()
    .split(' ')
    .flatMap((payloadType) => readFormat(body, kind, Number(payloadType)) ?? [])
  const transportSequenceId = Number(
    first(body, new RegExp(`^a=extmap:(\\d{1,2})(?:/\\w+)? ${transportSequenceUri}`, 'm')),
  )
  return {
    mid,
    kind,
    sends: direction === 'sendrecv' || direction === 'sendonly',
    receives: direction === 'sendrecv' || direction === 'recvonly',
    formats,
    ...(transportSequenceId ? { transportSequenceId } : {}),
  }
}

function readFormat(body: string, kind: TrackKind, payloadType: number): Format | undefined {
  const name = first(body, new RegExp(`^a=rtpmap:${payloadType} ([\\w-]+)/`, 'm'))?.toLowerCase()
  const settings = first(body, new RegExp(`^a=fmtp:${payloadType} ([^\\r\\n]{1,300})`, 'm'))
  const codec = codecOf(kind, name, settings)
  if (!codec) return undefined
  const repeats = new RegExp(`^a=rtcp-fb:(?:${payloadType}|\\*) nack\\s*$`, 'm').test(body)
  return { payloadType, codec, repeats, ...(settings ? { settings } : {}) }
}

/** H.264 only in the form that every phone speaks: baseline, a picture may be cut over packets. */
function codecOf(kind: TrackKind, name: string | undefined, settings = ''): Codec | undefined {
  if (kind === 'audio') return name === 'opus' ? 'opus' : undefined
  if (name === 'vp8') return 'vp8'
  const isBaseline = /packetization-mode=1/.test(settings) && /profile-level-id=42/i.test(settings)
  return name === 'h264' && isBaseline ? 'h264' : undefined
}

/** The answer, in the order of the offer; all sections share the connection of the first that is accepted. */
export function writeAnswer(
  offer: Offer,
  local: Local,
  accepted: (section: Section) => Accepted | undefined,
): string {
  const bundled = offer.sections.filter((section) => accepted(section))
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${bundled.map((section) => section.mid).join(' ')}`,
    'a=msid-semantic: WMS *',
  ]
  for (const section of offer.sections) lines.push(...sectionLines(section, local, accepted(section)))
  return `${lines.join('\r\n')}\r\n`
}

function sectionLines(section: Section, local: Local, said: Accepted | undefined): string[] {
  const { kind, mid } = section
  if (!said) {
    const unwanted = section.formats[0]?.payloadType ?? 0
    return [`m=${kind} 0 UDP/TLS/RTP/SAVPF ${unwanted}`, 'c=IN IP4 0.0.0.0', `a=mid:${mid}`, 'a=inactive']
  }
  const types = said.formats.map((format) => format.payloadType).join(' ')
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${types}`,
    'c=IN IP4 0.0.0.0',
    ...(said.maxKbps && kind === 'video' ? [`b=AS:${said.maxKbps}`, `b=TIAS:${said.maxKbps * 1000}`] : []),
    `a=mid:${mid}`,
    `a=${said.direction}`,
    'a=rtcp-mux',
    'a=rtcp-rsize',
    `a=ice-ufrag:${local.ufrag}`,
    `a=ice-pwd:${local.password}`,
    `a=fingerprint:${local.fingerprint}`,
    `a=setup:${local.setup}`,
    ...(said.direction === 'recvonly' && section.transportSequenceId
      ? [`a=extmap:${section.transportSequenceId} ${transportSequenceUri}`]
      : []),
    ...said.formats.flatMap((format) => formatLines(format, said.direction)),
    ...(said.ssrc
      ? [`a=msid:${said.stream} ${said.stream}-${kind}`, `a=ssrc:${said.ssrc} cname:${said.stream}`]
      : []),
    ...local.candidates.map((candidate) => `a=${candidate}`),
    'a=end-of-candidates',
  ]
}

function formatLines({ payloadType, codec, settings, repeats }: Format, direction: string): string[] {
  const name = { opus: 'opus/48000/2', vp8: 'VP8/90000', h264: 'H264/90000' }[codec]
  const feedback = [
    ...(repeats ? ['nack'] : []),
    ...(codec === 'opus' ? [] : ['nack pli', 'ccm fir', 'goog-remb']),
    ...(direction === 'recvonly' ? ['transport-cc'] : []),
  ]
  return [
    `a=rtpmap:${payloadType} ${name}`,
    ...(settings ? [`a=fmtp:${payloadType} ${settings}`] : []),
    ...feedback.map((word) => `a=rtcp-fb:${payloadType} ${word}`),
  ]
}

const first = (text: string, pattern: RegExp): string | undefined => pattern.exec(text)?.[1]
