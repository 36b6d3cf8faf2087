import { u16 } from '../core/rtp.ts'

/** 推流标签 — what one message of an RTMP pusher carries (Adobe FLV 10.1, E.4): the codec's own head, or a frame of it. */
export type Tag =
  | { readonly t: 'avc-head'; readonly lengthBytes: number; readonly sets: readonly Uint8Array[] }
  | { readonly t: 'avc-frame'; readonly isKey: boolean; readonly ptsMs: number; readonly data: Uint8Array }
  | { readonly t: 'aac-head' | 'aac-frame'; readonly ptsMs: number }

const video = 9
const audio = 8

/** Undefined: a codec that no browser of ours would be sent, or nothing that carries picture or sound. */
export function readTag(type: number, atMs: number, body: Uint8Array): Tag | undefined {
  if (type === audio && body.length > 2 && body[0]! >> 4 === 10)
    return { t: body[1] === 0 ? 'aac-head' : 'aac-frame', ptsMs: atMs }
  if (type !== video || body.length < 5 || (body[0]! & 0x8f) !== 7) return undefined
  if (body[1] === 0) return readAvcHead(body.subarray(5))
  if (body[1] !== 1) return undefined
  // The composition time is signed; a camera has none, but a file that somebody pushes may.
  const offsetMs = ((body[2]! << 24) | (body[3]! << 16) | (body[4]! << 8)) >> 8
  return { t: 'avc-frame', isKey: body[0]! >> 4 === 1, ptsMs: atMs + offsetMs, data: body.subarray(5) }
}

/** ISO/IEC 14496-15 §5.2.4: the parameter sets, without which no frame can be read. */
function readAvcHead(data: Uint8Array): Tag | undefined {
  if (data.length < 7) return undefined
  const sets: Uint8Array[] = []
  let at = 5
  for (const mask of [0x1f, 0xff]) {
    const count = (data[at++] ?? 0) & mask
    for (let n = 0; n < count; n++) {
      if (at + 2 > data.length) return undefined
      const end = at + 2 + u16(data, at)
      if (end > data.length || end === at + 2) return undefined
      sets.push(data.slice(at + 2, end))
      at = end
    }
  }
  return { t: 'avc-head', lengthBytes: (data[4]! & 3) + 1, sets }
}

/** The units of one frame; what is cut short is left out. */
export function* unitsIn(data: Uint8Array, lengthBytes: number): Generator<Uint8Array> {
  for (let at = 0; at + lengthBytes < data.length;) {
    let size = 0
    for (let n = 0; n < lengthBytes; n++) size = size * 256 + data[at + n]!
    at += lengthBytes
    if (size === 0 || at + size > data.length) return
    yield data.subarray(at, at + size)
    at += size
  }
}

export const flvHead = Uint8Array.of(0x46, 0x4c, 0x56, 1, 4, 0, 0, 0, 9, 0, 0, 0, 0)

/** The message as a tag of an FLV file, for a program that reads those. */
export function flvTag(type: number, atMs: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(15 + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, body.length)
  bytes[0] = type
  view.setUint32(4, ((atMs & 0xffffff) << 8) | ((atMs >>> 24) & 0xff))
  bytes.set(body, 11)
  view.setUint32(11 + body.length, 11 + body.length)
  return bytes
}
