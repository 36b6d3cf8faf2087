import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { query, type Database } from '../db/index.ts'
import { useOwnCluster } from '../db/test-cluster-own.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { nobody } from '../http/index.ts'
import { event, sessionEnded } from '../pure/event.ts'
import { openOwnHub } from './hub.fake.ts'
import { liveSweeps } from './index.ts'
import { openWire, type Wire } from './wire.fake.ts'

let db: Database
let close: () => Promise<void>
const closers: (() => Promise<unknown> | void)[] = []
let leaveCluster: () => Promise<void>
beforeAll(async () => {
  leaveCluster = await useOwnCluster()
})
afterAll(() => leaveCluster())
beforeEach(async () => {
  ;({ db, close } = await openTestDatabase())
})
afterEach(async () => {
  for (const each of closers.splice(0).toReversed()) await each()
  await close()
})

const at = '2026-11-21T02:00:00.000Z'
const clock = { now: () => at }
const happened = event({
  name: 'test.happened',
  version: 1,
  means: 'Something happened.',
  body: z.object({ n: z.number(), where: z.string(), pad: z.optional(z.string()) }),
  topics: ({ where }) => [where],
  hearers: () => ['org:lishui'],
})
const happens = (where: string, numbers: readonly number[], pad?: string, when = at) =>
  db.tx(async (tx) => {
    for (const n of numbers) tx.emit(happened, when, { n, where, pad })
  })
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n)

type Given = Omit<Parameters<typeof openOwnHub>[0], 'db' | 'clock'>
const openOne = async (given: Given = {}, on = db) => {
  const own = await openOwnHub({ db: on, clock, hears: ['org:lishui'], ...given })
  closers.push(own.close)
  return own
}
const says = async (url: string, first: object): Promise<Wire> => {
  const wire = await openWire(url, { auth: 'one', topics: ['desk:lishui'], ...first })
  closers.push(() => wire.drop())
  return wire
}

/** The database, with a count of what is asked of it. */
function counted() {
  const asked: string[] = []
  let [now, most] = [0, 0]
  const watch = (one: Database): Database => ({
    ...one,
    of: (admission) => watch(one.of(admission)),
    async all(statement, args) {
      asked.push(statement.name)
      if (statement.name !== 'kit.missed-events') return one.all(statement, args)
      most = Math.max(most, (now += 1))
      return one.all(statement, args).finally(() => (now -= 1))
    },
  })
  return {
    db: watch(db),
    missed: () => asked.filter((name) => name === 'kit.missed-events').length,
    most: () => most,
  }
}

test('[LV13] hundreds who come back with a recent cursor ask the database nothing; also in a process just started', async () => {
  const first = await openOne()
  const since = first.hub.head()
  for (let n = 0; n < 5; n++) await happens('desk:lishui', upTo(10, n * 10))
  await first.hub.pump()
  const watched = counted()
  const later = await openOne({}, watched.db)
  const wires = await Promise.all(upTo(200).map((n) => says(n % 2 ? first.url : later.url, { since })))
  await Promise.all(wires.map((wire) => wire.joined()))
  for (const wire of wires) expect(wire.heard()).toEqual(upTo(50))
  expect(watched.missed()).toBe(0)
})

test('[LV13] older cursors are served from the database, a few at a time, whole and without doubles', async () => {
  const since = (await openOne()).hub.head()
  await happens('desk:lishui', upTo(900))
  const watched = counted()
  const { url } = await openOne({ pace: { kept: { events: 50, bytes: 1e6 } } }, watched.db)
  const wires = await Promise.all(upTo(30).map(() => says(url, { since })))
  await happens('desk:lishui', upTo(100, 900))
  for (const wire of wires) {
    await wire.until(() => wire.heard().length >= 1_000)
    expect(wire.heard()).toEqual(upTo(1_000))
  }
  expect(watched.missed()).toBeGreaterThanOrEqual(30)
  expect(watched.most()).toBeLessThanOrEqual(4)
})

test('[LV13] of many who join at once so many are looked at, and those who go first before the others', async () => {
  const order: string[] = []
  let [now, most] = [0, 0]
  const open = Promise.withResolvers<void>()
  const { url } = await openOne({
    pace: { joinsAtOnce: 2 },
    goesFirst: (topics) => topics.includes('desk:lishui'),
    async identify(token) {
      order.push(token)
      most = Math.max(most, (now += 1))
      await open.promise
      now -= 1
      return { ...nobody, hears: ['org:lishui'] }
    },
  })
  const wires: Wire[] = []
  for (const auth of ['a', 'b', 'c', 'd']) wires.push(await says(url, { auth, topics: ['report:1'] }))
  await expect.poll(() => order.length).toBe(2)
  const given = await says(url, { auth: 'given up', topics: ['report:1'] })
  for (const auth of ['desk 1', 'desk 2']) wires.push(await says(url, { auth }))
  given.drop()
  await new Promise((later) => setTimeout(later, 50))
  open.resolve()
  await Promise.all(wires.map((wire) => wire.joined()))
  expect([order, most]).toEqual([['a', 'b', 'desk 1', 'desk 2', 'c', 'd'], 2])
})

/** A line that is being told much more than it reads. */
async function stuck() {
  const own = await openOne({ pace: { kept: { events: 50, bytes: 1e6 }, mostMissed: 10_000 } })
  const since = own.hub.head()
  const pad = 'x'.repeat(64 * 1024)
  for (let n = 0; n < 300; n += 20) await happens(n % 40 ? 'desk:lishui' : 'desk:shaoxing', upTo(20, n), pad)
  await own.hub.pump()
  const wire = await openWire(own.url)
  closers.push(() => wire.drop())
  wire.stall()
  wire.say({ auth: 'one', topics: ['desk:lishui'], since })
  await expect.poll(() => own.hub.lines()).toBe(1)
  await new Promise((later) => setTimeout(later, 200))
  return { ...own, wire }
}

test('[LV14] whose session ends while they are told what they missed is told nothing after it', async () => {
  const { wire, hub } = await stuck()
  await db.tx(async (tx) => tx.emit(sessionEnded, at, { session: 'one' }))
  await hub.pump()
  wire.resume()
  await wire.closed()
  expect(wire.frames.at(-1)).toEqual({ refused: 'session.signed-out' })
  expect(wire.heard().length).toBeLessThan(140)
  expect([wire.closedWith(), hub.lines()]).toEqual([4401, 0])
})

test('[LV14] topics that are named while somebody is told what they missed count from where they are', async () => {
  const { wire } = await stuck()
  wire.say({ topics: ['desk:shaoxing'] })
  await new Promise((later) => setTimeout(later, 100))
  wire.resume()
  await wire.joined()
  const isLishui = (n: number) => n % 40 >= 20
  const heard = wire.heard()
  const turn = heard.findIndex((n) => !isLishui(n))
  expect(turn).toBeGreaterThan(0)
  const last = heard[turn - 1]!
  const all = upTo(300)
  expect(heard).toEqual([
    ...all.filter((n) => isLishui(n) && n <= last),
    ...all.filter((n) => !isLishui(n) && n > last),
  ])
  await happens('desk:lishui', [1_000])
  await happens('desk:shaoxing', [1_001])
  await wire.until(() => wire.heard().includes(1_001))
  expect(wire.heard()).not.toContain(1_000)
})

test('[LV14] a session that ends while it is being asked whose it is does not get in', async () => {
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const { url, hub } = await openOne({
    async identify() {
      asked.resolve()
      await answered.promise
      return { ...nobody, session: 'ending', hears: ['org:lishui'] }
    },
  })
  const wire = await says(url, {})
  await asked.promise
  await db.tx(async (tx) => tx.emit(sessionEnded, at, { session: 'ending' }))
  await hub.pump()
  answered.resolve()
  await wire.closed()
  expect([wire.frames, hub.lines()]).toEqual([[{ refused: 'session.signed-out' }], 0])
})

const mark = query({
  name: 'test.mark',
  gives: z.object({ upTo: z.number(), count: z.number() }),
  sql: `select up_to, (select count(*) from event) as count from event_forgotten`,
})

test('[LV15] what is older than the rule goes from the front in slices, the mark with it, and a cursor below is a gap', async () => {
  await db.pool.query(
    await readFile(new URL('../../migrations/0016-event-retention.sql', import.meta.url), 'utf8'),
  )
  const [own] = [await openOne()]
  const start = own.hub.head()
  await happens('desk:lishui', upTo(1_500), undefined, '2026-11-13T02:00:00.000Z')
  await own.hub.pump()
  const old = own.hub.head()
  await happens('desk:lishui', [2_000], undefined, '2026-11-20T02:00:00.000Z')
  // A clock that was wrong: what stands behind a younger event stays as long as that one.
  await happens('desk:lishui', [2_001], undefined, '2026-11-01T02:00:00.000Z')
  const [sweep] = liveSweeps({ db, clock })
  expect(await sweep!.run(0)).toBe(1_000)
  const first = await db.one(mark)
  expect(first.count).toBe(502)
  expect(await sweep!.run(0)).toBe(500)
  expect(await sweep!.run(0)).toBe(0)
  const second = await db.one(mark)
  expect(second.count).toBe(2)
  expect(second.upTo).toBeGreaterThan(first.upTo)
  const fresh = await openOne()
  const [below, above] = [await says(fresh.url, { since: start }), await says(fresh.url, { since: old })]
  await Promise.all([below.joined(), above.joined()])
  expect([below.frames[0], below.heard()]).toEqual([{ gap: true }, []])
  expect([above.frames.some(({ gap }) => gap), above.heard()]).toEqual([false, [2_000, 2_001]])

  await db.pool.query(`update event_forgotten set keep = '1 hour'`)
  expect(await sweep!.run(0)).toBe(2)
})
