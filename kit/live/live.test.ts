import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import * as z from 'zod/mini'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { logout } from '@open110/modules/staff/api'
import { openTown, type StaffHere, type Town } from '@open110/town'
import { openDatabase, query, type Database } from '../db/index.ts'
import { useOwnCluster } from '../db/test-cluster-own.ts'
import { event } from '../pure/event.ts'
import { openOwnHub } from './hub.fake.ts'
import type { Pace } from './index.ts'
import { openWire, type Wire } from './wire.fake.ts'

let town: Town
let base: string
let 赵敏: StaffHere
const wires: Wire[] = []
const closers: (() => Promise<unknown>)[] = []

let leaveCluster: () => Promise<void>
/** Enough connections for many transactions that stay open at once. */
let writers: Database
beforeAll(async () => {
  leaveCluster = await useOwnCluster()
  town = await openTown({ realClock: true })
  base = await town.listen()
  赵敏 = await town.staff('zhaomin@lishui')
  const url = town.db.pool.options.connectionString!
  writers = openDatabase({ url, connections: 30, onFault: () => {} })
})
afterEach(async () => {
  for (const wire of wires.splice(0)) wire.drop()
  for (const close of closers.splice(0)) await close()
})
afterAll(async () => {
  await writers.close()
  await town.close()
  await leaveCluster()
})

const happened = event({
  name: 'test.happened',
  version: 1,
  means: 'Something happened.',
  body: z.object({ n: z.number(), pad: z.optional(z.string()) }),
  topics: () => ['desk:lishui'],
  hearers: () => ['org:lishui'],
})
const takeNumber = query({ name: 'test.take-number', sql: `select pg_current_xact_id()::text as number` })
const at = '2026-11-21T02:00:00.000Z'
const happens = (...numbers: number[]) =>
  town.db.tx(async (tx) => {
    for (const n of numbers) tx.emit(happened, at, { n })
  })

const listen = async (first: object, where = base): Promise<Wire> => {
  const wire = await openWire(where, { auth: 赵敏.token, topics: ['desk:lishui'], ...first })
  wires.push(wire)
  return wire
}
const joined = async (first: object = {}, where = base): Promise<Wire> => {
  const wire = await listen(first, where)
  await wire.joined()
  return wire
}

/** A transaction that has its number and waits to be told how it ends. */
async function open(n: number): Promise<(how: 'commit' | 'rollback') => Promise<void>> {
  const end = Promise.withResolvers<'commit' | 'rollback'>()
  const begun = Promise.withResolvers<void>()
  const done = writers.tx(async (tx) => {
    await tx.all(takeNumber)
    begun.resolve()
    tx.emit(happened, at, { n })
    if ((await end.promise) === 'rollback') throw new Error('rolled back')
  })
  done.catch(() => {}) // a rolled back one is looked at below
  await begun.promise
  return async (how) => {
    end.resolve(how)
    await done.catch((fault: Error) => {
      if (fault.message !== 'rolled back') throw fault
    })
  }
}

/** A hub beside the town's, on the same log. */
async function ownHub(pace: Partial<Pace> = {}, heartbeatMs = 60_000) {
  const own = await openOwnHub({ db: town.db, clock: town.clock, hears: ['org:lishui'], pace, heartbeatMs })
  closers.push(own.close)
  return own
}

test('[LV1] a transaction that took its number early and commits late is heard, and before those that overtook it', async () => {
  const { url } = await ownHub({}, 100)
  const wire = await joined({ auth: 'one' }, url)
  const early = await open(1)
  await happens(2)
  const overtaken = wire.heads().at(-1)!
  await wire.until(() => wire.heads().length >= 2)
  expect(wire.heard()).toEqual([])
  expect(wire.heads().at(-1)).toBeGreaterThanOrEqual(overtaken)
  await early('commit')
  await wire.until(() => wire.heard().length === 2)
  expect(wire.heard()).toEqual([1, 2])
  expect(Math.max(...wire.heads())).toBeLessThan(wire.events()[0]!.cursor!)
})

test('[LV2] whoever comes back with a cursor hears what was missed, once and in order; also from a later process', async () => {
  const before = await joined()
  await happens(1, 2)
  await before.until(() => before.heard().length === 2)
  const since = before.cursor()
  before.drop()
  await happens(3)
  await happens(4, 5)
  const after = await joined({ since })
  // A writer elsewhere in the cluster may hold the log back for a moment; nothing is lost by it.
  await after.until(() => after.heard().length === 3)
  expect(after.heard()).toEqual([3, 4, 5])
  await happens(6)
  await after.until(() => after.heard().length === 4)

  await happens(7)
  await town.restart()
  base = await town.listen()
  await happens(8)
  const later = await joined({ since })
  await later.until(() => later.heard().length === 6)
  expect(later.heard()).toEqual([3, 4, 5, 6, 7, 8])
  const current = await joined({ since: later.cursor() })
  expect(current.heard()).toEqual([])
})

test('[LV2] events that are committed while the missed ones are being sent come after them, none twice', async () => {
  const first = await joined()
  const since = first.cursor()
  const numbers = Array.from({ length: 300 }, (_, n) => 1_000 + n)
  for (const n of numbers.slice(0, 200)) await happens(n)
  const writing = (async () => {
    for (const n of numbers.slice(200)) await happens(n)
  })()
  const back = await Promise.all(Array.from({ length: 8 }, () => listen({ since })))
  await writing
  for (const wire of back) {
    const heard = () => wire.heard().filter((n) => n >= 1_000)
    await wire.until(() => heard().length >= 300)
    expect(heard()).toEqual(numbers)
  }
})

test('[LV3] whoever missed too much is told so and goes on from the head', async () => {
  const { url } = await ownHub({ mostMissed: 10 })
  const first = await joined({ auth: 'one' }, url)
  await happens(...Array.from({ length: 11 }, (_, n) => n))
  await first.until(() => first.heard().length === 11)
  const since = first.heads()[0]!
  const back = await joined({ auth: 'one', since }, url)
  expect(back.frames[0]).toEqual({ gap: true })
  expect(back.heard()).toEqual([])
  await happens(99)
  await back.until(() => back.heard().length === 1)
  const near = await joined({ auth: 'one', since: first.events()[0]!.cursor }, url)
  expect(near.frames.some(({ gap }) => gap)).toBe(true)
  const nearer = await joined({ auth: 'one', since: first.events()[3]!.cursor }, url)
  expect(nearer.heard()).toEqual([4, 5, 6, 7, 8, 9, 10, 99])
})

test('[LV3] a cursor below what is kept, or above the log itself, is a gap', async () => {
  const first = await joined()
  await happens(1)
  await first.until(() => first.heard().length === 1)
  const beyond = await joined({ since: first.cursor() + 1_000_000_000 })
  expect(beyond.frames[0]).toEqual({ gap: true })
  await happens(2)
  await beyond.until(() => beyond.heard().length === 1)
  const { url, hub } = await ownHub()
  const forget = query({
    name: 'test.forget',
    takes: z.object({ upTo: z.number() }),
    sql: `update event_forgotten set up_to = :upTo`,
  })
  await town.db.run(forget, { upTo: first.cursor() })
  await hub.pump()
  const back = await joined({ auth: 'one', since: first.cursor() - 1 }, url)
  expect(back.frames[0]).toEqual({ gap: true })
  await town.db.run(forget, { upTo: 0 })
})

test('[LV4] whose report it is not hears nothing of it, whatever topics are asked for', async () => {
  const 林秋 = await town.citizen('林秋')
  const 别人 = await town.citizen('陈国强')
  const 绍兴 = await town.staff('zhaomin@shaoxing')
  const id = await 林秋.sends()
  const topics = [`report:${id}`, 'desk:lishui', 'wall:lishui']
  const [mine, desk, other, elsewhere] = await Promise.all(
    [林秋, 赵敏, 别人, 绍兴].map(({ token }) => joined({ auth: token, topics })),
  )
  await 林秋.adds(id, '他有一把刀')
  await mine!.until(() => mine!.events().length === 1)
  await desk!.until(() => desk!.events().length >= 1)
  const { cursor } = mine!.events()[0]!
  await Promise.all([other!.reached(cursor!), elsewhere!.reached(cursor!)])
  expect(other!.events()).toEqual([])
  expect(elsewhere!.events()).toEqual([])
  const catchingUp = await Promise.all(
    [别人, 绍兴].map(({ token }) => joined({ auth: token, topics, since: cursor! - 1 })),
  )
  for (const wire of catchingUp) expect(wire.events()).toEqual([])
})

test('[LV4] an ended session is told and hears nothing more; a changed one hears as it now may', async () => {
  const { url, subjects, knows, hub } = await ownHub({ recheckMs: 20 }, 20)
  knows('two')
  knows('moved')
  knows('expired')
  const [two, moved, expired] = await Promise.all(
    ['two', 'moved', 'expired'].map((auth) => joined({ auth }, url)),
  )
  knows('expired', { endsAt: '2000-01-01T00:00:00.000Z' })
  knows('moved', { hears: ['org:shaoxing'] })
  subjects.delete('two')
  await two!.closed()
  await hub.pump()
  // Two more heartbeats: by then the other two have been asked for again.
  for (const wire of [moved!, expired!]) await wire.until(() => wire.heads().length > 4)
  await happens(1)
  const witness = await joined({ auth: 'one', since: moved!.heads()[0]! }, url)
  await witness.until(() => witness.heard().length === 1)
  for (const wire of [moved!, expired!]) await wire.reached(witness.events()[0]!.cursor!)
  expect(two!.frames.at(-1)).toEqual({ refused: 'session.signed-out' })
  expect([two!.closedWith(), two!.heard(), moved!.heard(), expired!.heard()]).toEqual([4401, [], [], []])
})

test('[LV4] signing out ends what the socket hears', async () => {
  const 王涛 = await town.staff('wangtao@lishui')
  const wire = await joined({ auth: 王涛.token })
  await 王涛.call(logout)
  await wire.closed()
  expect(wire.frames.at(-1)).toEqual({ refused: 'session.signed-out' })
})

test('[LV5] heartbeats carry the head, each second to staff and every five to a citizen', async () => {
  const 林秋 = await town.citizen('林秋')
  const [staff, citizen] = await Promise.all([joined(), joined({ auth: 林秋.token, topics: [] })])
  await happens(1)
  const spanMs = async (wire: Wire) => {
    await wire.until(() => wire.heads().length === 2)
    const began = performance.now()
    await wire.until(() => wire.heads().length === 3)
    return performance.now() - began
  }
  const [staffMs, citizenMs] = await Promise.all([spanMs(staff), spanMs(citizen)])
  expect(staff.heads().at(-1)).toBeGreaterThanOrEqual(staff.events()[0]!.cursor!)
  expect(staffMs).toBeLessThan(2_000)
  expect(citizenMs).toBeGreaterThan(staffMs)
  expect(citizenMs).toBeLessThan(5_000)
  expect(citizen.heads().at(-1)).toBeGreaterThanOrEqual(staff.events()[0]!.cursor!)
}, 15_000)

test('[LV5] when the log cannot be read the heartbeat stops, so that nobody takes an old screen for a new one', async () => {
  const { url } = await ownHub({}, 100)
  const wire = await joined({ auth: 'one' }, url)
  const client = new pg.Client(town.db.pool.options.connectionString)
  await client.connect()
  await client.query('begin')
  await client.query('lock table event in access exclusive mode')
  await wait(1_700)
  const heads = wire.heads().length
  await wait(500)
  expect(wire.heads().length).toBe(heads)
  await client.query('commit')
  await client.end()
  await wire.until(() => wire.heads().length > heads + 1)
})

test('[LV6] a first frame that is late, unreadable or from a stranger is refused', async () => {
  const { url } = await ownHub({ helloMs: 50 })
  const silent = await openWire(url)
  await silent.closed()
  expect(silent.closedWith()).toBe(4408)
  const bad = [
    'not json',
    { auth: 'one' },
    { auth: 'one', topics: 'desk:lishui' },
    { auth: 'one', topics: [], since: -1 },
  ]
  for (const first of bad) {
    const wire = await openWire(url, first)
    await wire.closed()
    expect([wire.frames, wire.closedWith()]).toEqual([[{ refused: 'input.invalid' }], 4401])
  }
  const stranger = await openWire(base, { auth: 'nobody knows this', topics: ['desk:lishui'] })
  await stranger.closed()
  expect([stranger.frames, stranger.closedWith()]).toEqual([[{ refused: 'session.signed-out' }], 4401])
})

test('[LV7] whoever does not read is dropped, and the others hear everything meanwhile', async () => {
  const { url, hub } = await ownHub({ mostBufferedBytes: 64 * 1024 })
  const [stalled, other] = await Promise.all([joined({ auth: 'one' }, url), joined({ auth: 'one' }, url)])
  stalled.stall()
  const pad = 'x'.repeat(256 * 1024)
  for (let n = 0; n < 100; n += 10) {
    await town.db.tx(async (tx) => {
      for (let more = 0; more < 10; more++) tx.emit(happened, at, { n: n + more, pad })
    })
    await other.until(() => other.heard().length === n + 10)
  }
  expect(other.heard()).toEqual(Array.from({ length: 100 }, (_, n) => n))
  expect(hub.lines()).toBe(1)
})
