import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { event } from '../pure/event.ts'
import { refuse } from '../pure/refuse.ts'
import type { Database, Tx } from './database.ts'
import { query } from './query.ts'
import { openTestDatabase } from './test-database.ts'

let db: Database
let close: () => Promise<void>
beforeAll(async () => {
  ;({ db, close } = await openTestDatabase())
  await db.pool.query(
    'create table jar (id text primary key, sweets int not null, last_eaten_at timestamptz)',
  )
})
afterAll(() => close())

const Jar = z.object({ id: z.string(), sweets: z.number(), lastEatenAt: z.optional(z.string()) })
const jars = query({
  name: 'test.jars',
  gives: Jar,
  sql: 'select id, sweets, last_eaten_at from jar order by id',
})
const put = query({
  name: 'test.put',
  takes: z.object({ id: z.string(), sweets: z.number() }),
  sql: `insert into jar (id, sweets) values (:id, :sweets) on conflict (id) do update set sweets = :sweets`,
})
const add = query({
  name: 'test.add',
  takes: z.object({ id: z.string() }),
  sql: `update jar set sweets = sweets + 1 where id = :id`,
})
const opened = event({
  name: 'jar.opened',
  version: 1,
  means: 'A jar was opened.',
  body: z.object({ jar: z.string() }),
  topics: (body) => [`jar:${body.jar}`],
  hearers: () => ['everybody'],
})
const at = '2026-11-21T02:00:00.000Z'
const told = async () => {
  const rows = query({
    name: 'test.told',
    gives: z.object({ jar: z.string() }),
    sql: `select data->>'jar' as jar from event order by cursor`,
  })
  return (await db.all(rows)).map(({ jar }) => jar)
}
const sweetsIn = async (id: string) => (await db.all(jars)).find((jar) => jar.id === id)?.sweets

test('[KI1] a statement that names what it does not take is a fault where it is written', () => {
  expect(() =>
    query({ name: 'test.typo', takes: z.object({ jar: z.string() }), sql: 'select :jra' }),
  ).toThrow('nothing is taken for :jra')
  const cast = query({
    name: 'test.cast',
    takes: z.object({ a: z.string() }),
    sql: `select :a::text, 'x'::text, :a`,
  })
  expect([cast.text, cast.order]).toEqual([`select $1::text, 'x'::text, $1`, ['a']])
})

test('[KI1] rows come in camel case, without nulls, in moments; a row of another shape is a fault that names the statement', async () => {
  await db.run(put, { id: 'a', sweets: 3 })
  expect(await db.all(jars)).toEqual([{ id: 'a', sweets: 3 }])
  await db.pool.query(`update jar set last_eaten_at = '2026-11-21 10:00:00+08' where id = 'a'`)
  expect((await db.all(jars))[0]?.lastEatenAt).toBe(at)
  const wrong = query({
    name: 'test.wrong',
    gives: z.object({ sweets: z.string() }),
    sql: 'select sweets from jar',
  })
  await expect(db.all(wrong)).rejects.toThrow(
    'test.wrong: a row is not what its schema says (sweets: invalid_type)',
  )
  const broken = query({ name: 'test.broken', sql: 'select from no_such_table' })
  await expect(db.all(broken)).rejects.toThrow('test.broken failed')
  const none = query({ name: 'test.none', gives: Jar, sql: 'select * from jar where false' })
  expect(await db.maybe(none)).toBeUndefined()
  await expect(db.one(none)).rejects.toThrow('test.none: no row')
})

test('[KI2] a refusal takes everything back, and tells nobody', async () => {
  const before = await told()
  const no = await db.tx(async (tx) => {
    await tx.run(put, { id: 'refused', sweets: 1 })
    tx.emit(opened, at, { jar: 'refused' })
    return refuse('jar.empty', { id: 'refused' })
  })
  expect(no).toEqual({ refused: 'jar.empty', facts: { id: 'refused' } })
  expect(await sweetsIn('refused')).toBeUndefined()
  expect(await told()).toEqual(before)
})

test('[KI2] what a refusal asks to be remembered stays, and is the caller’s answer all the same', async () => {
  const no = await db.tx(async (tx) => {
    await tx.run(put, { id: 'wrong-try', sweets: 1 })
    tx.remember()
    return refuse('jar.denied')
  })
  expect(no.refused).toBe('jar.denied')
  expect(await sweetsIn('wrong-try')).toBe(1)
})

test('[KI2] a fault takes everything back, and the connection is fit for the next', async () => {
  const attempt = db.tx(async (tx) => {
    await tx.run(put, { id: 'faulty', sweets: 1 })
    throw new Error('the roof fell in')
  })
  await expect(attempt).rejects.toThrow('the roof fell in')
  expect(await sweetsIn('faulty')).toBeUndefined()
  await Promise.all(Array.from({ length: 20 }, () => db.tx((tx) => tx.run(add, { id: 'a' }))))
})

test('[KI3] events are those of transactions that held, in their order, with their topics; an event of another shape is a fault', async () => {
  const before = (await told()).length
  let heard = 0
  const stop = db.onCommit(() => (heard += 1))
  await db.tx(async (tx) => {
    for (const jar of ['one', 'two', 'three']) tx.emit(opened, at, { jar })
  })
  expect((await told()).slice(before)).toEqual(['one', 'two', 'three'])
  expect(heard).toBeGreaterThan(0)
  stop()
  const odd = db.tx(async (tx) => tx.emit(opened, at, { jar: 1 } as never))
  await expect(odd).rejects.toThrow()
  const { rows } = await db.pool.query<{ topics: string[]; hearers: string[] }>(
    'select topics, hearers from event order by cursor desc limit 1',
  )
  expect(rows).toEqual([{ topics: ['jar:three'], hearers: ['everybody'] }])
})

test('[KI4] two who hold what the other needs are tried again, and each does its work once', async () => {
  for (const id of ['left', 'right']) await db.run(put, { id, sweets: 0 })
  let tries = 0
  const both = async (first: string, second: string, meet: Promise<void>, arrived: () => void) =>
    db.tx(async (tx: Tx) => {
      tries += 1
      await tx.run(add, { id: first })
      arrived()
      await meet
      await tx.run(add, { id: second })
    })
  let waiting = 2
  let open = () => {}
  const meet = new Promise<void>((resolve) => (open = resolve))
  const arrived = () => {
    waiting -= 1
    if (waiting === 0) open()
  }
  await Promise.all([both('left', 'right', meet, arrived), both('right', 'left', meet, arrived)])
  // One of them is chosen to fail; on a slow machine it may meet the other once more.
  expect(tries).toBeGreaterThanOrEqual(3)
  expect([await sweetsIn('left'), await sweetsIn('right')]).toEqual([2, 2])
})

test('[KI4] what never succeeds is given up after four tries, and any other fault at once', async () => {
  const failing = (code: string) => {
    let tries = 0
    const attempt = db.tx(async (tx) => {
      tries += 1
      const raise = query({
        name: `test.raise-${code}`,
        sql: `do $$ begin raise exception 'no' using errcode = '${code}'; end $$`,
      })
      await tx.run(raise)
    })
    return attempt.then(
      () => 0,
      () => tries,
    )
  }
  expect(await failing('40001')).toBe(4)
  expect(await failing('23505')).toBe(1)
})

test('[KI4] many questions asked at once inside one transaction wait for each other', async () => {
  const rows = await db.tx((tx) => Promise.all(Array.from({ length: 10 }, () => tx.all(jars))))
  expect(rows).toHaveLength(10)
  const faulty = query({ name: 'test.faulty', sql: 'select 1 / 0' })
  const mixed = db.tx((tx) => Promise.all([tx.all(jars), tx.run(faulty), tx.all(jars)]))
  await expect(mixed).rejects.toThrow('test.faulty failed')
})

test('[KI33] what follows from an event is kept with it, or neither is', async () => {
  const heard: string[] = []
  const stops = [
    db.heed(opened, async (tx, { jar }, at) => {
      heard.push(`first ${jar}`)
      await tx.run(put, { id: `after ${jar}`, sweets: 1 })
      if (jar === 'k1') tx.emit(opened, at, { jar: 'k2' })
    }),
    db.heed(opened, async (_tx, { jar }) => {
      heard.push(`second ${jar}`)
      if (jar === 'bad') throw new Error('cannot follow')
    }),
  ]
  const open = (jar: string) => db.tx(async (tx) => tx.emit(opened, '2026-03-01T04:00:00.000Z', { jar }))
  await open('k1')
  expect(heard).toEqual(['first k1', 'second k1', 'first k2', 'second k2'])
  await expect(open('bad')).rejects.toThrow('cannot follow')
  for (const stop of stops) stop()
  await open('k3')
  const kept = (await db.all(jars)).map(({ id }) => id).filter((id) => id.startsWith('after '))
  expect(kept).toEqual(['after k1', 'after k2'])
  expect(heard).not.toContain('first k3')
})
