/**
 * 同长 — the sizes that a text on the wire may have: whoever counts the bytes of an encrypted line learns which of these few
 * it was, and no more (decision 0026). White space after a JSON text means nothing (RFC 8259 §2), so no reader notices.
 */
const steps = [1_024, 4_096, 16_384, 65_536] as const
/** What goes up is shorter, or an alarm with its headers would no longer fit one packet. */
export const upSteps = [736, ...steps.slice(1)] as const
export const downSteps: readonly number[] = steps
/** What is told by itself is a few facts and ids. */
export const toldSteps = [512, ...steps] as const

export function evened(text: string, sizes: readonly number[]): string {
  const bytes = bytesIn(text)
  const last = sizes.at(-1) ?? 1
  const size = sizes.find((each) => bytes <= each) ?? Math.ceil(bytes / last) * last
  return text + ' '.repeat(size - bytes)
}

/** UTF-8, counted by hand: where this runs there may be no encoder. */
function bytesIn(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x80) continue
    // Half of a pair: both halves together are four bytes.
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2
  }
  return bytes
}
