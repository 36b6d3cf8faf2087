import { putU16, putU32, u16, u32, type Codec } from './rtp.ts'

/**
 * 媒体笔录 — every packet of one line of one kind as it came, in the format of Janus (MJR00002), which its own tools
 * read too: a mark, a header in JSON, then records of `MEET`, milliseconds, length, packet. Nothing in it is ever
 * changed; what people look at is made from it.
 */
export type JournalHead = {
  readonly kind: 'audio' | 'video'
  readonly codec: Codec
  /** When the line was opened, and when its first packet came, from which the records count; milliseconds since 1970. */
  readonly openedAtMs: number
  readonly firstAtMs: number
}
export type JournalRecord = { readonly ms: number; readonly packet: Uint8Array }
export type Journal = {
  readonly head: JournalHead | undefined
  readonly records: readonly JournalRecord[]
  /** Bytes between records that make no sense; 0 unless the file was damaged. */
  readonly damagedBytes: number
  /** Bytes at the end that are no whole record: what a crash cut off. */
  readonly tailBytes: number
}

const mark = 'MJR00002'
const recordMark = 0x4d454554
export const recordHeadBytes = 10

export function journalHead(head: JournalHead): Uint8Array {
  const json = JSON.stringify({
    t: head.kind === 'video' ? 'v' : 'a',
    c: head.codec,
    s: Math.round(head.openedAtMs * 1000),
    u: Math.round(head.firstAtMs * 1000),
  })
  const bytes = new Uint8Array(10 + json.length)
  putAscii(bytes, 0, mark)
  putU16(bytes, 8, json.length)
  putAscii(bytes, 10, json)
  return bytes
}

/** Writes one record at `at`, where there is room for it, and says how many bytes it took; `ms` since the first packet. */
export function putRecord(into: Uint8Array, at: number, ms: number, packet: Uint8Array): number {
  putU32(into, at, recordMark)
  putU32(into, at + 4, ms)
  putU16(into, at + 8, packet.length)
  into.set(packet, at + recordHeadBytes)
  return recordHeadBytes + packet.length
}

export function journalRecord(ms: number, packet: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(recordHeadBytes + packet.length)
  putRecord(bytes, 0, ms, packet)
  return bytes
}

export type JournalReader = {
  /** The records that end in this chunk; their packets are of the reader's own memory and stay as they are. */
  readonly push: (chunk: Uint8Array) => JournalRecord[]
  readonly head: () => JournalHead | undefined
  readonly damagedBytes: () => number
  readonly tailBytes: () => number
}

/** Chunk by chunk, so that an hour of picture never stands in memory. */
export function openJournalReader(): JournalReader {
  let rest: Uint8Array = new Uint8Array(0)
  let head: JournalHead | undefined
  let isStarted = false
  let damaged = 0
  return {
    head: () => head,
    damagedBytes: () => damaged,
    tailBytes: () => rest.length,
    push(chunk) {
      const bytes = new Uint8Array(rest.length + chunk.length)
      bytes.set(rest)
      bytes.set(chunk, rest.length)
      const records: JournalRecord[] = []
      let at = 0
      if (!isStarted) {
        if (bytes.length < 10 || bytes.length < 10 + u16(bytes, 8)) {
          rest = bytes
          return records
        }
        isStarted = true
        head = readHead(bytes)
        if (head) at = 10 + u16(bytes, 8)
      }
      while (at + recordHeadBytes <= bytes.length) {
        if (u32(bytes, at) !== recordMark) {
          at++
          damaged++
          continue
        }
        const end = at + recordHeadBytes + u16(bytes, at + 8)
        if (end > bytes.length) break
        records.push({ ms: u32(bytes, at + 4), packet: bytes.subarray(at + recordHeadBytes, end) })
        at = end
      }
      rest = bytes.subarray(at)
      return records
    },
  }
}

/** A whole file at once. */
export function readJournal(bytes: Uint8Array): Journal {
  const reader = openJournalReader()
  const records = reader.push(bytes)
  return {
    head: reader.head(),
    records,
    damagedBytes: reader.damagedBytes(),
    tailBytes: reader.tailBytes(),
  }
}

function readHead(bytes: Uint8Array): JournalHead | undefined {
  if (ascii(bytes, 0, 8) !== mark) return undefined
  try {
    const said = JSON.parse(ascii(bytes, 10, 10 + u16(bytes, 8))) as Record<string, unknown>
    const codec = String(said['c'])
    const firstAtMs = Number(said['u']) / 1000
    if ((codec !== 'vp8' && codec !== 'h264' && codec !== 'opus') || !(firstAtMs > 0)) return undefined
    const openedAtMs = Number(said['s']) / 1000
    return { kind: said['t'] === 'v' ? 'video' : 'audio', codec, openedAtMs, firstAtMs }
  } catch {
    // A header that cannot be read is a damaged file, which its reader reports as one without a head.
    return undefined
  }
}

function putAscii(bytes: Uint8Array, at: number, words: string): void {
  for (let i = 0; i < words.length; i++) bytes[at + i] = words.charCodeAt(i)
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  let words = ''
  for (let at = from; at < to; at++) words += String.fromCharCode(bytes[at]!)
  return words
}
