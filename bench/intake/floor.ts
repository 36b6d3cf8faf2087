/**
 * 底线 — the least that a Node server can do to take a report durably: parse it, insert one row, answer 201. It asks
 * nobody who they are, checks nothing, knows no key, no desk, no event. The statement is prepared and the pool is as
 * large as the program's own default.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.argv[2], max: 24, idleTimeoutMillis: 1_000 })
await pool.query(
  'create table if not exists bench_floor (id text primary key, words text, body jsonb not null)',
)
const insert = { name: 'floor', text: 'insert into bench_floor (id, words, body) values ($1, $2, $3)' }

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const text = Buffer.concat(parts).toString()
    const { words } = JSON.parse(text) as { words: string }
    const id = randomUUID()
    void pool.query({ ...insert, values: [id, words, text] }).then(() => {
      const answer = JSON.stringify({ id, state: 'delivered' })
      response.writeHead(201, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(answer),
      })
      response.end(answer)
    })
  })
})
process.on('disconnect', () => process.exit())
server.listen(0, 'localhost', () => process.send?.((server.address() as AddressInfo).port))
