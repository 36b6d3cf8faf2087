import { Unanswered, type Call } from '@open110/kit/client/call'
import type { Timers } from '@open110/kit/client/live'
import { isRefusal } from '@open110/kit/refuse'
import type { Citizen } from '@open110/modules/person'
import { openSession } from '@open110/modules/person/api'
import type { KeyStore } from './store.ts'

/** 会话 — opened without a question and kept; a signed-out one is opened anew without a question (CO12). */
export type Session = {
  token(): string | undefined
  citizen(): string | undefined
  /** Resolves when there is a token. Throws `Unanswered` when the server cannot be reached. */
  ready(): Promise<void>
  /** The server no longer knows the token. */
  renew(): Promise<void>
}

/** A store that hangs must not hold up an alarm for longer. */
const keptMs = 1_500

type Kept = { token: string; citizen: string }

export function holdSession(given: {
  store: KeyStore
  call: Call
  language: () => string
  timers: Pick<Timers, 'after'>
  /** Told when the token is another one, so that the live connection is opened anew. */
  changed: () => void
}): Session {
  let kept: Kept | undefined
  let opening: Promise<void> | undefined

  const open = async (isRenewal: boolean) => {
    if (!isRenewal) {
      // A store that cannot be read means a new session, never no session.
      const found = (await given.store.get('session').catch(() => undefined)) as Kept | undefined
      if (found?.token) {
        kept = found
        given.changed()
        return
      }
    }
    const answer = await given.call(openSession, { body: { language: given.language() } })
    if (isRefusal(answer)) throw new Unanswered(`session.open: ${answer.refused}`, { status: 409 })
    const fresh = { token: answer.token, citizen: (answer.citizen satisfies Citizen).id }
    // Kept before it is used: in the next life of the page the same press by another citizen would be another report.
    await Promise.race([
      given.store.put({ session: fresh }).catch(() => undefined), // it then lasts as long as the page
      new Promise<void>((done) => given.timers.after(keptMs, done)),
    ])
    kept = fresh
    given.changed()
  }
  const once = (isRenewal: boolean) => {
    opening ??= open(isRenewal).finally(() => (opening = undefined))
    return opening
  }

  return {
    token: () => kept?.token,
    citizen: () => kept?.citizen,
    ready: () => (kept ? Promise.resolve() : once(false)),
    renew: () => {
      if (!opening) kept = undefined
      return once(true)
    },
  }
}
