/** 池中单行插入 — stands in where pgbench is not installed: the same row through the program's own driver and a pool. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { answerOf } from '../generator/index.ts'
import type { Where } from '../stand.ts'
import type { RowInserts } from './pgbench.ts'

type Order = { url: string; clients: number; seconds: number }
const insert = {
  name: 'row',
  text: 'insert into bench_row (id, words) values (gen_random_uuid(), $1)',
  values: ['x'.repeat(500)],
}

async function run({ url, clients, seconds }: Order): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: clients })
  const [beganMs, untilMs] = [performance.now(), performance.now() + seconds * 1_000]
  let rows = 0
  const write = async () => {
    for (; performance.now() < untilMs; rows++) await pool.query(insert)
  }
  await Promise.all(Array.from({ length: clients }, write))
  const elapsedMs = performance.now() - beganMs
  await pool.end()
  return (rows / elapsedMs) * 1_000
}

export async function openPoolInsert({ url }: Where): Promise<RowInserts> {
  const child = fork(fileURLToPath(import.meta.url))
  await answerOf(child)
  return {
    name: 'pool insert',
    async run(clients, seconds) {
      child.send({ url, clients, seconds } satisfies Order)
      return (await answerOf(child)) as number
    },
    close: () => void child.kill(),
  }
}

if (process.send) {
  process.on('message', (order: Order) => void run(order).then((perSecond) => process.send?.(perSecond)))
  process.on('disconnect', () => process.exit())
  process.send('ready')
}
