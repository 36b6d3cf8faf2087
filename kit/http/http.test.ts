import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query, type Database } from '../db/index.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { refuse } from '../pure/refuse.ts'
import { route } from '../pure/route.ts'
import { answer, nobody, openHttp, type Http, type Subject } from './index.ts'

let db: Database
let close: () => Promise<void>
let http: Http
let logged = ''
let work = 0
let nowMs = Date.parse('2026-11-21T02:00:00.000Z')

const jar = route({
  name: 'jar.fill',
  at: 'POST /jars/:jar',
  means: 'Fill a jar.',
  who: ['cook'],
  takes: z.object({ sweets: z.int().check(z.gte(0)), note: z.optional(z.string()) }),
  gives: z.object({ jar: z.string(), total: z.number() }),
  refuses: ['jar.full'],
  status: 201,
})
const locked = route({
  name: 'jar.lock',
  at: 'POST /locks',
  means: 'Lock.',
  who: ['anyone'],
  gives: z.object({ pin: z.string() }),
  secret: true,
})
const keyed = route({
  name: 'jar.order',
  at: 'POST /orders',
  means: 'Order.',
  who: ['cook'],
  gives: z.object({ ok: z.boolean() }),
  needsKey: true,
})
const peek = route({
  name: 'jar.peek',
  at: 'GET /jars',
  means: 'Look into a jar.',
  who: ['cook'],
  asks: z.object({ jar: z.string(), broken: z.optional(z.string()) }),
  gives: z.object({ jar: z.string() }),
  refuses: ['jar.not-found', 'jar.too-many'],
})
const fill = query({
  name: 'test.fill',
  takes: z.object({ id: z.string(), sweets: z.number() }),
  gives: z.object({ total: z.number() }),
  sql: `insert into jar (id, total) values (:id, :sweets) on conflict (id) do update set total = jar.total + :sweets returning total`,
})

const cook = (name: string, endsAt = '9999-12-31T23:59:59.999Z'): Subject => ({
  ...nobody,
  id: name,
  kind: 'cook',
  allows: ['cook'],
  endsAt,
})
const known: Readonly<Record<string, Subject>> = {
  anna: cook('anna'),
  berta: cook('berta'),
  late: cook('late', '2026-11-21T02:00:00.000Z'),
  guest: { ...cook('guest'), allows: ['guest'] },
}

beforeAll(async () => {
  ;({ db, close } = await openTestDatabase())
  await db.pool.query('create table jar (id text primary key, total int not null)')
  const opened = openHttp({
    chance: () => 0.5,
    db,
    clock: { now: () => new Date((nowMs += 1)).toISOString() },
    log: pino({ level: 'debug' }, { write: (line: string) => void (logged += line) }),
    titleOf: (code, facts, language) => `${language}: ${code} ${Object.keys(facts).join()}`,
    identify: (token) => Promise.resolve(known[token]),
  })
  opened.serve([
    answer(jar, async ({ params, body }, { tx }) => {
      work += 1
      const { total } = await tx.one(fill, { id: params.jar, sweets: body.sweets })
      if (total > 100) return refuse('jar.full', { total })
      return { jar: params.jar, total, cooksName: 'Anna' } as { jar: string; total: number }
    }),
    answer(locked, () => Promise.resolve({ pin: `pin-${(work += 1)}` })),
    answer(keyed, () => Promise.resolve({ ok: true })),
    answer(peek, async ({ query: { jar: id, broken } }) => {
      if (broken === 'shape') return { jar: 7, secret: 'the recipe' } as never
      if (broken === 'fault') throw new Error('the recipe is lost')
      if (broken === 'guess') return refuse('jar.too-many', { seconds: 7.2 })
      return Promise.resolve(id === 'none' ? refuse('jar.not-found', { jar: id }) : { jar: id })
    }),
  ])
  http = opened
})
afterAll(async () => {
  await http.app.close()
  await close()
})

type Sent = {
  method?: 'GET' | 'POST'
  who?: string
  key?: string
  type?: string
  body?: unknown
  text?: string
}
async function ask(url: string, { method = 'POST', who = 'anna', key, type, body: given, text }: Sent = {}) {
  const headers: Record<string, string> = { 'accept-language': 'fr' }
  if (who) headers['authorization'] = `Bearer ${who}`
  if (key !== undefined) headers['idempotency-key'] = key
  if (given !== undefined || text !== undefined) headers['content-type'] = type ?? 'application/json'
  const payload = text ?? (given === undefined ? undefined : JSON.stringify(given))
  const told = await http.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
  const body = told.json<Record<string, unknown>>()
  return {
    ...body,
    status: told.statusCode,
    headers: told.headers,
    pin: String(body['pin']),
    trace: String(body['trace']),
  }
}

test('[KI5] a press that is repeated is done once and answered alike, after years too; a press without a key is done each time', async () => {
  const press = { key: 'press-1', body: { sweets: 2 } }
  const first = await ask('/jars/plum', press)
  expect(first).toMatchObject({ status: 201, jar: 'plum', total: 2 })
  nowMs += 3 * 365 * 86_400_000
  expect(await ask('/jars/plum', press)).toMatchObject({ status: 201, jar: 'plum', total: 2 })
  expect(await ask('/jars/plum', { key: 'press-1', text: '{ "sweets" : 2, "unknown": 1 }' })).toMatchObject({
    status: 201,
    total: 2,
  })
  for (const other of [{ sweets: 3 }, { sweets: 2, note: 'x' }]) {
    expect(await ask('/jars/plum', { ...press, body: other })).toMatchObject({
      status: 409,
      code: 'idempotency.key-reused',
    })
  }
  expect(await ask('/jars/pear', press)).toMatchObject({ code: 'idempotency.key-reused' })
  expect(await ask('/jars/plum', { ...press, who: 'berta' })).toMatchObject({ total: 4 })
  expect(await ask('/jars/plum', { body: { sweets: 2 } })).toMatchObject({ total: 6 })
})

test('[KI5] twelve presses with one key at the same moment are one', async () => {
  const all = await Promise.all(
    Array.from({ length: 12 }, () => ask('/jars/fig', { key: 'at-once', body: { sweets: 1 } })),
  )
  for (const told of all) expect(told).toMatchObject({ status: 201, jar: 'fig', total: 1 })
  const mixed = await Promise.all(
    [1, 2].map((sweets) => ask('/jars/kiwi', { key: 'two-bodies', body: { sweets } })),
  )
  expect(mixed.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(mixed.find(({ status }) => status !== 201)).toMatchObject({ code: 'idempotency.key-reused' })
})

test('[KI5] a refusal keeps nothing: the same press may succeed later', async () => {
  const press = { key: 'too-early', body: { sweets: 60 } }
  await ask('/jars/date', { body: { sweets: 60 } })
  expect(await ask('/jars/date', press)).toMatchObject({
    status: 409,
    code: 'jar.full',
    facts: { total: 120 },
  })
  await db.pool.query(`update jar set total = 0 where id = 'date'`)
  expect(await ask('/jars/date', press)).toMatchObject({ status: 201, total: 60 })
})

test('[KI6] the key opens the secret answer again, and the table holds neither', async () => {
  const first = await ask('/locks', { key: 'my-own-key' })
  expect(await ask('/locks', { key: 'my-own-key' })).toMatchObject({ status: 200, pin: first.pin })
  expect((await ask('/locks', { key: 'another-key' })).pin).not.toBe(first.pin)
  const { rows } = await db.pool.query<{ row: string }>('select to_jsonb(k)::text as row from kept_answer k')
  for (const secret of [first.pin, 'my-own-key'])
    expect(rows.some(({ row }) => row.includes(secret))).toBe(false)
})

test('[KI7] what the contract does not name never leaves, not even the second time', async () => {
  for (let i = 0; i < 2; i++)
    expect(await ask('/jars/melon', { key: 'melon', body: { sweets: 1 } })).not.toHaveProperty('cooksName')
})

test('[KI7] an answer of another shape and a fault say nothing but a trace, and the log has no value of it', async () => {
  for (const broken of ['shape', 'fault']) {
    const told = await ask(`/jars?jar=a&broken=${broken}`, { method: 'GET' })
    expect(told).toMatchObject({ status: 500, type: 'urn:open110:fault', code: 'fault', facts: {} })
    expect(told.trace).toMatch(/^[0-9a-f-]{36}$/)
    expect(JSON.stringify(told)).not.toContain('recipe')
    expect(logged).toContain(told.trace)
  }
  expect(logged).toContain('jar.peek: the answer is not what the contract says (jar: invalid_type)')
  expect(await http.metrics.getSingleMetricAsString('open110_faults_total')).toMatch(/total 2$/)
})

test.each<[string, Sent, object]>([
  [
    'no JSON',
    { text: '{"sweets": 1' },
    { status: 422, code: 'input.invalid', facts: { field: 'body', problem: 'not-json' } },
  ],
  ['nothing', {}, { status: 422, code: 'input.invalid', facts: { field: 'body' } }],
  ['a list', { body: [1] }, { status: 422, code: 'input.invalid', facts: { field: 'body' } }],
  [
    'a wrong field',
    { body: { sweets: 'many' } },
    { status: 422, code: 'input.invalid', facts: { field: 'sweets', problem: 'invalid_type' } },
  ],
  [
    'two wrong fields',
    { body: { sweets: -1, note: 5 } },
    { status: 422, facts: { fields: expect.arrayContaining(['sweets', 'note']) as unknown } },
  ],
  [
    'another type of body',
    { text: '{"sweets":1}', type: 'text/plain' },
    { status: 422, code: 'input.invalid' },
  ],
  [
    'too much',
    { body: { sweets: 1, note: 'x'.repeat(600_000) } },
    { status: 413, code: 'input.too-large', facts: { limitBytes: 524_288 } },
  ],
  [
    'too long a key',
    { key: 'k'.repeat(129), body: { sweets: 1 } },
    { status: 422, code: 'idempotency.key-invalid' },
  ],
  [
    'a key with blanks',
    { key: 'a b', body: { sweets: 1 } },
    { status: 422, code: 'idempotency.key-invalid' },
  ],
])('[KI8] %s is refused, named, and never reaches the work', async (_, sent, expected) => {
  const before = work
  expect(await ask('/jars/lime', sent)).toMatchObject(expected)
  expect(work).toBe(before)
})

test('[KI8] a query that lacks its part and a missing key are refused as well', async () => {
  expect(await ask('/jars', { method: 'GET' })).toMatchObject({
    status: 422,
    code: 'input.invalid',
    facts: { field: 'jar' },
  })
  expect(await ask('/jars?jar=%00', { method: 'GET' })).toMatchObject({ status: 422, code: 'input.invalid' })
  expect(await ask('/orders')).toMatchObject({ status: 422, code: 'idempotency.key-missing' })
  expect(await ask('/orders', { key: 'k'.repeat(128) })).toMatchObject({ status: 200, ok: true })
})

test('[KI9] a refusal says what, why and how long, in the reader’s language', async () => {
  expect(await ask('/jars?jar=none', { method: 'GET' })).toMatchObject({
    status: 404,
    type: 'urn:open110:jar.not-found',
    code: 'jar.not-found',
    title: 'fr: jar.not-found jar',
    facts: { jar: 'none' },
  })
  const guess = await ask('/jars?jar=a&broken=guess', { method: 'GET' })
  expect([guess.status, guess.headers['retry-after'], guess.headers['content-type']]).toEqual([
    429,
    '8',
    'application/problem+json; charset=utf-8',
  ])
})

test.each([
  ['', 401, 'session.signed-out'],
  ['a-stranger', 401, 'session.signed-out'],
  ['late', 401, 'session.signed-out'],
  ['guest', 403, 'permission.denied'],
])('[KI10] "%s" is turned away with %i before the work', async (who, status, code) => {
  const before = work
  expect(await ask('/jars/grape', { who, body: { sweets: 1 } })).toMatchObject({ status, code })
  expect(await ask('/jars/grape', { who, text: 'not even JSON' })).toMatchObject({ status, code })
  expect(work).toBe(before)
  expect((await ask('/locks', { who })).status).toBe(200)
})
