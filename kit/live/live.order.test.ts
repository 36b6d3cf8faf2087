import * as z from 'zod/mini'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openDatabase, query, type Database } from '../db/index.ts'
import { useOwnCluster } from '../db/test-cluster-own.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { event } from '../pure/event.ts'
import { openOwnHub } from './hub.fake.ts'
import { firstHead, readOn } from './log.ts'
import { openWire, type Wire } from './wire.fake.ts'

let db: Database
const closers: (() => Promise<unknown> | void)[] = []
let leave: () => Promise<unknown>
beforeAll(async () => {
  const leaveCluster = await useOwnCluster()
  const made = await openTestDatabase()
  // Enough connections for many transactions that stay open at once.
  const url = made.db.pool.options.connectionString!
  db = openDatabase({ url, connections: 40, onFault: () => {} })
  leave = async () => {
    await db.close()
    await made.close()
    await leaveCluster()
  }
})
afterAll(() => leave())
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

const at = '2026-11-21T02:00:00.000Z'
const clock = { now: () => at }
const happened = event({
  name: 'test.happened',
  version: 1,
  means: 'Something happened.',
  body: z.object({ n: z.number() }),
  topics: () => ['desk:lishui', 'wall:lishui'],
  hearers: () => ['org:lishui'],
})
const takeNumber = query({ name: 'test.take-number', sql: `select pg_current_xact_id()::text as number` })

const hub = async (heartbeatMs = 60_000) => {
  const own = await openOwnHub({ db, clock, hears: ['org:lishui'], heartbeatMs })
  closers.push(own.close)
  return own
}
const listens = async (url: string, since?: number): Promise<Wire> => {
  const wire = await openWire(url, { auth: 'one', topics: ['desk:lishui', 'wall:lishui'], since })
  closers.push(() => wire.drop())
  await wire.joined()
  return wire
}
/** A transaction that has its number and waits to be told how it ends. */
async function open(numbers: readonly number[]) {
  const end = Promise.withResolvers<'commit' | 'rollback'>()
  const begun = Promise.withResolvers<void>()
  const rolledBack = new Error('rolled back')
  const done = db
    .tx(async (tx) => {
      await tx.all(takeNumber)
      begun.resolve()
      for (const n of numbers) tx.emit(happened, at, { n })
      if ((await end.promise) === 'rollback') throw rolledBack
    })
    .catch((fault: unknown) => {
      if (fault !== rolledBack) throw fault
    })
  await begun.promise
  return {
    numbers,
    async end(how: 'commit' | 'rollback') {
      end.resolve(how)
      await done
    },
  }
}

test.each([110, 119, 120, 122, 999])(
  '[LV1] whatever the order in which transactions begin and end (seed %i), each reader hears each committed event once, in order',
  async (seed) => {
    let chance = seed
    const roll = (sides: number) => (chance = (chance * 48_271) % 2_147_483_647) % sides
    const steady = await hub()
    let restarted = await hub()
    const always = await listens(steady.url)
    /** Whoever goes and comes back: all that they heard, on one wire after the other. */
    const wanderers = await Promise.all([steady, restarted, restarted].map(({ url }) => listens(url)))
    const heard: number[][] = wanderers.map(() => [])
    const move = async (who: number, url: string) => {
      const wire = wanderers[who]!
      const since = wire.cursor()
      heard[who]!.push(...wire.heard())
      wire.drop()
      wanderers[who] = await listens(url, since)
    }

    const committed: number[] = []
    const running: Awaited<ReturnType<typeof open>>[] = []
    for (let n = 0; n < 240 || running.length > 0;) {
      if (n < 240 && running.length < 6) {
        const count = 1 + roll(3)
        running.push(await open(Array.from({ length: count }, (_, more) => n + more)))
        n += count
      } else {
        const [one] = running.splice(roll(running.length), 1)
        const how = roll(4) === 0 ? 'rollback' : 'commit'
        await one!.end(how)
        if (how === 'commit') committed.push(...one!.numbers)
      }
      if (roll(9) === 0) await move(0, steady.url)
      if (roll(9) === 0) await move(1, roll(2) === 0 ? steady.url : restarted.url)
      if (roll(40) !== 0) continue
      await restarted.close()
      restarted = await hub()
      await move(1, restarted.url)
      await move(2, restarted.url)
    }

    await always.until(() => always.heard().length >= committed.length)
    const cursors = always.events().map(({ cursor }) => cursor!)
    expect(cursors).toEqual([...new Set(cursors)].toSorted((a, b) => a - b))
    expect(always.heard().toSorted((a, b) => a - b)).toEqual(committed.toSorted((a, b) => a - b))
    for (const [who, wire] of wanderers.entries()) {
      await wire.until(() => heard[who]!.length + wire.heard().length >= committed.length)
      expect([...heard[who]!, ...wire.heard()]).toEqual(always.heard())
    }
  },
)

test('[LV12] events that wait behind an open transaction are counted in time, and heartbeats stop until they are told', async () => {
  const { url, hub: own } = await hub(50)
  const wire = await listens(url)
  const forgotten = await open([1])
  await (await open([2])).end('commit')
  await expect.poll(() => own.heldBackMs(), { timeout: 5_000 }).toBeGreaterThan(1_200)
  const heads = wire.heads().length
  const seen = own.heldBackMs()
  await expect.poll(() => own.heldBackMs()).toBeGreaterThan(seen + 300)
  expect([wire.heard(), wire.heads().length]).toEqual([[], heads])
  await forgotten.end('commit')
  await wire.until(() => wire.heard().length === 2 && wire.heads().length > heads)
  expect([wire.heard(), own.heldBackMs()]).toEqual([[1, 2], 0])
})

test('[LV17] numbers of transactions that told nothing raise no head: a database that crashes gives them out again', async () => {
  await db.tx(async (tx) => tx.emit(happened, at, { n: 0 }))
  const last = query({
    name: 'test.last',
    gives: z.object({ cursor: z.number() }),
    sql: `select max(cursor) as cursor from event`,
  })
  const { cursor } = await db.one(last)
  for (let n = 0; n < 20; n++) await db.tx(async (tx) => void (await tx.run(takeNumber)))
  expect(await firstHead(db)).toBe(cursor)
  expect((await readOn(db, cursor)).upTo).toBe(cursor)
  expect((await readOn(db, cursor - 1)).upTo).toBe(cursor)
})
