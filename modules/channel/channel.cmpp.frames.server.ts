import { createHash } from 'node:crypto'

/**
 * CMPP 2.0 (中国移动互联网短信网关接口协议) — the frames that a service provider and a gateway (ISMG) exchange over TCP:
 * a head of total length, command and sequence, each four bytes, then fixed fields. Figures are big-endian, texts are
 * padded with zeros.
 */
export const command = {
  connect: 0x1,
  terminate: 0x2,
  submit: 0x4,
  deliver: 0x5,
  active: 0x8,
} as const
export const answerBit = 0x8000_0000
const version = 0x20
const headBytes = 12
const mostBytes = 4_096

export type Frame = { readonly command: number; readonly sequence: number; readonly body: Buffer }

export function frameOf(name: number, sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(headBytes + body.length, 0)
  head.writeUInt32BE(name >>> 0, 4)
  head.writeUInt32BE(sequence >>> 0, 8)
  return Buffer.concat([head, body])
}

/** Cuts a stream into frames, however it was broken up on the way; throws when it is no such stream. */
export function openFrames(): (part: Buffer) => Frame[] {
  let held: Buffer = Buffer.alloc(0)
  return (part) => {
    held = Buffer.concat([held, part])
    const frames: Frame[] = []
    while (held.length >= headBytes) {
      const length = held.readUInt32BE(0)
      if (length < headBytes || length > mostBytes) throw new Error('what came is no CMPP')
      if (held.length < length) break
      frames.push({
        command: held.readUInt32BE(4),
        sequence: held.readUInt32BE(8),
        body: held.subarray(headBytes, length),
      })
      held = held.subarray(length)
    }
    return frames
  }
}

const padded = (text: string, bytes: number): Buffer => {
  const field = Buffer.alloc(bytes)
  field.write(text.slice(0, bytes), 'latin1')
  return field
}
export const textAt = (body: Buffer, from: number, bytes: number): string =>
  body
    .subarray(from, from + bytes)
    .toString('latin1')
    .replace(/\0.*$/s, '')

/** MMDDHHMMSS in the gateway's own time, which is that of Beijing. */
export function stampOf(epochMs: number): string {
  return new Date(epochMs + 8 * 3_600_000).toISOString().slice(5, 19).replace(/[-T:]/g, '')
}

export function authOf(account: string, secret: string, stamp: string): Buffer {
  const nine = Buffer.alloc(9)
  return createHash('md5')
    .update(
      Buffer.concat([
        Buffer.from(account, 'latin1'),
        nine,
        Buffer.from(secret, 'latin1'),
        Buffer.from(stamp),
      ]),
    )
    .digest()
}

export function connectBody(account: string, secret: string, stamp: string): Buffer {
  const tail = Buffer.alloc(5)
  tail.writeUInt8(version, 0)
  tail.writeUInt32BE(Number(stamp), 1)
  return Buffer.concat([padded(account, 6), authOf(account, secret, stamp), tail])
}

/** Message formats: ASCII, UCS-2 and GB 18030. */
const ucs2 = 8
export function wordsOf(format: number, content: Buffer): string {
  if (format === ucs2)
    return Buffer.from(content.subarray(0, content.length & ~1))
      .swap16()
      .toString('utf16le')
  if (format === 15) return new TextDecoder('gb18030').decode(content)
  return content.toString('latin1')
}
export const ucs2Of = (words: string): Buffer => Buffer.from(words, 'utf16le').swap16()

/** The head of a piece of a long text: 5 0 3 group total number, or with a group of two bytes 6 8 4. */
export function pieceOf(content: Buffer): {
  piece: { group: string; of: number; number: number } | undefined
  rest: Buffer
} {
  const rest = content.subarray((content[0] ?? 0) + 1)
  if (content[0] === 5 && content[1] === 0 && content[2] === 3 && content.length >= 6)
    return { piece: { group: String(content[3]), of: content[4]!, number: content[5]! }, rest }
  if (content[0] === 6 && content[1] === 8 && content[2] === 4 && content.length >= 7)
    return { piece: { group: String(content.readUInt16BE(3)), of: content[5]!, number: content[6]! }, rest }
  return { piece: undefined, rest }
}

export function submitBody(text: {
  service: string
  account: string
  from: string
  to: string
  words: string
  of: number
  number: number
  group: number
}): Buffer {
  const isLong = text.of > 1
  const content = Buffer.concat([
    isLong ? Buffer.from([5, 0, 3, text.group & 0xff, text.of, text.number]) : Buffer.alloc(0),
    ucs2Of(text.words),
  ])
  return Buffer.concat([
    Buffer.alloc(8),
    // Pk_total, Pk_number, Registered_Delivery (a receipt is asked for), Msg_level
    Buffer.from([text.of, text.number, 1, 9]),
    padded(text.service, 10),
    // Fee_UserType: the sender pays, and nothing is charged to whoever is told
    Buffer.from([2]),
    padded('', 21),
    // TP_pId, TP_udhi, Msg_Fmt
    Buffer.from([0, isLong ? 1 : 0, ucs2]),
    padded(text.account, 6),
    padded('01', 2),
    padded('0', 6),
    padded('', 17),
    padded('', 17),
    padded(text.from, 21),
    Buffer.from([1]),
    padded(text.to, 21),
    Buffer.from([content.length]),
    content,
    Buffer.alloc(8),
  ])
}

export type Delivered =
  | {
      readonly kind: 'text'
      readonly ref: string
      readonly id: Buffer
      readonly from: string
      readonly to: string
      readonly words: string
      readonly piece: ReturnType<typeof pieceOf>['piece']
    }
  | { readonly kind: 'receipt'; readonly ref: string; readonly id: Buffer; readonly isDelivered: boolean }

/** A text from a phone, or what has become of one that went out. */
export function readDeliver(body: Buffer): Delivered {
  const id = body.subarray(0, 8)
  const [hasHead, format] = [body[40] === 1, body[41] ?? 0]
  const length = body[64] ?? 0
  const content = body.subarray(65, 65 + length)
  if (body[63] === 1) {
    return {
      kind: 'receipt',
      id,
      ref: content.subarray(0, 8).toString('hex'),
      isDelivered: textAt(content, 8, 7) === 'DELIVRD',
    }
  }
  const { piece, rest } = hasHead ? pieceOf(content) : { piece: undefined, rest: content }
  return {
    kind: 'text',
    id,
    ref: id.toString('hex'),
    from: textAt(body, 42, 21),
    to: textAt(body, 8, 21),
    words: wordsOf(format, rest),
    piece,
  }
}
