import { expect, test } from 'vitest'
import { Unanswered } from '@open110/kit/client/call'
import { fakePolice, type Fate } from './fake/police.fake.ts'
import { holdSession } from './session.ts'
import { handTurned } from './fake/timers.fake.ts'
import { memoryStore, type KeyStore } from './store.ts'

function openPhone(fateOf: () => Fate = () => 'ok', given: Partial<KeyStore> = {}) {
  const police = fakePolice(fateOf)
  const time = handTurned()
  const store = { ...memoryStore(), ...given }
  const tokens: (string | undefined)[] = []
  const launch = () => {
    const session = holdSession({
      store,
      call: police.call,
      language: () => 'zh-CN',
      timers: time.timers,
      changed: () => tokens.push(session.token()),
    })
    return session
  }
  return { police, launch, tokens, time }
}

test('[CO12] the first launch opens a session by itself, the next one keeps it', async () => {
  const { police, launch } = openPhone()
  const first = launch()
  await Promise.all([first.ready(), first.ready()])
  const second = launch()
  await second.ready()
  expect([first.token(), second.token(), police.sessions.size]).toEqual(['token-1', 'token-1', 1])
})

test('[CO12] offline there is no session and no stop: the next call tries again', async () => {
  let fate: Fate = 'lost-before'
  const { launch } = openPhone(() => fate)
  const session = launch()
  await expect(session.ready()).rejects.toThrow(Unanswered)
  fate = 'ok'
  await session.ready()
  expect(session.token()).toBe('token-1')
})

test('[CO12] two calls that are both told of a lost token open one new session', async () => {
  const { police, launch, tokens } = openPhone()
  const session = launch()
  await session.ready()
  await Promise.all([session.renew(), session.renew()])
  expect([session.token(), police.sessions.size, tokens]).toEqual(['token-2', 2, ['token-1', 'token-2']])
})

test('[CO12] a new session is kept before anything is sent in its name; a store that hangs does not hold that up for long', async () => {
  let land: (() => void) | undefined
  const { launch, time } = openPhone(undefined, { put: () => new Promise((done) => (land = done)) })
  const patient = launch()
  const ready = patient.ready()
  await time.settle()
  expect([land === undefined, patient.token()]).toEqual([false, undefined])
  land!()
  await ready
  expect(patient.token()).toBe('token-1')
  const hasty = launch()
  const late = hasty.ready()
  await time.pass(1_499)
  expect(hasty.token()).toBeUndefined()
  await time.pass(1)
  await late
  expect(hasty.token()).toBe('token-2')
})
