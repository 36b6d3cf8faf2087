/**
 * 慢盘 — the program at 128 writers while every wait of PostgreSQL for the disk takes 5 ms longer, against its own
 * rate without the delay. strace delays the calls; what strace itself costs is shown by a side without a delay.
 */
import { rmSync } from 'node:fs'
import { openGenerator } from '../generator/index.ts'
import { openPgbench } from '../intake/pgbench.ts'
import { openProgram } from '../intake/sides.ts'
import { asked, keepRun, median, round, row, say } from '../machine.ts'
import { newFolder, openStand } from '../stand.ts'
import { clusterOf, hasStrace, startCluster, type Brake } from './cluster.ts'

const writers = 128
const delayMs = 5
const rounds = asked('rounds', 3)
const seconds = asked('seconds', 4)

if (process.platform !== 'linux' || !hasStrace()) {
  say('没有 strace,这项没有测 strace is not installed: nothing was measured (Debian: apt-get install strace)')
  process.exit()
}

const data = newFolder()
const first = await openStand({ data })
const tokens = await first.citizens(writers)
await first.sql.query('create table bench_row (id uuid primary key, words text not null)')
const cluster = clusterOf(data, first)
await first.close()
const generator = await openGenerator()

async function measured(brake: Brake) {
  const postgres = await startCluster(cluster, brake)
  const stand = await openStand({ data, database: postgres })
  const program = openProgram(stand, generator, tokens)
  const rows = openPgbench(postgres)
  await program.run(writers, 2) // warm
  const reports = await program.run(writers, seconds)
  // Its clock runs while so many backends are still being started, which strace makes slow.
  const rowsPerSecond = await rows?.run(writers, seconds * 2)
  // One writer has nobody to share its wait with: here the delay shows in full.
  const single = await program.run(1, 1)
  rows?.close()
  await stand.close()
  await postgres.stop()
  return { reports, rows: rowsPerSecond, singleMs: single.p50Ms }
}

const sides = [
  { name: 'as it is', brake: 'none' },
  { name: 'strace, no delay', brake: 'watched' },
  { name: `strace, ${delayMs} ms`, brake: { delayMs } },
] as const satisfies { name: string; brake: Brake }[]
const samples = sides.map(() => [] as Awaited<ReturnType<typeof measured>>[])
for (let turn = 0; turn < rounds; turn++) {
  for (let n = 0; n < sides.length; n++) {
    const at = (n + turn) % sides.length
    samples[at]?.push(await measured(sides[at]?.brake ?? 'none'))
  }
}

const middle = (at: number, pick: (one: Awaited<ReturnType<typeof measured>>) => number | undefined) =>
  median((samples[at] ?? []).map((one) => pick(one) ?? Number.NaN))
const table = sides.map(({ name }, at) => ({
  side: name,
  perSecond: Math.round(middle(at, ({ reports }) => reports.perSecond)),
  p50Ms: round(middle(at, ({ reports }) => reports.p50Ms)),
  p99Ms: round(middle(at, ({ reports }) => reports.p99Ms)),
  oneWriterMs: round(middle(at, ({ singleMs }) => singleMs)),
  rowsPerSecond: Math.round(middle(at, ({ rows }) => rows)),
  foreignCores: round(
    middle(at, ({ reports }) => reports.foreignCores),
    2,
  ),
}))
/** Of each round by itself. */
const share = (of: number, against: number, pick: (one: Awaited<ReturnType<typeof measured>>) => number) =>
  round(median((samples[of] ?? []).map((one, n) => pick(one) / pick(samples[against]?.[n] ?? one))), 3)
const kept = {
  toAsItIs: share(2, 0, ({ reports }) => reports.perSecond),
  toWatched: share(2, 1, ({ reports }) => reports.perSecond),
  rowsToAsItIs: share(2, 0, ({ rows }) => rows ?? Number.NaN),
}
const widths = [20, 11, 9, 9, 15, 10, 9]
say(`${writers} writers, every fdatasync and fsync of PostgreSQL ${delayMs} ms longer`)
say(row(['', 'reports/s', 'p50 ms', 'p99 ms', 'one writer ms', 'rows/s', 'foreign'], widths))
for (const one of table) {
  const { side, perSecond, p50Ms, p99Ms, oneWriterMs, rowsPerSecond, foreignCores } = one
  say(row([side, perSecond, p50Ms, p99Ms, oneWriterMs, rowsPerSecond, foreignCores], widths))
}
say(`kept of its own rate: ${kept.toAsItIs} (of that under strace without delay ${kept.toWatched})`)
say(`single rows alone by pgbench keep ${kept.rowsToAsItIs}`)
keepRun(import.meta.url, { writers, delayMs, seconds, rounds, table, kept })

generator.close()
rmSync(data, { recursive: true, force: true })
process.exit()
