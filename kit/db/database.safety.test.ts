import { mkdtempSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { openDatabase, query, type Database } from './index.ts'
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

test('[KI14] a line that ends in the moment in which it is handed over ends no program', async () => {
  const client = await db.pool.connect()
  try {
    expect(client.emit('error', new Error('terminating connection'))).toBe(true)
  } finally {
    client.release(true)
  }
})

test('[KI23] when the lines to the database are half open, one question is lost with them and the next is answered', async () => {
  const server = new URL(db.pool.options.connectionString!)
  const name = `.s.PGSQL.${server.port || server.searchParams.get('port') || '5432'}`
  const lines: Socket[] = []
  let isSwallowing = false
  const between = createServer((near) => {
    const far = connect(`${server.searchParams.get('host')}/${name}`)
    lines.push(near, far)
    const isOld = () => isSwallowing && lines.indexOf(near) < swallowed
    near.on('data', (part) => isOld() || far.write(part)).on('error', () => {})
    far.on('data', (part) => isOld() || near.write(part)).on('error', () => {})
  })
  let swallowed = 0
  const folder = mkdtempSync(join(tmpdir(), 'open110-line-'))
  await new Promise<void>((ready) => between.listen(join(folder, name), ready))
  const through = new URL(server)
  through.searchParams.set('host', folder)
  const own = openDatabase({ url: String(through), connections: 12, onFault: () => {}, lineMs: 300 })
  try {
    await Promise.all([own.one(backend), own.one(backend), own.tx((tx) => tx.one(backend))])
    isSwallowing = true
    swallowed = lines.length
    await expect(own.one(backend)).rejects.toThrow('test.backend failed')
    expect((await own.one(backend)).pid).toBeGreaterThan(0)
    expect((await own.tx((tx) => tx.one(backend))).pid).toBeGreaterThan(0)
  } finally {
    for (const line of lines) line.destroy()
    between.close()
    await own.close()
  }
})
