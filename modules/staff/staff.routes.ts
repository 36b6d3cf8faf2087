import type * as z from 'zod/mini'
import { newToken, sha256Hex } from '@open110/kit/server/crypto'
import { answer, openBrake, type Answer, type Subject } from '@open110/kit/server/http'
import { openGroup, type Database, type Tx } from '@open110/kit/server/db'
import { sessionEnded } from '@open110/kit/event'
import { refuse } from '@open110/kit/refuse'
import { plusSeconds, secondsBetween, type Clock } from '@open110/kit/time'
import { login, logout, me } from './staff.api.ts'
import { isPassword, spendTheSameTime } from './staff.password.server.ts'
import {
  accountByName,
  endSession,
  holdersOfTokens,
  isKnownAddress,
  knowAddress,
  noteTry,
  openSession,
  type Account,
} from './staff.store.ts'
import { lockOut, permissionsOf, staffOf, type Role, type Staff } from './staff.ts'

/** A shift and its hand-over. */
const sessionSeconds = 14 * 3600

export function staffRoutes(given: { isDemo: boolean }): Answer[] {
  // A station's people share one address and mistype; a guesser works through a list of names.
  const brake = openBrake({ freeTries: 20, firstSeconds: 1, mostSeconds: 60, forgetSeconds: 3_600 })
  // Where somebody usually signs in, only the tries made there count: strangers cannot lock a desk out at shift change.
  const ownDoor = openBrake({
    freeTries: lockOut.tries,
    firstSeconds: lockOut.seconds,
    mostSeconds: lockOut.seconds,
    forgetSeconds: 3_600,
  })
  const staffFrom = (account: Account): Staff => ({
    id: account.id as Staff['id'],
    account: account.account,
    name: account.name,
    badge: account.badge,
    roles: account.roles as Role[],
    org: account.org,
    orgName: account.orgName,
    unit: account.unit,
    permissions: permissionsOf(account.roles as Role[]),
    isDemo: account.isDemo,
  })

  async function check(
    tx: Tx,
    name: string,
    password: string,
    from: string,
    now: string,
  ): Promise<Account | 'wrong' | number> {
    const account = await tx.maybe(accountByName, { account: name })
    if (!account || (account.isDemo && !given.isDemo)) {
      await spendTheSameTime(password)
      return 'wrong'
    }
    const address = sha256Hex(from)
    const { known } = await tx.one(isKnownAddress, { staff: account.id, address, now })
    const own = `${account.id} ${address}`
    const waits = known
      ? ownDoor.waitFor(own, Date.parse(now))
      : account.lockedUntil && account.lockedUntil > now
        ? secondsBetween(now, account.lockedUntil)
        : 0
    if (waits > 0) return waits
    if (await isPassword(password, account.password)) {
      if (account.wrongTries > 0) await tx.run(noteTry, { staff: account.id, wrongTries: 0 })
      ownDoor.passed(own)
      await tx.run(knowAddress, { staff: account.id, address, now })
      return account
    }
    if (known) {
      ownDoor.failed(own, Date.parse(now))
      return 'wrong'
    }
    const wrongTries = account.wrongTries + 1
    const isLocked = wrongTries >= lockOut.tries
    await tx.run(noteTry, {
      staff: account.id,
      wrongTries: isLocked ? 0 : wrongTries,
      ...(isLocked ? { lockedUntil: plusSeconds(now, lockOut.seconds) } : {}),
    })
    tx.remember()
    return 'wrong'
  }

  return [
    answer(login, async ({ body }, { tx, now, address }) => {
      const seconds = brake.waitFor(address, Date.parse(now))
      if (seconds > 0) return refuse('staff.login-too-many', { seconds })
      const found = await check(tx, body.account.trim().toLowerCase(), body.password, address, now)
      if (found === 'wrong') {
        brake.failed(address, Date.parse(now))
        return refuse('staff.login-denied')
      }
      if (typeof found === 'number') {
        return refuse('staff.locked-too-many', { seconds: Math.ceil(found), minutes: Math.ceil(found / 60) })
      }
      brake.passed(address)
      const token = newToken()
      await tx.run(openSession, {
        tokenHash: sha256Hex(token),
        staff: found.id,
        now,
        endsAt: plusSeconds(now, sessionSeconds),
      })
      return { token, staff: staffFrom(found) }
    }),

    answer(logout, async (_, { me, tx, now }) => {
      await tx.run(endSession, { tokenHash: me.session })
      tx.emit(sessionEnded, now, { session: me.session })
      return { ended: true as const }
    }),

    answer(me, async (_, { me }) => {
      const about = me.about as Omit<Staff, 'id' | 'permissions'>
      const { id, roles } = staffOf(me)
      return { ...about, id: id as Staff['id'], permissions: permissionsOf(roles) }
    }),
  ]
}

/** Whose bearer token this is. Many ask at once: a few thousand units say where they are each second. */
export function staffIdentity(given: { db: Database; clock: Clock; isDemo: boolean }) {
  const holders = openGroup<string, z.infer<(typeof holdersOfTokens)['gives']> | undefined>({
    lanes: 2,
    enough: 32,
    most: 500,
    async work(tokenHashes) {
      const args = { tokenHashes: [...tokenHashes], now: given.clock.now() }
      const found = await given.db.all(holdersOfTokens, args)
      const byHash = new Map(found.map((holder) => [holder.tokenHash, holder]))
      return tokenHashes.map((hash) => byHash.get(hash))
    },
  })
  return async (token: string): Promise<Subject | undefined> => {
    const tokenHash = sha256Hex(token)
    const holder = await holders.put(tokenHash)
    if (!holder || (holder.isDemo && !given.isDemo)) return undefined
    const roles = holder.roles as Role[]
    const isAtDesk = roles.some((role) => role !== 'unit' && role !== 'operator' && role !== 'mediator')
    return {
      id: holder.id,
      kind: 'staff',
      about: {
        account: holder.account,
        name: holder.name,
        badge: holder.badge,
        roles,
        org: holder.org,
        orgName: holder.orgName,
        unit: holder.unit,
        isDemo: holder.isDemo,
      },
      allows: permissionsOf(roles),
      hears: [
        `staff:${holder.id}`,
        ...(isAtDesk ? [`org:${holder.org}`] : []),
        ...(holder.unit ? [`unit:${holder.unit}`] : []),
      ],
      session: tokenHash,
      endsAt: holder.endsAt,
      heartbeatMs: 1_000,
      looksUpAs: 'dialogue',
    }
  }
}
