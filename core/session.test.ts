import { expect, test } from 'vitest'
import { Unanswered } from '@open110/kit/client/call'
import { fakePolice, type Fate } from './fake/police.fake.ts'
import { holdSession } from './session.ts'
import { memoryStore } from './store.ts'

function openPhone(fateOf: () => Fate = () => 'ok') {
  const police = fakePolice(fateOf)
  const store = memoryStore()
  const tokens: (string | undefined)[] = []
  const launch = () => {
    const session = holdSession({
      store,
      call: police.call,
      language: () => 'zh-CN',
      changed: () => tokens.push(session.token()),
    })
    return session
  }
  return { police, launch, tokens }
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
