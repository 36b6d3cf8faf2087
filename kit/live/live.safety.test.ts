import * as z from 'zod/mini'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { nobody, type Subject } from '../http/index.ts'
import type { Database } from '../db/index.ts'
import { useOwnCluster } from '../db/test-cluster-own.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { event, passing } from '../pure/event.ts'
import { openOwnHub } from './hub.fake.ts'
import { openWire } from './wire.fake.ts'

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

const happened = event({
  name: 'test.happened',
  version: 1,
  means: 'Something happened.',
  body: z.object({ n: z.number(), who: z.string() }),
  topics: () => ['desk:lishui'],
  hearers: ({ who }) => [who],
})
const at = '2026-11-21T02:00:00.000Z'
const happens = (who: string, ...numbers: number[]) =>
  db.tx(async (tx) => numbers.forEach((n) => tx.emit(happened, at, { n, who })))
const 林秋: Subject = { ...nobody, id: '林秋', hears: ['citizen:林秋'] }

async function hub(onBeat: () => void = () => {}) {
  const own = await openOwnHub({
    db,
    clock: { now: () => at },
    identify: () => Promise.resolve(林秋),
    onBeat,
    pace: { mostMissed: 10, beatMs: 200 },
  })
  closers.push(own.close)
  const listens = async (first: object = {}) => {
    const wire = await openWire(own.url, { auth: 'x', topics: ['desk:lishui'], ...first })
    closers.push(() => wire.drop())
    await wire.joined()
    return wire
  }
  return { opened: own.hub, listens }
}

test('[LV9] five hundred signs of life at once are one write, and a later one is another', async () => {
  let beats = 0
  const { listens } = await hub(() => (beats += 1))
  const wire = await listens()
  for (let n = 0; n < 500; n++) wire.say({ beat: true })
  await expect.poll(() => beats).toBe(1)
  await new Promise((later) => setTimeout(later, 250))
  wire.say({ beat: true })
  await expect.poll(() => beats).toBe(2)
})

test('[LV10] what others were told on a topic that she named is no gap of hers', async () => {
  const { opened, listens } = await hub()
  const since = opened.head()
  await happens('org:lishui', ...Array.from({ length: 30 }, (_, n) => n))
  await happens('citizen:林秋', 110)
  await opened.pump()
  const wire = await listens({ since })
  expect([wire.heard(), wire.frames.some(({ gap }) => gap)]).toEqual([[110], false])
})

test('[LV11] a log restored into a younger cluster neither comes back as news nor stops a new event', async () => {
  const { rows } = await db.pool.query<{ next: string }>(
    'select pg_snapshot_xmax(pg_current_snapshot())::text as next',
  )
  const next = Number(rows[0]?.next)
  await happens('citizen:林秋', 1)
  // Transactions of the old cluster had numbers that this one will use soon.
  for (let ahead = 1; ahead < 60; ahead++) {
    await db.pool.query(
      `insert into event values (($1::bigint << 12), 'old', 1, $2, '{desk:lishui}', '{citizen:林秋}', '{"n": 0}')`,
      [next + 200 + ahead, at],
    )
  }
  const { opened, listens } = await hub()
  const wire = await listens()
  for (let n = 2; n < 300; n++) await happens('citizen:林秋', n)
  await opened.pump()
  await wire.until(() => wire.heard().at(-1) === 299)
  // The first may still have been on its way when the hub opened.
  expect(wire.heard().filter((n) => n !== 1)).toEqual(Array.from({ length: 298 }, (_, n) => n + 2))
})

test('[LV18] what passes reaches whoever may hear it, moves no cursor, and nobody who comes later', async () => {
  const { opened, listens } = await hub()
  const seen = passing({ ...happened, name: 'test.passing', topics: () => ['desk:lishui', 'desk:lishui'] })
  const here = await listens()
  const deaf = await listens({ topics: ['desk:shaoxing'] })
  const head = opened.head()
  opened.show(seen, { n: 1, who: 'citizen:林秋' })
  opened.show(seen, { n: 2, who: 'citizen:陈国强' })
  opened.show(seen, { n: 3, who: 'citizen:林秋' })
  await here.until(() => here.heard().length === 2)
  expect(here.events().map(({ cursor, type, data }) => [cursor, type, data?.n])).toEqual([
    [undefined, 'test.passing', 1],
    [undefined, 'test.passing', 3],
  ])
  const late = await listens({ since: 0 })
  await opened.pump()
  expect([late.heard(), deaf.heard(), opened.head()]).toEqual([[], [], head])
})
