/**
 * 去除附加信息 — the picture alone: a JPEG without the segments in which a phone tells where and by whom it was taken.
 * Nothing where it is no JPEG that ends as it should.
 */
export function bareJpeg(bytes: Uint8Array): Uint8Array | undefined {
  const isMarker = (at: number, mark: number) => bytes[at] === 0xff && bytes[at + 1] === mark
  if (!isMarker(0, startOfImage) || !isMarker(bytes.length - 2, endOfImage)) return undefined
  const kept: Uint8Array[] = [bytes.subarray(0, 2)]
  let hasFrame = false
  for (let at = 2; at + 4 <= bytes.length;) {
    const mark = bytes[at + 1]!
    if (bytes[at] !== 0xff || mark < 0xc0) return undefined
    if (mark === startOfScan) {
      if (!hasFrame) return undefined
      kept.push(bytes.subarray(at))
      return joined(kept)
    }
    const end = at + 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!)
    if (end <= at + 3 || end > bytes.length) return undefined
    if (mark >= 0xc0 && mark <= 0xcf && mark !== 0xc4 && mark !== 0xcc) hasFrame = true
    if (!isTalk(mark)) kept.push(bytes.subarray(at, end))
    at = end
  }
  return undefined
}

const startOfImage = 0xd8
const endOfImage = 0xd9
const startOfScan = 0xda
const adobe = 0xee
/** Comments and application segments, of which only Adobe's says how the colours are meant. */
const isTalk = (mark: number) => mark === 0xfe || (mark >= 0xe1 && mark <= 0xef && mark !== adobe)

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
