/** 朴素广播 — the plainest that `ws` offers: the text is made once and sent to each socket in a loop. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { machineMs } from '../generator/moment.ts'

const http = createServer()
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false })
sockets.on('connection', (socket) => socket.on('message', () => socket.send('{"head":0}')))
const emit = (n: number) => {
  const text = JSON.stringify({ cursor: n, type: 'bench.told', at: new Date().toISOString(), data: { n } })
  for (const socket of sockets.clients) socket.send(text)
}
process.on('message', ({ count }: { count: number }) => {
  const began = machineMs()
  let n = 0
  const some = () => {
    for (const until = Math.min(count, n + 16); n < until; n++) emit(n)
    if (n < count) setImmediate(some)
  }
  some()
  process.send?.(began)
})
process.on('disconnect', () => process.exit())
http.listen(0, '127.0.0.1', () => process.send?.((http.address() as AddressInfo).port))
