/** 大厅 — the whole program in a process of its own that can be asked what it costs, and tells what a bench wants told. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import type { AddressInfo } from 'node:net'
import * as z from 'zod/mini'
import { openHouse } from '../../apps/server/house.ts'
import { openIds, systemClock } from '../../kit/clock/index.ts'
import { migrate, openDatabase } from '../../kit/db/index.ts'
import { startTemporary } from '../../kit/db/temporary.ts'
import { openLog } from '../../kit/log/index.ts'
import { event } from '../../kit/pure/event.ts'
import { openFakeSms } from '../../modules/person/index.ts'
import { seedTown } from '../../town/seed.ts'
import { machineMs } from '../generator/moment.ts'

/** What is told, on which topics and to whom; one event each, all in one transaction. */
export type Tell = readonly { readonly n: number; readonly topic: string; readonly hearer: string }[]
/** So many events, so many in one transaction, so many transactions at once. */
export type Flood = { readonly count: number; readonly inOne: number; readonly atOnce: number }
export type Ask =
  | { readonly tell: Tell }
  | { readonly flood: Flood; readonly each: Tell[number] }
  | { readonly cost: true }
export type Cost = {
  readonly rssBytes: number
  readonly heapBytes: number
  readonly lines: number
  readonly cpuSeconds: number
  readonly atMs: number
  /** The longest that everything else in the process had to wait since it was asked last. */
  readonly heldUpMs: number
}

const cluster = await startTemporary()
const folder = mkdtempSync(join(tmpdir(), 'open110-bench-'))
await migrate(cluster.url, fileURLToPath(new URL('../../migrations', import.meta.url)), () => {})
const db = openDatabase({ url: cluster.url, connections: 24, onFault: () => {} })
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
await house.app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
house.sweeps.start()

const told = ({ topic, hearer }: Tell[number]) =>
  event({
    name: 'bench.told',
    version: 1,
    means: 'Told by a bench.',
    body: z.object({ n: z.number() }),
    topics: () => [topic],
    hearers: () => [hearer],
  })
async function tell(all: Tell): Promise<number> {
  const began = machineMs()
  await db.tx(async (tx) => {
    for (const one of all) tx.emit(told(one), systemClock.now(), { n: one.n })
  })
  return began
}
async function flood({ count, inOne, atOnce }: Flood, each: Tell[number]): Promise<number> {
  const began = machineMs()
  let left = count
  const write = async () => {
    for (; left > 0;) {
      const some = Math.min(inOne, left)
      left -= some
      await tell(Array.from({ length: some }, (_, n) => ({ ...each, n: left + n })))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, write))
  return began
}
const delays = monitorEventLoopDelay({ resolution: 5 })
delays.enable()
function cost(): Cost {
  const heldUpMs = delays.max / 1e6
  const collect = (globalThis as { gc?: () => void }).gc
  for (let n = 0; n < 3; n++) collect?.()
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  delays.reset()
  return {
    heldUpMs,
    rssBytes: rss,
    heapBytes: heapUsed,
    lines: house.hub.lines(),
    cpuSeconds: (user + system) / 1e6,
    atMs: machineMs(),
  }
}

process.on('message', (ask: Ask) => {
  if ('cost' in ask) process.send?.(cost())
  else {
    const began = 'tell' in ask ? tell(ask.tell) : flood(ask.flood, ask.each)
    void began.then((ms) => process.send?.(ms))
  }
})
process.on('disconnect', () => {
  void (async () => {
    await house.close()
    await db.close()
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
    process.exit()
  })()
})
process.send?.((house.app.server.address() as AddressInfo).port)
