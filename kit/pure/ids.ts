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
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  let text = ''
  for (let i = 0; i < 26; i++) {
    text = letters[Number(value & 31n)] + text
    value >>= 5n
  }
  return text
}
