import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { sha256Hex } from '../crypto/index.ts'
import { json, type Database } from '../db/index.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { route } from '../pure/route.ts'
import { mostGuessers, openBrake } from './brake.ts'
import { answer, openHttp, type Http } from './index.ts'

let db: Database
let close: () => Promise<void>
let http: Http
let given = 0
let slowNow = 0
let slowMost = 0
let letGo: (() => void)[] = []

const give = route({
  name: 'key.give',
  at: 'POST /keys',
  means: 'Give a key.',
  who: ['anyone'],
  takes: z.object({ secret: z.string() }),
  gives: z.object({ token: z.string() }),
  secret: true,
})
const grind = route({
  name: 'mill.grind',
  at: 'POST /mill',
  means: 'Grind slowly.',
  who: ['anyone'],
  gives: z.object({ ok: z.boolean() }),
  atOnce: 2,
})

beforeAll(async () => {
  ;({ db, close } = await openTestDatabase())
  const opened = openHttp({
    chance: () => 0.5,
    db,
    clock: { now: () => '2026-11-21T02:00:00.000Z' },
    log: pino({ level: 'silent' }),
    titleOf: (code) => code,
    identify: () => Promise.resolve(undefined),
    isEven: ({ name }) => name === 'key.give',
  })
  opened.serve([
    answer(give, () => Promise.resolve({ token: `token-${(given += 1)}` })),
    answer(grind, async () => {
      slowNow += 1
      slowMost = Math.max(slowMost, slowNow)
      await new Promise<void>((done) => letGo.push(done))
      slowNow -= 1
      return { ok: true }
    }),
  ])
  http = opened
  await http.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(async () => {
  await http.app.close()
  await close()
})

const press = async (key: string, body: unknown, remoteAddress = '10.0.0.1', forwarded?: string) => {
  const headers = { 'idempotency-key': key, ...(forwarded && { 'x-forwarded-for': forwarded }) }
  const told = await http.app.inject({
    method: 'POST',
    url: '/keys',
    headers,
    payload: body as object,
    remoteAddress,
  })
  return told.json<{ token?: string; code?: string }>()
}

test('[KI15] a body nested two hundred thousand deep is refused, and the server lives to answer the next', async () => {
  const { port } = http.app.server.address() as { port: number }
  const post = (body: string) =>
    fetch(`http://127.0.0.1:${port}/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
  const deep = '['.repeat(200_000) + ']'.repeat(200_000)
  for (const body of [
    deep,
    `["\\u0000",${deep}]`,
    `{"secret":"x","more":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
  ]) {
    const told = await post(body)
    expect([told.status, ((await told.json()) as { code: string }).code]).toEqual([422, 'input.invalid'])
  }
  expect((await post('{"secret":"x"}')).status).toBe(200)
})

test('[KI16] a stranger who guesses the key of another stranger’s press is not handed that one’s token', async () => {
  const first = await press('1', { secret: 'a' })
  expect((await press('1', { secret: 'a' })).token).toBe(first.token)
  expect((await press('1', { secret: 'a' }, '10.0.0.2')).token).not.toBe(first.token)
  // Behind the proxy of this machine it is the phone’s own address that counts, and nobody can claim one from afar.
  expect((await press('1', { secret: 'a' }, '127.0.0.1', '10.0.0.1')).token).toBe(first.token)
  expect((await press('1', { secret: 'a' }, '10.0.0.3', '10.0.0.1')).token).not.toBe(first.token)
})

test('[KI16] the table does not tell what was in a body, even to somebody who tries every password', async () => {
  await press('a key of my own', { secret: 'open sesame' })
  const { rows } = await db.pool.query<{ hash: string }>('select body_hash as hash from kept_answer')
  const guessed = sha256Hex(`POST /keys\n${json({ secret: 'open sesame' })}`)
  expect(rows.length).toBeGreaterThan(0)
  expect(rows.map(({ hash }) => hash)).not.toContain(guessed)
})

test('[KI17] of ninety who want slow work two are served at once, a line waits, the rest are told when to come', async () => {
  const asked = Array.from({ length: 90 }, () => http.app.inject({ method: 'POST', url: '/mill' }))
  let isOver = false
  const all = Promise.all(asked).finally(() => (isOver = true))
  while (!isOver) {
    for (const done of letGo.splice(0)) done()
    await new Promise((soon) => setTimeout(soon, 1))
  }
  const told = await all
  const codes = (status: number) => told.filter(({ statusCode }) => statusCode === status)
  expect([codes(200).length, codes(429).length, slowMost]).toEqual([66, 24, 2])
  expect(codes(429)[0]?.json()).toMatchObject({ code: 'request.too-many', facts: { seconds: 2 } })
  expect(codes(429)[0]?.headers['retry-after']).toBe('2')
  letGo = []
})

test('[KI18] of a hundred thousand and one guessers the one who was longest quiet is forgotten', () => {
  const brake = openBrake({ freeTries: 1, firstSeconds: 10, mostSeconds: 10, forgetSeconds: 3_600 })
  for (let n = 0; n <= mostGuessers; n++) brake.failed(`10.${n}`, 0)
  expect([brake.waitFor('10.0', 0), brake.waitFor('10.1', 0)]).toEqual([0, 10])
})

test('[KI35] a good answer, a refusal and an unreadable question are answered in one length', async () => {
  const ask = (payload: string, url = '/keys') =>
    http.app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } })
  const answers = await Promise.all([ask('{"secret":"a"}'), ask('{}'), ask('{'), ask('')])
  expect(answers.map(({ rawPayload }) => rawPayload.length)).toEqual([1_024, 1_024, 1_024, 1_024])
  expect(answers.map((answer) => typeof (answer.json() as { code?: string }).code)).toEqual([
    'undefined',
    'string',
    'string',
    'string',
  ])
  const other = ask('{}', '/mill')
  while (letGo.length === 0) await new Promise((done) => setImmediate(done))
  letGo.splice(0).forEach((go) => go())
  expect((await other).body).toBe('{"ok":true}')
})
