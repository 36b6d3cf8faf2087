import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query, rowsTogether, toldBy, type Database } from '../db/index.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { event } from '../pure/event.ts'
import { refuse } from '../pure/refuse.ts'
import { route } from '../pure/route.ts'
import { answerTogether, openHttp, type Http } from './index.ts'

let db: Database
let close: () => Promise<void>
let http: Http
let twin: Http

const drop = route({
  name: 'drop.add',
  at: 'POST /drops',
  means: 'A drop falls into the bucket.',
  who: ['anyone'],
  takes: z.object({ drop: z.string() }),
  gives: z.object({ id: z.string() }),
  refuses: ['drop.invalid'],
  status: 201,
  needsKey: true,
  admission: 'alarm',
})
const fallen = event({
  name: 'drop.fallen',
  version: 1,
  means: 'A drop has fallen.',
  body: z.object({ drop: z.string() }),
  topics: () => ['bucket'],
  hearers: () => ['everybody'],
})
const rows = rowsTogether({
  name: 'test.drops',
  lists: ['drops'],
  sql: `drops as (insert into bucket (id, name) select id, name
                    from jsonb_to_recordset(:drops::jsonb) as d(press text, id text, name text)
                   where d.press in (select press from fresh))`,
})
let made = 0
const at = '2026-11-22T02:00:00.000Z'
const opened = () => {
  const own = openHttp({
    db,
    clock: { now: () => at },
    log: pino({ level: 'silent' }),
    titleOf: (code) => code,
    identify: async () => undefined,
    chance: () => 0.5,
  })
  own.serve([
    answerTogether(drop, rows, async ({ body }) => {
      if (body.drop === 'oil') return refuse('drop.invalid')
      const id = `drop-${made++}`
      return {
        rank: 1,
        written: { rows: { drops: [{ id, name: body.drop }] }, events: [toldBy(fallen, at, { drop: id })] },
        answer: { id },
      }
    }),
  ])
  return own
}
beforeAll(async () => {
  ;({ db, close } = await openTestDatabase())
  await db.pool.query(`create table bucket (id text primary key, name text not null check (name <> 'ink'))`)
  http = opened()
  twin = opened()
})
afterAll(async () => {
  await http.app.close()
  await twin.app.close()
  await close()
})

const add = async (key: string, name: string, by = http) => {
  const answer = await by.app.inject({
    method: 'POST',
    url: '/drops',
    headers: { 'idempotency-key': key, 'content-type': 'application/json' },
    payload: JSON.stringify({ drop: name }),
  })
  return { status: answer.statusCode, ...answer.json<{ id?: string; code?: string }>() }
}
const inBucket = query({
  name: 'test.in-bucket',
  takes: z.object({ name: z.string() }),
  gives: z.object({ id: z.string() }),
  sql: `select id from bucket where name = :name order by id`,
})
const told = query({
  name: 'test.told-drops',
  gives: z.object({ drop: z.string(), cursor: z.number() }),
  sql: `select data->>'drop' as drop, cursor from event order by cursor`,
})

test('[KI20] of a hundred drops at once each is there once, told once, with an answer of its own', async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => add(`many-${n}`, 'water')))
  expect(new Set(answers.map(({ id }) => id)).size).toBe(100)
  expect(answers.every(({ status }) => status === 201)).toBe(true)
  const kept = (await db.all(inBucket, { name: 'water' })).map(({ id }) => id)
  expect(kept.toSorted()).toEqual(answers.map(({ id }) => id!).toSorted())
  const events = await db.all(told)
  expect(new Set(events.map(({ cursor }) => cursor)).size).toBe(100)
  expect(events.map((one) => one.drop).toSorted()).toEqual(kept.toSorted())
})

test('[KI5] [KI20] the same press ten times at once, in two programs, is one drop with one answer; later too', async () => {
  const all = await Promise.all(
    Array.from({ length: 10 }, (_, n) => add('one-press', 'dew', n % 2 ? twin : http)),
  )
  expect(await db.all(inBucket, { name: 'dew' })).toHaveLength(1)
  expect(new Set(all.map(({ id }) => id)).size).toBe(1)
  expect(await add('one-press', 'dew', twin)).toEqual(all[0])
  expect(await add('one-press', 'rain')).toMatchObject({ status: 409, code: 'idempotency.key-reused' })
})

test('[KI20] a drop that the table refuses spoils no other that came with it, and may come again as another', async () => {
  const all = await Promise.all(['mist', 'ink', 'fog'].map((name) => add(`with-${name}`, name)))
  expect(all.map(({ status }) => status)).toEqual([201, 500, 201])
  expect(await db.all(inBucket, { name: 'ink' })).toEqual([])
  expect((await add('with-ink', 'hail')).status).toBe(201)
})

test('[KI20] what is refused before it is written leaves nothing behind, and keeps no answer', async () => {
  expect(await add('slick', 'oil')).toMatchObject({ status: 422, code: 'drop.invalid' })
  expect((await add('slick', 'snow')).status).toBe(201)
})
