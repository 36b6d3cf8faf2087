/**
 * 接件 — how many reports a second the program takes durably, beside single rows that PostgreSQL alone takes on the
 * same cluster and beside the plainest Node server on it. The rounds are interleaved and each begins with another side.
 */
import { openDesk, openGenerator } from '../generator/index.ts'
import { asked, keepRun, median, round, row, say, spread } from '../machine.ts'
import { newRun, openStand, reportsPath } from '../stand.ts'
import { openParseServer } from './peers.ts'
import { openFloor, openProgram, openRows, type Sample, type Side } from './sides.ts'

const levels = [1, 8, 32, 128]
/** At this many writers somebody also listens at the desk, in rounds of their own. */
const heardAt = 32
const rounds = asked('rounds', 3)
const seconds = asked('seconds', 3)

const stand = await openStand()
const generator = await openGenerator()
const tokens = await stand.citizens(Math.max(...levels))
const rows = await openRows(stand)
const floor = await openFloor(stand, generator, tokens)
const program = openProgram(stand, generator, tokens)
const peer = process.argv.includes('--peers') ? await openParseServer(stand, generator, tokens) : undefined
const sides: readonly Side[] = [rows, floor, program, ...(peer ? [peer] : [])]
if (rows.name !== 'pgbench')
  say('没有 pgbench,改用连接池插入 pgbench is not installed: a pool inserts the rows')

/** What a call-taker sees meanwhile; the listening costs processor time, so no rate is taken from here. */
async function heardAtDesk() {
  const token = await stand.staff('zhaomin@lishui')
  const desk = await openDesk({ base: stand.server.base, token, desk: 'lishui' })
  const outcome = await generator.run({
    ...{ host: stand.host, port: stand.port, path: reportsPath, tokens, mode: 'text', run: newRun() },
    ...{ phones: heardAt, seconds },
  })
  await new Promise((resolve) => setTimeout(resolve, 500))
  const heard = await desk.heard()
  desk.close()
  const atMs = new Map(heard.ids.map((id, n) => [id, heard.atMs[n] ?? Number.NaN]))
  const toFrame = outcome.ids.map((id, n) => (atMs.get(id) ?? Number.NaN) - (outcome.pressedMs[n] ?? 0))
  const unheard = toFrame.filter((ms) => Number.isNaN(ms)).length
  if (unheard > 0) throw new Error(`${unheard} of ${toFrame.length} reports never came to the desk`)
  return spread(toFrame)
}

await program.run(32, 3) // warm
await floor.run(32, 1)
await peer?.run(1, 1) // makes its table
await peer?.run(32, 2)
const samples = new Map<string, Sample[]>()
const samplesOf = (side: Side, writers: number): Sample[] => {
  const name = `${side.name} ${writers}`
  const found = samples.get(name) ?? []
  samples.set(name, found)
  return found
}
const frames: Awaited<ReturnType<typeof heardAtDesk>>[] = []
for (let turn = 0; turn < rounds; turn++) {
  for (const writers of levels) {
    for (let n = 0; n < sides.length; n++) {
      const side = sides[(n + turn) % sides.length]!
      samplesOf(side, writers).push(await side.run(writers, seconds))
    }
  }
  frames.push(await heardAtDesk())
}

const medianOf = (of: readonly Sample[], pick: (sample: Sample) => number | undefined) => {
  const values = of.map(pick).filter((value) => value !== undefined)
  return values.length > 0 ? median(values) : undefined
}
const digits = (value: number | undefined, n = 0) => (value === undefined ? undefined : round(value, n))
const figuresOf = (side: Side, writers: number) => {
  const of = samplesOf(side, writers)
  const cpu = (part: 'server' | 'postgres' | 'generator') =>
    digits(medianOf(of, ({ cpuMicros }) => cpuMicros?.[part]))
  return {
    perSecond: digits(medianOf(of, ({ perSecond }) => perSecond)),
    p50Ms: digits(
      medianOf(of, ({ p50Ms }) => p50Ms),
      2,
    ),
    p99Ms: digits(
      medianOf(of, ({ p99Ms }) => p99Ms),
      2,
    ),
    cpuMicros: { server: cpu('server'), postgres: cpu('postgres'), generator: cpu('generator') },
    foreignCores: digits(
      medianOf(of, ({ foreignCores }) => foreignCores),
      2,
    ),
  }
}
/** Of each round by itself, so that a round on a busy machine is held against its own neighbours. */
const ratio = (writers: number, against: Side) =>
  round(
    median(
      samplesOf(program, writers).map(
        ({ perSecond }, n) => perSecond / (samplesOf(against, writers)[n]?.perSecond ?? Number.NaN),
      ),
    ),
    3,
  )

const table = levels.map((writers) => ({
  writers,
  open110: figuresOf(program, writers),
  floor: figuresOf(floor, writers),
  rows: figuresOf(rows, writers),
  toRows: ratio(writers, rows),
  toFloor: ratio(writers, floor),
  ...(peer ? { peer: figuresOf(peer, writers), toPeer: ratio(writers, peer) } : {}),
}))
const widths = [9, 11, 9, 9, 10, 9, 9, 12, 9, 9, 9]
say(row(['writers', 'reports/s', 'p50 ms', 'p99 ms', 'floor/s', 'p50 ms', 'p99 ms', 'rows/s'], widths))
for (const { writers, open110: o, floor: f, rows: r } of table)
  say(row([writers, o.perSecond, o.p50Ms, o.p99Ms, f.perSecond, f.p50Ms, f.p99Ms, r.perSecond], widths))
say(`\nto rows: against ${rows.name}; processor time in µs a report; foreign: cores that others used`)
const more = [9, 9, 10, 17, 10, 10, 15, 10, 16, 9]
const titles = ['writers', 'to rows', 'to floor', 'open110: server', 'postgres', 'phones', 'floor: server']
say(row([...titles, 'postgres', 'rows: postgres', 'foreign'], more))
for (const { writers, toRows, toFloor, open110, floor: f, rows: r } of table) {
  const { server, postgres, generator: phones } = open110.cpuMicros
  const others = [f.cpuMicros.server, f.cpuMicros.postgres, r.cpuMicros.postgres]
  say(row([writers, toRows, toFloor, server, postgres, phones, ...others, open110.foreignCores], more))
}
if (peer) {
  say(`\n${peer.name}, no live queries, no keys`)
  say(row(['writers', 'creates/s', 'p50 ms', 'p99 ms', 'open110 to it', 'server us'], [9, 11, 9, 9, 15, 11]))
  for (const { writers, peer: p, toPeer } of table)
    say(row([writers, p?.perSecond, p?.p50Ms, p?.p99Ms, toPeer, p?.cpuMicros.server], [9, 11, 9, 9, 15, 11]))
}
const submitToConsole = {
  writers: heardAt,
  p50Ms: median(frames.map(({ p50Ms }) => p50Ms)),
  p99Ms: median(frames.map(({ p99Ms }) => p99Ms)),
}
const { p50Ms, p99Ms } = submitToConsole
const floorP99 = table.find(({ writers }) => writers === heardAt)?.floor.p99Ms
say(`\nsubmit to console at ${heardAt} writers, a desk listening: p50 ${p50Ms} ms, p99 ${p99Ms} ms`)
say(`the floor's own p99 at ${heardAt} writers: ${floorP99} ms`)
keepRun(import.meta.url, { seconds, rounds, rowsBy: rows.name, table, submitToConsole })

for (const side of sides) side.close()
generator.close()
await stand.close()
process.exit()
