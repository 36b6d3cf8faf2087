import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query, type Database } from './index.ts'
import { openTestDatabase } from './test-database.ts'

let db: Database
let close: () => Promise<void>
beforeAll(async () => {
  ;({ db, close } = await openTestDatabase())
})
afterAll(() => close())

const backend = query({
  name: 'test.backend',
  gives: z.object({ pid: z.number() }),
  sql: 'select pg_backend_pid() as pid',
})

test('[KI14] a connection cut off between two questions fails its own transaction, and nothing else notices', async () => {
  const uncaught: unknown[] = []
  const hear = (fault: unknown) => void uncaught.push(fault)
  process.on('uncaughtException', hear)
  try {
    const cut = db.tx(async (tx) => {
      const { pid } = await tx.one(backend)
      await db.pool.query('select pg_terminate_backend($1)', [pid])
      // The news of the end comes while nothing is being asked, as it does when a database fails over.
      await new Promise((heard) => setTimeout(heard, 200))
      return tx.one(backend)
    })
    await expect(cut).rejects.toThrow('test.backend failed')
    expect((await db.tx((tx) => tx.one(backend))).pid).toBeGreaterThan(0)
  } finally {
    process.off('uncaughtException', hear)
  }
  expect(uncaught).toEqual([])
})

test('[KI22] with every connection of the others taken, an alarm still finds its own', async () => {
  const others = (['dialogue', 'media', 'query', 'content'] as const).map((admission) => db.of(admission))
  const held = await Promise.all(
    others.flatMap(({ pool }) => Array.from({ length: pool.options.max }, () => pool.connect())),
  )
  try {
    const late = db.of('content').one(backend)
    let isLate = true
    void late.then(() => (isLate = false))
    expect((await db.of('alarm').tx((tx) => tx.one(backend))).pid).toBeGreaterThan(0)
    expect(isLate).toBe(true)
    for (const client of held.splice(0)) client.release()
    expect((await late).pid).toBeGreaterThan(0)
  } finally {
    for (const client of held) client.release()
  }
})
