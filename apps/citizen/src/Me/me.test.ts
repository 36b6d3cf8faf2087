import { expect, test } from 'vitest'
import { Unanswered, type Call } from '@open110/kit/client/call'
import { refuse } from '@open110/kit/refuse'
import { openProfile, plainPhone } from './me.state.ts'

const known = { id: 'ct_1', assurance: 'none', needs: [], language: 'zh-CN' }

function openMe(answers: Record<string, (body: unknown) => unknown>) {
  const call = (async (contract: { name: string }, sent: { body?: unknown } = {}) =>
    answers[contract.name]?.(sent.body)) as unknown as Call
  const session = { token: () => 't', citizen: () => 'ct_1', ready: async () => {}, renew: async () => {} }
  let keys = 0
  return openProfile({ call, session, nowMs: () => 0, newKey: () => `key-${++keys}`, language: 'zh-CN' })
}

test('[CI10] offline, what was typed stays and is said not to be saved', async () => {
  const me = openMe({
    'person.save-profile': () => {
      throw new Unanswered('line lost')
    },
  })
  me.change({ name: '林秋', needs: ['mute'] })
  await me.save()
  expect(me.profile.get()).toMatchObject({ name: '林秋', needs: ['mute'], says: 'unanswered' })
})

test('[CI10] a wrong code is said with its reason, the right one verifies', async () => {
  const me = openMe({
    'person.request-code': () => ({ sentTo: '138****1234', againAfterSeconds: 60 }),
    'person.verify-phone': (body) =>
      (body as { code: string }).code === '123456'
        ? { assurance: 'phone' }
        : refuse('person.code-invalid', { triesLeft: 4 }),
    'person.me': () => ({ ...known, assurance: 'phone', phone: '138****1234' }),
  })
  me.change({ phone: '138 0013 1234' })
  await me.askCode()
  expect(me.profile.get()).toMatchObject({ codeSentTo: '138****1234', codeAgainAtMs: 60_000 })
  me.change({ code: '000000' })
  await me.verify()
  expect(me.profile.get().refusal?.refused).toBe('person.code-invalid')
  me.change({ code: '123456' })
  await me.verify()
  expect(me.profile.get()).toMatchObject({ known: { phone: '138****1234' }, codeSentTo: undefined })
})

test.each([
  ['138 0013 8000', '13800138000'],
  ['+86 138-0013-8000', '13800138000'],
  ['+49 151 2345678', '+491512345678'],
  ['12345', undefined],
])('[CI10] %s is read as %s', (typed, plain) => {
  expect(plainPhone(typed)).toBe(plain)
})
