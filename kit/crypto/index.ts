import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

/** Randomness in small helpings: the generator is asked for a page at a time, and no byte is handed out twice. */
export function openRandom(): (bytes: number) => Uint8Array {
  const page = 4_096
  let pool = new Uint8Array(0)
  let used = 0
  return (bytes) => {
    if (bytes > page) return randomBytes(bytes)
    if (used + bytes > pool.length) {
      // A new page, not the old one written over: what was handed out stays as it is.
      pool = randomBytes(page)
      used = 0
    }
    used += bytes
    return pool.subarray(used - bytes, used)
  }
}

/** 32 random bytes as a bearer token; only its hash is ever stored. */
export function newToken(random: (bytes: number) => Uint8Array = randomBytes): string {
  return Buffer.from(random(32)).toString('base64url')
}

export function sha256Hex(text: string | Uint8Array): string {
  return hash('sha256', text, 'hex')
}

/** Keyed digest of a value that must be found again but not read, such as a phone number. */
export function keyedHash(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

export function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

const keyFor = (secret: string, purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))

/** Seal text so that only the holder of `secret` reads it again (AES-256-GCM). */
export function seal(secret: string, purpose: string, text: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyFor(secret, purpose), nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
}

export function unseal(secret: string, purpose: string, sealed: string): string {
  const raw = Buffer.from(sealed, 'base64url')
  const open = createDecipheriv('aes-256-gcm', keyFor(secret, purpose), raw.subarray(0, 12))
  open.setAuthTag(raw.subarray(12, 28))
  return Buffer.concat([open.update(raw.subarray(28)), open.final()]).toString('utf8')
}
