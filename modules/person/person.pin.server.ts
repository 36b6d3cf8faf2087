import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { keyedHash } from '@open110/kit/server/crypto'
import type { Reader, Tx } from '@open110/kit/server/db'
import * as store from './person.pin.store.ts'
import type { PinFind } from './person.ts'

/** Four digits are found by trying all of them: the installation's secret is what keeps a stolen table shut. */
const cost = { N: 16_384, r: 8, p: 1 } as const
const bytes = 32

function derive(secret: string, pin: string, salt: Buffer): Promise<Buffer> {
  const message = keyedHash(secret, `pin:${pin}`)
  return new Promise((resolve, reject) => {
    scrypt(message, salt, bytes, cost, (fault, key) => (fault ? reject(fault) : resolve(key)))
  })
}

async function hashPin(secret: string, pin: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(secret, pin, salt)
  return `scrypt$${salt.toString('base64url')}$${key.toString('base64url')}`
}

async function isPin(secret: string, pin: string, stored: string): Promise<boolean> {
  const [, salt = '', key = ''] = stored.split('$')
  const kept = Buffer.from(key, 'base64url')
  const given = await derive(secret, pin, Buffer.from(salt, 'base64url'))
  return kept.length === given.length && timingSafeEqual(kept, given)
}

/** 撤回密码 — whoever watches the phone, or the clock, learns nothing of which was typed or whether there is one. */
export function openPins({ secret }: { secret: string }) {
  /** Fits nothing that anybody types, and takes as long. */
  const nobodys = `scrypt$${randomBytes(16).toString('base64url')}$${randomBytes(bytes).toString('base64url')}`

  /** What was typed. Both are always worked out, and both are always compared. */
  async function find(db: Reader, citizen: string, pin: string): Promise<PinFind> {
    const pins = await db.maybe(store.pinsOf, { citizen })
    const [isRight, isDuress] = await Promise.all([
      isPin(secret, pin, pins?.pin ?? nobodys),
      isPin(secret, pin, pins?.duress ?? nobodys),
    ])
    if (!pins) return 'unset'
    return isDuress ? 'duress' : isRight ? 'pin' : 'wrong'
  }

  return {
    find,
    /** Kept where none are, or where the old one is right; otherwise nothing changes. */
    async keep(
      tx: Tx,
      citizen: string,
      given: { pin: string; duressPin: string; oldPin?: string | undefined },
      now: string,
    ): Promise<PinFind> {
      const found = await find(tx, citizen, given.oldPin ?? '')
      const [pin, duress] = await Promise.all([hashPin(secret, given.pin), hashPin(secret, given.duressPin)])
      const mayChange = found === 'pin' || found === 'unset'
      await tx.run(store.keepPins, { citizen, pin, duress, mayChange, now })
      return found
    },
  }
}
