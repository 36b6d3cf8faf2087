/**
 * 底线 — the least that gets a report to a desk: parse it, insert one row, tell every open socket, answer 201. It asks
 * nobody who they are, keeps no log of what it told, and who was away has missed it.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { WebSocketServer } from 'ws'

const pool = new pg.Pool({ connectionString: process.argv[2], max: 24 })
await pool.query(
  'create table if not exists bench_live_floor (id text primary key, words text, body jsonb not null)',
)
const insert = { name: 'floor', text: 'insert into bench_live_floor (id, words, body) values ($1, $2, $3)' }
let cursor = 0

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const answer = (status: number, text: string) => {
      const length = Buffer.byteLength(text)
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': length })
      response.end(text)
    }
    // The desk's own client asks for its queue when it comes.
    if (request.method === 'GET') return answer(200, '[]')
    const text = Buffer.concat(parts).toString()
    const { words } = JSON.parse(text) as { words: string }
    const id = randomUUID()
    void pool.query({ ...insert, values: [id, words, text] }).then(() => {
      const data = { report: id }
      cursor += 1
      tell({ cursor, type: 'report.delivered', at: new Date().toISOString(), data })
      answer(201, JSON.stringify({ id, state: 'delivered' }))
    })
  })
})
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
sockets.on('connection', (socket) => {
  socket.on('message', () => socket.send(JSON.stringify({ head: cursor })))
})
const tell = (frame: object) => {
  const text = JSON.stringify(frame)
  for (const socket of sockets.clients) socket.send(text)
}
setInterval(() => tell({ head: cursor }), 1_000)
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
