import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { openDatabase, type Database } from './database.ts'

let made = 0

/** 测试库 — a database of one's own in the cluster of this run, with the floor's tables and nothing else. */
export async function openTestDatabase(): Promise<{ db: Database; close: () => Promise<void> }> {
  const cluster = process.env['OPEN110_TEST_DB']
  if (!cluster) throw new Error('no test database: run the tests with `npm test` or `npx vitest`')
  const name = `floor_${process.pid}_${made++}`
  const url = cluster.replace(/\/[^/?]*(\?|$)/, `/${name}$1`)
  await ask(cluster, `create database ${name}`)
  await ask(url, await readFile(new URL('../../migrations/0001-floor.sql', import.meta.url), 'utf8'))
  const db = openDatabase({ url, connections: 10, onFault: () => {} })
  return {
    db,
    async close() {
      await db.close()
      await ask(cluster, `drop database ${name} with (force)`)
    },
  }
}

async function ask(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
