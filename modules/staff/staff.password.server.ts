import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'

/** argon2id at 19 MiB and two passes (OWASP's first choice), in Node's own implementation. */
const cost = { parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 } as const

function derive(password: string, nonce: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message: Buffer.from(password.normalize('NFKC')), nonce, ...cost }, (fault, key) =>
      fault ? reject(fault) : resolve(Buffer.from(key)),
    )
  })
}

export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const key = await derive(password, nonce)
  return `argon2id$m=${cost.memory},t=${cost.passes},p=1$${nonce.toString('base64url')}$${key.toString('base64url')}`
}

export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, , nonce = '', key = ''] = stored.split('$')
  const given = await derive(password, Buffer.from(nonce, 'base64url'))
  const kept = Buffer.from(key, 'base64url')
  return kept.length === given.length && timingSafeEqual(kept, given)
}

let decoy: Promise<string> | undefined
/** An unknown account costs as much time as a wrong password, so that guessing names teaches nothing. */
export async function spendTheSameTime(password: string): Promise<void> {
  decoy ??= hashPassword('nobody')
  await isPassword(password, await decoy)
}
