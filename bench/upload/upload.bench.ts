/**
 * 上传 — 200 MiB in slices of 1 MiB over one line, each slice waited for: how fast, what it costs the server, and whether
 * the server's memory stays flat over two gigabytes. `--peers` adds @tus/server, installed outside the repository.
 */
import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { alone, startMeter } from '../cpu.ts'
import { keepRun, median, round, row, say } from '../machine.ts'
import { newFolder, openStand } from '../stand.ts'
import { send } from '../../modules/report/report.api.ts'
import { granted } from '../../town/town.ts'
import { installPeers } from './peers.ts'
import type { Done, Order } from './sender.ts'

const mebibyte = 1024 * 1024
const bytes = 200 * mebibyte
const sliceBytes = mebibyte
const rounds = 3
/** Two gigabytes more, one file after the other, for the memory alone. */
const flatTurns = 10
const withPeers = process.argv.includes('--peers')

type Side = { name: string; pid: number; order: Order; close(): unknown }
type Sample = { mibPerSecond: number; cpuMs: number; foreignCores: number; digests: Done['digests'] }

const folder = newFolder()
const here = (name: string) => new URL(name, import.meta.url)
const nextMessage = async <Message>(child: ChildProcess) => ((await once(child, 'message')) as [Message])[0]

async function stand(name: string, side: string): Promise<Side> {
  const root = join(folder, side)
  mkdirSync(root)
  const child = fork(here('serve.ts'), [side, root])
  const { port } = await nextMessage<{ port: number }>(child)
  const isRaw = side === 'raw'
  return {
    name,
    pid: child.pid!,
    order: { port, path: isRaw ? '/file' : '/files', isRaw, bytes, sliceBytes },
    close: () => child.kill(),
  }
}

/** The program as it is shipped: a session is looked up for every slice, and in the end there is an attachment. */
async function program(): Promise<Side> {
  const whole = await openStand()
  const [token = ''] = await whole.citizens(1)
  const report = granted(
    await whole.server.caller(token)(send, {
      body: { mode: 'text', words: '录像在路上' },
      key: 'film-on-its-way',
    }),
  ).id
  return {
    name: 'the whole program',
    pid: whole.server.pid,
    order: { port: whole.port, path: '/api/v1/uploads', isRaw: false, token, report, bytes, sliceBytes },
    close: () => whole.close(),
  }
}

const sides = [await stand('raw PUT, no hash, no sync', 'raw'), await stand('open110', 'ours')]
if (withPeers) {
  installPeers()
  sides.push(
    await stand('@tus/server', 'peer'),
    await stand('@tus/server + sync', 'peer-sync'),
    await stand('@tus/server + sync + digests', 'peer-digests'),
  )
}
sides.push(await program())
const sender = fork(here('sender.ts'))
await nextMessage(sender)

async function measured({ pid, order }: Side): Promise<Sample> {
  // What nobody waited for is written now, and not while the next side waits for its own.
  spawnSync('sync')
  const read = startMeter({ server: alone(pid) })
  sender.send(order)
  const { ms, digests } = await nextMessage<Done>(sender)
  const reading = read()
  return {
    mibPerSecond: order.bytes / mebibyte / (ms / 1000),
    cpuMs: ((reading?.parts.server ?? Number.NaN) * 1000) / (order.bytes / 1e8),
    foreignCores: reading?.foreignCores ?? Number.NaN,
    digests,
  }
}

/** The most, and the present, resident memory of a process in MiB. */
function memoryOf(pid: number): { peakMiB: number; nowMiB: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'latin1')
  const at = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1]) / 1024)
  return { peakMiB: at('VmHWM'), nowMiB: at('VmRSS') }
}

const samples = new Map<Side, Sample[]>(sides.map((side) => [side, []]))
for (const side of sides) await measured({ ...side, order: { ...side.order, bytes: 20 * mebibyte } }) // warm
for (let turn = 0; turn < rounds; turn++)
  for (const side of sides) samples.get(side)!.push(await measured(side))

const rows = sides.map((side) => {
  const mine = samples.get(side)!
  return {
    side: side.name,
    mibPerSecond: round(median(mine.map(({ mibPerSecond }) => mibPerSecond)), 0),
    serverCpuMsPer100MB: round(median(mine.map(({ cpuMs }) => cpuMs)), 0),
    peakMiB: memoryOf(side.pid).peakMiB,
    digests: mine[0]!.digests,
    foreignCores: round(median(mine.map(({ foreignCores }) => foreignCores)), 2),
  }
})
const ours = rows[1]!
const widths = [32, 8, 16, 10, 9, 15, 12]
say(
  row(
    [
      '200 MiB in slices of 1 MiB',
      'MiB/s',
      'CPU ms/100 MB',
      'peak MiB',
      'digests',
      'foreign cores',
      'ours ÷ it',
    ],
    widths,
  ),
)
for (const { side, mibPerSecond, serverCpuMsPer100MB, peakMiB, digests, foreignCores } of rows) {
  const ratio = round(ours.mibPerSecond / mibPerSecond, 2)
  say(row([side, mibPerSecond, serverCpuMsPer100MB, peakMiB, digests, foreignCores, ratio], widths))
}

const memory = [memoryOf(sides[1]!.pid).nowMiB]
for (let turn = 0; turn < flatTurns; turn++) {
  await measured(sides[1]!)
  memory.push(memoryOf(sides[1]!.pid).nowMiB)
}
say(`open110, ${flatTurns} files more, resident MiB after each: ${memory.join(' ')}`)
keepRun(import.meta.url, {
  bytes,
  sliceBytes,
  rounds,
  rows,
  memory: { afterEachMiB: memory, ...memoryOf(sides[1]!.pid) },
})

sender.kill()
for (const side of sides) await side.close()
rmSync(folder, { recursive: true, force: true })
process.exit()
