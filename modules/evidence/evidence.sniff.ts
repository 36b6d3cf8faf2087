import { refuse, type Refusal } from '@open110/kit/refuse'
import type { EvidenceKind, EvidenceWarning } from './evidence.ts'

/** 鉴别 — what a file is by its content. `kind` of a clip may still turn into voice, see `kindAfterProbe`. */
export type Sniffed = { kind: EvidenceKind; mime: SniffedMime; warnings: EvidenceWarning[] }
export type SniffedMime = (typeof readableTypes)[number]
export type SniffRefusal = Refusal<'attachment.file-missing' | 'attachment.kind-unsupported'>

/** How many bytes `sniff` wants to see: the first of the file, and the last when the file is longer. */
export const headBytes = 64 * 1024
export const tailBytes = 66 * 1024

export const readableTypes = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/heic',
  'image/avif',
  'video/mp4',
  'video/quicktime',
  'video/3gpp',
  'video/webm',
  'video/x-matroska',
  'video/ogg',
  'audio/mp4',
  'audio/mpeg',
  'audio/aac',
  'audio/ogg',
  'audio/wav',
  'audio/amr',
  'application/pdf',
] as const

/**
 * Looks at the first bytes (and the last, for archives glued to the end). What is neither picture, clip, voice nor
 * PDF is refused with what it was found to be: `web-page`, `script`, `program`, `archive`, `document`, `playlist`,
 * `unknown`.
 */
export function sniff(head: Uint8Array, tail: Uint8Array = new Uint8Array()): Sniffed | SniffRefusal {
  if (head.length === 0) return refuse('attachment.file-missing', { accepts: readableTypes })
  const text = latin(head)
  const mime = typeOf(head, text)
  if (!mime) {
    return refuse('attachment.kind-unsupported', { found: strangerOf(text), accepts: readableTypes })
  }
  const warnings: EvidenceWarning[] = hidesSomething(mime, text, latin(tail)) ? ['hidden-content'] : []
  return { kind: kindOf(mime), mime, warnings }
}

/** Android and browsers record voice into the containers of video: without a picture track it is voice. */
export function kindAfterProbe(
  kind: EvidenceKind,
  probe: { hasVideo: boolean; hasAudio: boolean },
): EvidenceKind {
  return kind === 'video' && probe.hasAudio && !probe.hasVideo ? 'voice' : kind
}

function kindOf(mime: SniffedMime): EvidenceKind {
  if (mime.startsWith('image/')) return 'photo'
  if (mime.startsWith('audio/')) return 'voice'
  return mime.startsWith('video/') ? 'video' : 'file'
}

/** One character a byte, so that signatures can be written as text. */
function latin(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  }
  return text
}

function typeOf(head: Uint8Array, text: string): SniffedMime | undefined {
  // A magic number alone is three bytes that anybody can put before a web page: the next field must fit as well.
  if (/^\xff\xd8\xff[\xc0-\xcf\xdb\xdd\xe0-\xef\xfe]/.test(text)) return 'image/jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')) return 'image/png'
  if (/^GIF8[79]a(?!\0\0|..\0\0)/s.test(text)) return 'image/gif'
  if (/^RIFF....WEBPVP8[ LX]/s.test(text)) return 'image/webp'
  if (/^RIFF....WAVE/s.test(text)) return 'audio/wav'
  if (text.startsWith('#!AMR\n') || text.startsWith('#!AMR-WB\n')) return 'audio/amr'
  if (text.startsWith('\x1aE\xdf\xa3')) return matroskaOf(text)
  if (text.startsWith('OggS\0')) return oggOf(text)
  if (text.startsWith('%PDF-')) return 'application/pdf'
  return boxedOf(head, text) ?? (isMp3(head, text) ? 'audio/mpeg' : isAdts(head) ? 'audio/aac' : undefined)
}

function matroskaOf(text: string): SniffedMime | undefined {
  const docType = /\x42\x82[\x80-\xff](webm|matroska)/.exec(text.slice(0, 256))?.[1]
  if (!docType) return undefined
  return docType === 'webm' ? 'video/webm' : 'video/x-matroska'
}

function oggOf(text: string): SniffedMime | undefined {
  const pages = text.slice(0, 512)
  if (/\x80theora/.test(pages)) return 'video/ogg'
  return /OpusHead|\x01vorbis|Speex {3}|\x7fFLAC/.test(pages) ? 'audio/ogg' : undefined
}

/** MP4, MOV, 3GP, M4A, HEIC and AVIF: boxes, the first of which is `ftyp` with a list of brands. */
function boxedOf(head: Uint8Array, text: string): SniffedMime | undefined {
  const size = head.length < 16 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0)
  const first = text.slice(4, 8)
  // QuickTime before `ftyp` existed, and phones that still write it so.
  if ((first === 'moov' || first === 'mdat' || first === 'wide') && size >= 8 && size < 0x20000000)
    return 'video/quicktime'
  if (first !== 'ftyp' || size < 16 || size > 1024 || size % 4 !== 0) return undefined
  const major = text.slice(8, 12)
  const brands = [major, ...(text.slice(16, Math.min(size, text.length)).match(/.{4}/gs) ?? [])]
  const has = (...names: string[]) => names.some((name) => brands.includes(name))
  if (has('avif', 'avis')) return 'image/avif'
  if (has('heic', 'heix', 'heim', 'heis', 'hevc', 'mif1', 'msf1')) return 'image/heic'
  if (/^M4[AB] $/.test(major)) return 'audio/mp4'
  if (major === 'qt  ') return 'video/quicktime'
  if (/^3g[a-z0-9]{2}$/.test(major)) return 'video/3gpp'
  return has('isom', 'iso2', 'iso4', 'iso5', 'iso6', 'mp41', 'mp42', 'avc1', 'dash', 'M4V ', 'MSNV')
    ? 'video/mp4'
    : undefined
}

const mp3Kilobits = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const mp3KilobitsLow = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]

/** Two frame headers in a row: a single sync word is found in any noise. */
function isMp3(head: Uint8Array, text: string): boolean {
  if (/^ID3[\x02-\x04][\0-\x0f].[\0-\x7f]{4}/s.test(text)) return true
  const length = mp3FrameBytes(head, 0)
  return length > 0 && (mp3FrameBytes(head, length) > 0 || head.length === length)
}

function mp3FrameBytes(bytes: Uint8Array, at: number): number {
  const [sync = 0, kind = 0, rates = 0] = bytes.subarray(at, at + 3)
  const version = (kind >> 3) & 3
  const rateIndex = (rates >> 2) & 3
  if (sync !== 0xff || (kind & 0xe6) !== 0xe2 || version === 1 || rateIndex === 3) return 0
  const kilobits = (version === 3 ? mp3Kilobits : mp3KilobitsLow)[rates >> 4] ?? 0
  const rate = [44100, 48000, 32000][rateIndex]! / (version === 3 ? 1 : version === 2 ? 2 : 4)
  return kilobits && Math.floor(((version === 3 ? 144 : 72) * kilobits * 1000) / rate) + ((rates >> 1) & 1)
}

function isAdts(bytes: Uint8Array): boolean {
  const isFrame = (at: number) => bytes[at] === 0xff && (bytes[at + 1]! & 0xf6) === 0xf0
  const length = ((bytes[3]! & 3) << 11) | (bytes[4]! << 3) | (bytes[5]! >> 5)
  return bytes.length > 7 && isFrame(0) && length > 7 && (isFrame(length) || bytes.length === length)
}

const markup = /<(!doctype|html|head|body|script|svg|iframe|\?php)[\s>]/i
const archive = /PK\x03\x04|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c/

/** Polyglots: the picture is real, and so is what somebody hid in it. The view copy is encoded anew and loses it. */
function hidesSomething(mime: SniffedMime, head: string, tail: string): boolean {
  // The directory of a ZIP stands at the end of the file, followed only by a comment of at most 64 kB.
  if (/PK\x05\x06.{18}/s.test(tail || head) || archive.test(head)) return true
  if (mime !== 'application/pdf' && /%PDF-\d/.test(head.slice(0, 1100))) return true
  return markup.test(head) || markup.test(tail)
}

const strangers: readonly (readonly [RegExp, string])[] = [
  [/^(MZ|\x7fELF|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|dex\n|\0asm|[CFZ]WS)/, 'program'],
  [/^(PK[\x03\x05\x07]|Rar!|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd)/, 'archive'],
  [/^(\xd0\xcf\x11\xe0|\{\\rtf)/, 'document'],
  [/^#EXTM3U|^\[playlist\]|^ffconcat/i, 'playlist'],
  [/^#!|^\s*(@echo|function\s*\(|var |const |let |import |eval\()/i, 'script'],
  [/^\s*</, 'web-page'],
  [markup, 'web-page'],
]

function strangerOf(text: string): string {
  // Byte-order marks and the zero bytes of UTF-16 would hide a web page from its signature.
  const plain = text.slice(0, 4096).replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
  const narrow = /^(\0[ -~]|[ -~]\0)/.test(plain) ? plain.replaceAll('\0', '') : plain
  return strangers.find(([sign]) => sign.test(narrow))?.[1] ?? 'unknown'
}
