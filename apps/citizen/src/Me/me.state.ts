import type { Call } from '@open110/kit/client/call'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { Citizen, Need } from '@open110/modules/person'
import { me, requestCode, saveProfile, verifyPhone } from '@open110/modules/person/api'
import { cell } from '@open110/core/cell'
import type { Session } from '@open110/core/session'

/** 个人资料 — given in calm times, all of it optional (ZJ-13). What is typed stays typed whatever the network does. */
export type Profile = {
  readonly known?: Citizen
  readonly name: string
  readonly needs: readonly Need[]
  readonly language: string
  readonly phone: string
  readonly code: string
  readonly codeSentTo?: string
  /** By the page's own clock. */
  readonly codeAgainAtMs?: number
  readonly says: 'loading' | 'ready' | 'unanswered' | 'saved' | 'phone-wrong'
  readonly refusal?: Refusal
}

export function openProfile(given: {
  call: Call
  session: Session
  nowMs: () => number
  newKey: () => string
  language: string
}) {
  const { call, session } = given
  const profile = cell<Profile>({
    name: '',
    needs: [],
    language: given.language,
    phone: '',
    code: '',
    says: 'loading',
  })
  const put = (next: Partial<Profile>) => profile.set({ ...profile.get(), ...next })

  const asking = async <T>(ask: () => Promise<T | Refusal>): Promise<T | undefined> => {
    put({ refusal: undefined })
    try {
      await session.ready()
      let answer = await ask()
      if (isRefusal(answer) && answer.refused === 'session.signed-out') {
        await session.renew()
        answer = await ask()
      }
      if (!isRefusal(answer)) return answer
      put({ refusal: answer, says: 'ready' })
    } catch {
      put({ says: 'unanswered' })
    }
    return undefined
  }

  return {
    profile,
    change: (next: Partial<Pick<Profile, 'name' | 'needs' | 'language' | 'phone' | 'code'>>) =>
      put({ ...next, says: 'ready' }),
    async load() {
      const known = await asking(() => call(me))
      if (known) put({ known, name: known.name ?? '', needs: known.needs, says: 'ready' })
    },
    async save() {
      const { name, needs, language } = profile.get()
      const known = await asking(() =>
        call(saveProfile, { body: { name: name.trim(), needs: [...needs], language }, key: given.newKey() }),
      )
      if (known) put({ known, says: 'saved' })
    },
    async askCode() {
      const phone = plainPhone(profile.get().phone)
      if (!phone) return put({ says: 'phone-wrong' })
      const sent = await asking(() => call(requestCode, { body: { phone }, key: given.newKey() }))
      if (!sent) return
      put({
        codeSentTo: sent.sentTo,
        codeAgainAtMs: given.nowMs() + sent.againAfterSeconds * 1000,
        code: '',
        says: 'ready',
      })
    },
    async verify() {
      const phone = plainPhone(profile.get().phone)
      if (!phone) return put({ says: 'phone-wrong' })
      const { code } = profile.get()
      const done = await asking(() =>
        call(verifyPhone, { body: { phone, code: code.trim() }, key: given.newKey() }),
      )
      if (!done) return
      put({ codeSentTo: undefined, code: '', phone: '' })
      const known = await asking(() => call(me))
      if (known) put({ known, says: 'ready' })
    },
  }
}

/** `138 0013 8000` and `+49 151…` as the contract takes them; nothing when it is no phone number. */
export function plainPhone(typed: string): string | undefined {
  const plain = typed
    .normalize('NFKC')
    .replace(/[\s\-()]/g, '')
    .replace(/^(\+86|0086)(?=1[3-9]\d{9}$)/, '')
  return /^(1[3-9]\d{9}|\+\d{6,15})$/.test(plain) ? plain : undefined
}
