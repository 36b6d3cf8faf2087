/** 拆页 — takes bytes of an Ogg stream as they come and gives its packets without the two heads (RFC 3533, RFC 7845). False: no Ogg. */
export function openOgg(packet: (bytes: Uint8Array) => void): (part: Uint8Array) => boolean {
  let rest: Uint8Array = new Uint8Array(0)
  let begun: Uint8Array[] = []
  let seen = 0
  return (part) => {
    const bytes = new Uint8Array(rest.length + part.length)
    bytes.set(rest)
    bytes.set(part, rest.length)
    let at = 0
    while (bytes.length - at >= 27) {
      if (bytes[at] !== 0x4f || bytes[at + 1] !== 0x67 || bytes[at + 2] !== 0x67 || bytes[at + 3] !== 0x53)
        return false
      const lacing = bytes.subarray(at + 27, at + 27 + bytes[at + 26]!)
      const size = lacing.reduce((sum, length) => sum + length, 0)
      if (bytes.length - at < 27 + bytes[at + 26]! + size) break
      at += 27 + lacing.length
      for (const length of lacing) {
        begun.push(bytes.subarray(at, at + length))
        at += length
        if (length === 255) continue
        if (++seen > 2) packet(Buffer.concat(begun))
        begun = []
      }
    }
    rest = bytes.slice(at)
    begun = begun.map((piece) => piece.slice())
    return true
  }
}
