/**
 * 启动 — from the start of the process until somebody who tries every 10 ms holds the receipt of a report: with the
 * database up, and with the embedded one that must start too; after an orderly stop, and after SIGKILL.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startTemporary } from '../../kit/db/temporary.ts'
import { openSession } from '../../modules/person/person.api.ts'
import { lastingPort, startServer, type Server } from '../../town/town.server.ts'
import { granted } from '../../town/town.ts'
import { openPhone } from '../generator/phone.ts'
import { asked, keepRun, median, round, row, say } from '../machine.ts'
import { newFolder, newRun, reportsPath } from '../stand.ts'

const rounds = asked('rounds', 5)
const tryEveryMs = 10
/** `npm start` keeps what Node has compiled, and `npm run bench` is told where. */
const compiled = process.env['NODE_COMPILE_CACHE']
const shipped: Readonly<Record<string, string>> = compiled ? { NODE_COMPILE_CACHE: compiled } : {}
type Settings = Readonly<Record<string, string>>
type Times = { acceptMs: number; readyMs: number }

let latest: Server | undefined
process.once('exit', () => latest?.signal('SIGTERM')) // a bench that ends before its time leaves no server behind

/** Sends one report, the same press again and again, until it has its receipt. */
function firstReceipt(port: number, token: string): Promise<number> {
  return new Promise((resolve) => {
    const again = () => setTimeout(() => phone.send(0), tryEveryMs)
    const phone = openPhone(
      {
        ...{ host: 'localhost', port, path: reportsPath, token, mode: 'text', run: newRun() },
        address: '100.64.0.1',
      },
      {
        answer(_, { id }) {
          if (id === undefined) return void again()
          resolve(performance.now())
          phone.close()
        },
        lost: again,
      },
    )
    phone.send(0)
  })
}

async function started(settings: Settings, token?: string): Promise<{ server: Server; times: Times }> {
  const port = Number(settings['OPEN110_PORT'])
  const beganMs = performance.now()
  const accepted = token === undefined ? undefined : firstReceipt(port, token)
  const server = await startServer({ ...shipped, ...settings })
  latest = server
  if (server.readyMs === undefined) throw new Error(server.said())
  const acceptMs = ((await accepted) ?? Number.NaN) - beganMs
  return { server, times: { acceptMs, readyMs: server.readyMs } }
}

async function ended(server: Server, how: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  server.signal(how)
  await server.ended
}

/** First on no data, then again after an orderly stop and after SIGKILL, round by round. */
async function measured(settings: Settings) {
  const [afterStop, afterKill]: [Times[], Times[]] = [[], []]
  const { server, times } = await started(settings)
  const { token } = granted(await server.caller()(openSession, { body: {} }))
  let running = server
  for (let turn = 0; turn < rounds; turn++) {
    for (const [how, kept] of [
      ['SIGTERM', afterStop],
      ['SIGKILL', afterKill],
    ] as const) {
      await ended(running, how)
      const next = await started(settings, token)
      running = next.server
      kept.push(next.times)
    }
  }
  await ended(running, 'SIGTERM')
  return { firstMs: times.readyMs, afterStop, afterKill }
}

/** How much of it is Node reading the program and the libraries that it stands on. */
async function loadedMs(): Promise<number> {
  const beganMs = performance.now()
  const load = 'await import("./apps/server/house.ts"); process.exit()'
  const args = ['--conditions=open110-server', '--input-type=module', '-e', load]
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: 'inherit',
  })
  await once(child, 'close')
  return performance.now() - beganMs
}

const [data, elsewhere] = [newFolder(), newFolder()]
const cluster = await startTemporary()
const databaseUp = await measured({
  OPEN110_PORT: `${await lastingPort()}`,
  OPEN110_DATA: data,
  DATABASE_URL: cluster.url,
})
await cluster.stop()
const embedded = await measured({ OPEN110_PORT: `${await lastingPort()}`, OPEN110_DATA: elsewhere })
const loads: number[] = []
for (let turn = 0; turn < rounds; turn++) loads.push(await loadedMs())
for (const folder of [data, elsewhere]) rmSync(folder, { recursive: true, force: true })

const seconds = (sample: readonly number[]) => ({
  median: round(median(sample) / 1_000, 2),
  worst: round(Math.max(...sample) / 1_000, 2),
})
const accepts = (of: readonly Times[]) => seconds(of.map(({ acceptMs }) => acceptMs))
const figures = {
  databaseUpSeconds: accepts(databaseUp.afterStop),
  databaseUpAfterKillSeconds: accepts(databaseUp.afterKill),
  embeddedSeconds: accepts(embedded.afterStop),
  embeddedAfterKillSeconds: accepts(embedded.afterKill),
  firstStartSeconds: seconds([databaseUp.firstMs]),
  firstStartEmbeddedSeconds: seconds([embedded.firstMs]),
  loadingTheProgramSeconds: seconds(loads),
}
const names: Record<keyof typeof figures, string> = {
  databaseUpSeconds: 'database up: to the first receipt',
  databaseUpAfterKillSeconds: '  after SIGKILL of the program',
  embeddedSeconds: 'embedded database: to the first receipt',
  embeddedAfterKillSeconds: '  after SIGKILL of the program',
  firstStartSeconds: 'on no data, database up: until ready',
  firstStartEmbeddedSeconds: 'on no data, embedded: until ready',
  loadingTheProgramSeconds: 'of all these: Node loads the program',
}
say(row([`${rounds} rounds, web clients off; seconds`, 'median', 'worst'], [46, 9, 8]))
for (const [key, { median: middle, worst }] of Object.entries(figures))
  say(row([names[key as keyof typeof figures], middle, worst], [46, 9, 8]))
keepRun(import.meta.url, { rounds, tryEveryMs, ...figures })
process.exit()
