import { randomInt } from 'node:crypto'
import { isSame, keyedHash, newToken, seal, sha256Hex, unseal } from '@open110/kit/server/crypto'
import { openGroup, type Database, type Reader } from '@open110/kit/server/db'
import { answer, openBrake, type Answer, type Subject } from '@open110/kit/server/http'
import type { Ids } from '@open110/kit/ids'
import { refuse } from '@open110/kit/refuse'
import { plusSeconds, secondsBetween, type Clock } from '@open110/kit/time'
import type { Record as Audit } from '@open110/modules/audit/server'
import { permitCode } from '@open110/modules/contact'
import { me, openSession, requestCode, saveProfile, setPins, verifyPhone } from './person.api.ts'
import type { openPins } from './person.pin.server.ts'
import type { Sms } from './person.sms.port.ts'
import * as store from './person.store.ts'
import { codeRules, firstLanguage, maskPhone, type Caller, type Citizen } from './person.ts'

const sessionSeconds = 400 * 86_400

function subjectOf({ tokenHash, id, endsAt, assurance, needs, language }: store.Holder): Subject {
  return {
    id,
    kind: 'citizen',
    about: { assurance, needs, language } satisfies Caller,
    allows: ['citizen'],
    hears: [`citizen:${id}`],
    session: tokenHash,
    endsAt,
    heartbeatMs: 4_500,
  }
}

export type People = ReturnType<typeof openPeople>

/** What other modules are handed of a person: never more than the desk may see. */
export function openPeople(given: { db: Database; ids: Ids; secret: string; clock: Clock }) {
  const digest = (phone: string) => keyedHash(given.secret, `phone:${phone}`)

  /** Named degradation: sealed with another secret it is not shown, and its holder is heard all the same (promise 2). */
  function opened(purpose: 'phone' | 'name', sealed: string | undefined): string | undefined {
    if (!sealed) return sealed
    try {
      return unseal(given.secret, purpose, sealed)
    } catch {
      return undefined
    }
  }

  async function citizen(db: Reader, id: string): Promise<Citizen> {
    const stored = await db.one(store.citizenById, { citizen: id })
    const phone = opened('phone', stored.phoneSealed)
    return {
      id: stored.id as Citizen['id'],
      assurance: stored.assurance,
      phone: phone && maskPhone(phone),
      name: opened('name', stored.nameSealed),
      needs: stored.needs,
      language: stored.language,
    }
  }

  const holders = openGroup<string, Subject | undefined>({
    lanes: 2,
    enough: 32,
    most: 500,
    async work(tokenHashes) {
      const args = { tokenHashes: [...tokenHashes], now: given.clock.now() }
      const found = await given.db.of('alarm').all(store.holdersOfTokens, args)
      const byHash = new Map(found.map((holder) => [holder.tokenHash, subjectOf(holder)]))
      return tokenHashes.map((hash) => byHash.get(hash))
    },
  })
  /** Whose bearer token this is. */
  const identify = (token: string): Promise<Subject | undefined> => holders.put(sha256Hex(token))

  const noteSignal = (db: Reader, id: string, now: string) => db.run(store.noteSignal, { citizen: id, now })
  const needsOf = async (db: Reader, citizens: readonly string[]) =>
    new Map((await db.all(store.needsOf, { citizens: [...citizens] })).map(({ id, needs }) => [id, needs]))
  /**
   * 来电建档 — whoever came by a line, known by its number alone. They hold no session, and who later proves the same number
   * in the app is somebody else until a person says otherwise: a phone may lie in another's hand.
   */
  async function addCaller(
    db: Reader,
    caller: { phone?: string | undefined; name?: string | undefined; language?: string | undefined },
    now: string,
  ): Promise<{ id: string } & Caller> {
    const id = given.ids.make('ct')
    const language = caller.language ?? 'zh-CN'
    await db.run(store.addCaller, {
      id,
      language,
      phoneSealed: caller.phone && seal(given.secret, 'phone', caller.phone),
      phoneDigest: caller.phone && digest(caller.phone),
      nameSealed: caller.name && seal(given.secret, 'name', caller.name),
      now,
    })
    return { id, assurance: 'none', needs: [], language }
  }
  /** The whole number, for a line that rings or writes to it; whoever shows it to somebody answers for that. */
  const phoneOf = async (db: Reader, id: string): Promise<string | undefined> =>
    opened('phone', (await db.one(store.citizenById, { citizen: id })).phoneSealed)
  return { citizen, digest, identify, noteSignal, needsOf, addCaller, phoneOf }
}

export function personRoutes(given: {
  people: People
  pins: ReturnType<typeof openPins>
  sms: Sms
  ids: Ids
  secret: string
  audit: Audit
}): Answer[] {
  const { people } = given
  // Nobody's phone is a bell: after a few texts a day the pauses grow, for the number and for whoever asks.
  const forNumber = openBrake({ freeTries: 5, firstSeconds: 120, mostSeconds: 21_600, forgetSeconds: 86_400 })
  const forAsker = openBrake({ freeTries: 30, firstSeconds: 120, mostSeconds: 21_600, forgetSeconds: 86_400 })
  const hashOf = (phone: string, code: string) => keyedHash(given.secret, `code:${phone}:${code}`)

  return [
    answer(openSession, async ({ body }, { tx, now, language }) => {
      const id = given.ids.make('ct')
      const token = newToken()
      await tx.run(store.addCitizen, {
        id,
        language: firstLanguage(body?.language) ?? firstLanguage(language) ?? 'zh-CN',
        now,
      })
      const endsAt = plusSeconds(now, sessionSeconds)
      await tx.run(store.openSession, { tokenHash: sha256Hex(token), citizen: id, now, endsAt })
      return { token, citizen: await people.citizen(tx, id) }
    }),

    answer(me, async (_, { me, db }) => people.citizen(db, me.id)),

    answer(saveProfile, async ({ body }, { me, tx }) => {
      await tx.run(store.saveProfile, {
        citizen: me.id,
        nameSealed: body.name && seal(given.secret, 'name', body.name),
        needs: body.needs,
        language: body.language,
      })
      return people.citizen(tx, me.id)
    }),

    answer(setPins, async ({ body }, { me, tx, now }) => {
      if (body.pin === body.duressPin) return refuse('person.pins-invalid')
      const found = await given.pins.keep(tx, me.id, body, now)
      // Who tries to change it under duress, or without knowing it, is on record and learns nothing.
      await given.audit(tx, now, { actor: me.id, act: 'person.set-pins', object: me.id, facts: { found } })
      return { kept: true as const }
    }),

    answer(requestCode, async ({ body }, { tx, now, address }) => {
      const phoneDigest = people.digest(body.phone)
      const last = await tx.maybe(store.codeOf, { phoneDigest })
      const nowMs = Date.parse(now)
      const pause = last ? codeRules.pauseSeconds - secondsBetween(last.sentAt, now) : 0
      const wait = Math.max(pause, forNumber.waitFor(phoneDigest, nowMs), forAsker.waitFor(address, nowMs))
      if (wait > 0) return refuse('person.code-too-many', { seconds: Math.ceil(wait) })
      const code = String(randomInt(10 ** codeRules.digits)).padStart(codeRules.digits, '0')
      const pausedSince = plusSeconds(now, -codeRules.pauseSeconds)
      const kept = await tx.run(store.keepCode, {
        phoneDigest,
        codeHash: hashOf(body.phone, code),
        now,
        pausedSince,
      })
      if (kept === 0) return refuse('person.code-too-many', { seconds: codeRules.pauseSeconds })
      try {
        await given.sms.send(permitCode(), {
          to: body.phone,
          words: `【110】验证码 ${code},5分钟内有效。民警不会向您索要验证码。`,
          at: now,
        })
      } catch {
        return refuse('sms.unavailable')
      }
      forNumber.failed(phoneDigest, nowMs)
      forAsker.failed(address, nowMs)
      return { sentTo: maskPhone(body.phone), againAfterSeconds: codeRules.pauseSeconds }
    }),

    answer(verifyPhone, async ({ body }, { me, tx, now }) => {
      const phoneDigest = people.digest(body.phone)
      const known = await tx.maybe(store.codeOf, { phoneDigest })
      if (known) {
        await tx.run(store.countTry, { phoneDigest })
        tx.remember()
      }
      if (known && known.tries >= codeRules.tries)
        return refuse('person.code-too-many', { seconds: codeRules.pauseSeconds })
      const isRight =
        known &&
        secondsBetween(known.sentAt, now) <= codeRules.lifeSeconds &&
        isSame(known.codeHash, hashOf(body.phone, body.code.trim()))
      if (!isRight) return refuse('person.code-invalid')
      await tx.run(store.provePhone, {
        citizen: me.id,
        phoneSealed: seal(given.secret, 'phone', body.phone),
        phoneDigest,
      })
      await tx.run(store.forgetCode, { phoneDigest })
      const { assurance } = await people.citizen(tx, me.id)
      return { assurance }
    }),
  ]
}
