import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** 同类 — socket.io with one room for all, its WebSocket transport, and compression off as it comes. */
const folder = join(tmpdir(), 'open110-peers', 'socket.io')
export const peerVersion = '4.8.4'

const serve = `
const { createServer } = require('node:http')
const { Server } = require('socket.io')
const http = createServer()
const io = new Server(http, { transports: ['websocket'] })
io.on('connection', (socket) => socket.join('desk'))
const offset = Number(process.hrtime.bigint() / 1000n) / 1000 - performance.now()
const emit = (n) => io.to('desk').emit('event', { cursor: n, type: 'bench.told', at: new Date().toISOString(), data: { n } })
process.on('message', ({ count }) => {
  const began = performance.now() + offset
  let n = 0
  const some = () => {
    for (const until = Math.min(count, n + 16); n < until; n++) emit(n)
    if (n < count) setImmediate(some)
  }
  some()
  process.send(began)
})
process.on('disconnect', () => process.exit())
http.listen(0, '127.0.0.1', () => process.send(http.address().port))
`

/** Installs it outside the repository, the first time, and answers the program that serves. */
export function installPeer(): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'serve.cjs'), serve)
  if (!existsSync(join(folder, 'node_modules', 'socket.io'))) {
    const npm = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]
    const { status } = spawnSync('npm', [...npm, `socket.io@${peerVersion}`], { stdio: 'inherit' })
    if (status !== 0) throw new Error('the peer could not be installed')
  }
  return join(folder, 'serve.cjs')
}
