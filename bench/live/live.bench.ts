/**
 * 送达到台 — from the press of a citizen's button to the frame at a call-taker's desk, through the program itself and
 * real sockets, while nobody else does anything.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openLive } from '../../kit/client/live.ts'
import { momentOf } from '../../kit/pure/time.ts'
import { openSession } from '../../modules/person/person.api.ts'
import { send } from '../../modules/report/report.api.ts'
import { login } from '../../modules/staff/staff.api.ts'
import { demoPassword } from '../../town/staff.ts'
import { startServer, wallClock } from '../../town/town.server.ts'
import { granted } from '../../town/town.ts'
import { keepRun, quantile, round, say } from '../machine.ts'

const warm = 50
const samples = 500
const pauseMs = 20

const data = mkdtempSync(join(tmpdir(), 'open110-bench-'))
const server = await startServer({ OPEN110_DATA: data })
if (!server.base) throw new Error(server.said())
const { token } = granted(
  await server.caller()(login, { body: { account: 'zhaomin@lishui', password: demoPassword } }),
)
const citizen = server.caller(granted(await server.caller()(openSession, { body: {} })).token)

const heardAt = new Map<string, number>()
let wake = () => {}
const desk = openLive(
  { open: server.socket, timers: wallClock, token: () => token, topics: ['desk:lishui'] },
  {
    event: ({ type, data: told }) => {
      if (type !== 'report.delivered') return
      heardAt.set((told as { report: string }).report, performance.now())
      wake()
    },
    refetch: () => {},
    state: () => {},
  },
)
while (desk.state() !== 'live') await wait(10)

const toReceipt: number[] = []
const toFrame: number[] = []
for (let n = 0; n < warm + samples; n++) {
  const fix = { lng: 119.9231, lat: 28.4538, crs: 'wgs84', accuracyMetres: 25, source: 'gps' }
  const pressed = performance.now()
  const body = { mode: 'text' as const, words: '有人在撬我家的门', fix, madeAt: momentOf(Date.now()) }
  const { id } = granted(await citizen(send, { body, key: randomUUID() }))
  const answered = performance.now()
  while (!heardAt.has(id)) {
    await new Promise<void>((heard) => {
      wake = heard
    })
  }
  if (n >= warm) {
    toReceipt.push(answered - pressed)
    toFrame.push(heardAt.get(id)! - pressed)
  }
  await wait(pauseMs)
}
desk.close()
server.signal('SIGTERM')
await server.ended
rmSync(data, { recursive: true, force: true })

const figuresOf = (sample: readonly number[]) => ({
  p50: round(quantile(sample, 0.5)),
  p95: round(quantile(sample, 0.95)),
  p99: round(quantile(sample, 0.99)),
  max: round(Math.max(...sample)),
})
const figures = { pressToReceiptMs: figuresOf(toReceipt), pressToFrameMs: figuresOf(toFrame) }
say(`${samples} reports, one after the other; milliseconds         p50     p95     p99     max`)
for (const [name, { p50, p95, p99, max }] of Object.entries(figures)) {
  say(`  ${name.padEnd(48)}${[p50, p95, p99, max].map((ms) => String(ms).padStart(8)).join('')}`)
}
keepRun(import.meta.url, { samples, ...figures })
process.exit()
