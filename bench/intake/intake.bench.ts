/**
 * 接件 — how many reports a second are durably taken through HTTP, beside how many single rows the same pool inserts in
 * the same run. Both wait for the disk; the ratio is what the way from the wire to the table costs.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openHouse } from '../../apps/server/house.ts'
import { openCall } from '../../kit/client/call.ts'
import { openIds, systemClock } from '../../kit/clock/index.ts'
import { migrate, openDatabase } from '../../kit/db/index.ts'
import { startTemporary } from '../../kit/db/temporary.ts'
import { openLog } from '../../kit/log/index.ts'
import { openFakeSms } from '../../modules/person/index.ts'
import { openSession } from '../../modules/person/person.api.ts'
import { seedTown } from '../../town/seed.ts'
import { granted } from '../../town/town.ts'
import { keepRun, quantile, round, say } from '../machine.ts'
import type { Answer, Order } from './writers.ts'

const levels = [1, 8, 32]
const seconds = 4
const rounds = 2
const connections = 24

const cluster = await startTemporary()
const folder = mkdtempSync(join(tmpdir(), 'open110-bench-'))
await migrate(cluster.url, fileURLToPath(new URL('../../migrations', import.meta.url)), () => {})
const db = openDatabase({ url: cluster.url, connections, onFault: () => {} })
const ids = openIds(systemClock)
await seedTown({ db, ids, now: systemClock.now(), say: () => {} })
const house = await openHouse({
  db,
  clock: systemClock,
  ids,
  log: openLog('silent'),
  sms: openFakeSms(),
  secret: 'for this run',
  folder,
  dutyDesk: 'hangzhou',
  isDemo: true,
})
const base = await house.app.listen({ port: 0, host: '127.0.0.1' })
await db.pool.query(
  'create table row_alone (id text primary key, words text not null, more jsonb not null, at timestamptz not null)',
)

const writers = fork(new URL('writers.ts', import.meta.url))
await once(writers, 'message')
const call = openCall({
  base: '',
  transport: async ({ method, url, headers, body }) => {
    const answer = await house.app.inject({
      method: method as 'POST',
      url,
      headers: { ...headers },
      payload: body ?? '',
    })
    return { status: answer.statusCode, text: answer.body }
  },
  token: () => undefined,
  language: () => 'zh-CN',
})
const tokens: string[] = []
for (let n = 0; n < Math.max(...levels); n++)
  tokens.push(granted(await call(openSession, { body: {} })).token)

type Sample = { perSecond: number; cpuMicros: number; latenciesMs: readonly number[] }

async function measured(
  work: () => Promise<{ count: number; latenciesMs: readonly number[] }>,
): Promise<Sample> {
  const [cpu, began] = [process.cpuUsage(), performance.now()]
  const { count, latenciesMs } = await work()
  const used = process.cpuUsage(cpu)
  return {
    perSecond: (count / (performance.now() - began)) * 1000,
    cpuMicros: (used.user + used.system) / count,
    latenciesMs,
  }
}

const throughHttp = (level: number, span = seconds) =>
  measured(async () => {
    writers.send({ base, tokens: tokens.slice(0, level), seconds: span } satisfies Order)
    return ((await once(writers, 'message')) as [Answer])[0]
  })

const insert = {
  name: 'bench.row-alone',
  text: 'insert into row_alone (id, words, more, at) values ($1, $2, $3, $4)',
}
const more = JSON.stringify({
  mode: 'text',
  fix: { lng: 119.9231, lat: 28.4538, crs: 'wgs84' },
  flags: ['unidentified'],
  note: 'x'.repeat(150),
})
const rowAlone = (level: number) =>
  measured(async () => {
    const until = performance.now() + seconds * 1000
    const latenciesMs: number[] = []
    const write = async () => {
      while (performance.now() < until) {
        const pressed = performance.now()
        const values = [
          randomUUID(),
          '有人在撬我家的门,我躲在衣柜里不能出声,门外至少有两个人',
          more,
          systemClock.now(),
        ]
        await db.pool.query({ ...insert, values })
        latenciesMs.push(performance.now() - pressed)
      }
    }
    await Promise.all(Array.from({ length: level }, write))
    return { count: latenciesMs.length, latenciesMs }
  })

await throughHttp(8, 3) // warm
const median = (samples: readonly Sample[], of: (sample: Sample) => number) => quantile(samples.map(of), 0.5)
const rows = []
say('writers   reports/s   p50 ms   p99 ms   server CPU us     rows/s   p50 ms   p99 ms    ratio')
for (const level of levels) {
  const reports: Sample[] = []
  const alone: Sample[] = []
  for (let turn = 0; turn < rounds; turn++) {
    reports.push(await throughHttp(level))
    alone.push(await rowAlone(level))
  }
  const figures = (samples: readonly Sample[]) => ({
    perSecond: Math.round(median(samples, ({ perSecond }) => perSecond)),
    p50Ms: round(
      median(samples, ({ latenciesMs }) => quantile(latenciesMs, 0.5)),
      2,
    ),
    p99Ms: round(
      median(samples, ({ latenciesMs }) => quantile(latenciesMs, 0.99)),
      2,
    ),
    cpuMicros: Math.round(median(samples, ({ cpuMicros }) => cpuMicros)),
  })
  const row = { writers: level, reports: figures(reports), rowAlone: figures(alone) }
  const ratio = round(row.reports.perSecond / row.rowAlone.perSecond, 3)
  rows.push({ ...row, ratio })
  const { reports: r, rowAlone: a } = row
  const columns = [level, r.perSecond, r.p50Ms, r.p99Ms, r.cpuMicros, a.perSecond, a.p50Ms, a.p99Ms, ratio]
  say(columns.map((value, n) => String(value).padStart([7, 12, 9, 9, 16, 11, 9, 9, 9][n]!)).join(''))
}
keepRun(import.meta.url, { seconds, rounds, connections, rows })

writers.kill()
await house.close()
await db.close()
await cluster.stop()
rmSync(folder, { recursive: true, force: true })
process.exit()
