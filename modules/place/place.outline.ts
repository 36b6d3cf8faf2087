/**
 * 轮廓压缩 — rings of whole numbers as text: each step from vertex to vertex in base 32 with a continuation
 * bit, signs folded in, rings parted by a full stop. White space means nothing.
 */
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const valueOf = new Map([...digits].map((digit, value) => [digit, value]))

/** Flat rings (x0, y0, x1, y1 …) → text. */
export const encodeOutline = (rings: readonly (readonly number[])[]): string =>
  rings
    .map((ring) =>
      ring
        .map((value, i) => {
          const step = value - (i < 2 ? 0 : ring[i - 2]!)
          let rest = step < 0 ? -step * 2 - 1 : step * 2
          let text = ''
          for (; rest >= 32; rest = Math.floor(rest / 32)) text += digits[32 + (rest % 32)]
          return text + digits[rest]
        })
        .join(''),
    )
    .join('.')

/** Text → flat rings. Throws on a text that it did not write. */
export const decodeOutline = (text: string): number[][] =>
  text
    .replace(/\s+/g, '')
    .split('.')
    .map((part) => {
      const ring: number[] = []
      let folded = 0
      let weight = 1
      for (const digit of part) {
        const value = valueOf.get(digit)
        if (value === undefined) throw new RangeError('not an outline')
        folded += (value % 32) * weight
        weight *= 32
        if (value >= 32) continue
        const step = folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2
        ring.push(step + (ring.length < 2 ? 0 : ring[ring.length - 2]!))
        folded = 0
        weight = 1
      }
      return ring
    })
