import * as z from 'zod/mini'

/** Schema of an id with a readable prefix: `rp_01jd…`. Ids sort by the time they were made. */
export function idOf<const Prefix extends string>(prefix: Prefix) {
  return z.templateLiteral([z.literal(`${prefix}_`), z.string().check(z.regex(/^[0-9a-hjkmnp-tv-z]{26}$/))])
}

/** Where ids come from: handed in, so that a test can own them. */
export type Ids = { make<const Prefix extends string>(prefix: Prefix): `${Prefix}_${string}` }

const letters = '0123456789abcdefghjkmnpqrstvwxyz'

/** 128 bits as 26 letters without look-alikes (Crockford base 32, lower case). */
export function spell(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  // 26 letters of five bits hold two bits more than there are: the first letter has only three.
  let bits = 2
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += letters[(held >> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return text
}
