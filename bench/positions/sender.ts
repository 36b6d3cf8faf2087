import { connect, type Socket } from 'node:net'
import { quantile } from '../machine.ts'

/** 定位来源 — phones of many units in a process of their own: singles and small batches, each when it is due. */
export type Order = {
  readonly host: string
  readonly port: number
  readonly seconds: number
  readonly perSecond: number
  readonly units: readonly {
    readonly id: string
    readonly token: string
    readonly lng: number
    readonly lat: number
  }[]
}
export type Report = {
  readonly sent: number
  readonly kept: number
  readonly refused: number
  readonly unanswered: number
  readonly late: number
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const tickMs = 25
const batchOf = 4
/** Of the positions of a tick so many come in batches, as from units that were out of the network. */
const inBatches = 0.4
const lateMs = 1_000
const sockets = 48

type Press = { readonly bytes: string; readonly fixes: number; readonly dueMs: number }

process.once('message', (order: Order) => {
  void send(order).then((report) => {
    process.send?.(report)
    process.disconnect?.()
  })
})

async function send({ host, port, seconds, perSecond, units }: Order): Promise<Report> {
  const waiting: Press[] = []
  const idle: Socket[] = []
  const tookMs: number[] = []
  let [sent, kept, refused, answered, requests, late, next] = [0, 0, 0, 0, 0, 0, 0]

  const requestOf = (count: number): string => {
    const unit = units[next++ % units.length]!
    const nowMs = Date.now()
    const fixes = Array.from({ length: count }, (_, n) => ({
      lng: unit.lng + (Math.random() - 0.5) * 0.004,
      lat: unit.lat + (Math.random() - 0.5) * 0.004,
      crs: 'wgs84',
      accuracyMetres: 8,
      at: new Date(nowMs - (count - 1 - n) * 10_000).toISOString(),
    }))
    const body = JSON.stringify({ fixes })
    return (
      `POST /api/v1/units/${unit.id}/fixes HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${unit.token}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    )
  }
  const open = () =>
    new Promise<Socket>((opened, failed) => {
      const socket = connect(port, host, () => opened(socket))
      socket.setNoDelay(true)
      socket.on('error', failed)
    })
  const go = (socket: Socket) => {
    const press = waiting.shift()
    if (!press) return void idle.push(socket)
    socket.write(press.bytes)
    let text = ''
    const read = (part: Buffer) => {
      text += part.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      if (head < 0 || text.length < head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)) return
      socket.off('data', read)
      const ms = performance.now() - press.dueMs
      tookMs.push(ms)
      answered += 1
      if (ms > lateMs) late += press.fixes
      const good = /"kept":(\d+)/.exec(text)
      if (good) kept += Number(good[1])
      else refused += press.fixes
      go(socket)
    }
    socket.on('data', read)
  }
  for (let n = 0; n < sockets; n++) idle.push(await open())

  const began = performance.now()
  let ticks = 0
  await new Promise<void>((done) => {
    const timer = setInterval(() => {
      const due = Math.floor((performance.now() - began) / tickMs)
      for (; ticks < due; ticks++) {
        if (ticks * tickMs >= seconds * 1_000) {
          clearInterval(timer)
          return done()
        }
        const fixes = (perSecond * tickMs) / 1_000
        const batches = Math.round((fixes * inBatches) / batchOf)
        const dueMs = began + ticks * tickMs
        for (let n = 0; n < batches; n++) waiting.push({ bytes: requestOf(batchOf), fixes: batchOf, dueMs })
        for (let n = 0; n < fixes - batches * batchOf; n++)
          waiting.push({ bytes: requestOf(1), fixes: 1, dueMs })
      }
      for (let socket = idle.pop(); socket; socket = waiting.length > 0 ? idle.pop() : undefined) go(socket)
    }, tickMs)
  })
  requests = answered + waiting.length
  for (let waits = 0; idle.length < sockets && waits < 100; waits++)
    await new Promise((go) => setTimeout(go, 100))
  sent = perSecond * seconds
  for (const socket of idle) socket.destroy()
  return {
    sent,
    kept,
    refused,
    unanswered: Math.max(0, sent - kept - refused),
    late,
    requests,
    p50Ms: quantile(tookMs, 0.5),
    p99Ms: quantile(tookMs, 0.99),
    maxMs: quantile(tookMs, 1),
  }
}
