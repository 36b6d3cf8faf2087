/**
 * 辖区归属 — is the routing grid exact, and how fast is it? `node bench/place/place.bench.ts`
 * Fails when one point in a million differs from PostGIS, or when the grid is less than ten times as fast
 * as the best pair of libraries. Figures go to last-run.json beside this file.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { packGrid } from '../../modules/place/place.grid.pack.ts'
import { buildGrid } from '../../modules/place/place.grid.build.ts'
import { compareWithPostgis } from './exactness.ts'
import { pointKinds } from './points.ts'
import { indexes, type IndexName, type Order, type Timing } from './runner.ts'
import { readShapes } from './shapes.ts'

const amounts = { uniform: 300_000, weighted: 300_000, border: 300_000, touching: 150_000, vertex: 150_000 }
const rounds = 3
const wantedRatio = 10

const say = (line = ''): boolean => process.stdout.write(`${line}\n`)
const load = (): string =>
  loadavg()
    .map((n) => n.toFixed(2))
    .join(' ')
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!
const millions = (n: number): string => (n / 1e6).toFixed(2).padStart(8)

const shapes = readShapes()
const start = performance.now()
const grid = buildGrid(shapes.map(({ ref, parts }) => ({ ref, rings: parts.flat() })))
const buildMilliseconds = Math.round(performance.now() - start)
const megabytes = packGrid(grid).byteLength / 1e6
say(
  `${shapes.length} outlines; grid built in ${buildMilliseconds} ms, ${megabytes.toFixed(1)} MB; load average ${load()}`,
)

say('\nagainst PostGIS ST_Covers, same outlines on whole units of 1e-7 degree')
const exactness = await compareWithPostgis(shapes, amounts)
if ('missing' in exactness) say(`  skipped: ${exactness.missing}`)
else {
  say('  points of kind     asked   covered    shared  differences')
  for (const { kind, points, covered, shared, differences } of exactness.rows)
    say(
      `  ${kind.padEnd(12)}${[points, covered, shared].map((n) => String(n).padStart(10)).join('')}${String(differences).padStart(13)}`,
    )
}

const workers = new Map<IndexName, ChildProcess>()
for (const name of indexes) {
  const worker = fork(new URL('runner.ts', import.meta.url), [name])
  await once(worker, 'message')
  workers.set(name, worker)
}
async function ask(name: IndexName, order: Order): Promise<Timing> {
  const worker = workers.get(name)!
  worker.send(order)
  const [timing] = (await once(worker, 'message')) as [Timing]
  return timing
}

say(`\nmillions of points a second, one core, median of ${rounds} interleaved rounds; load average ${load()}`)
say(`  points of kind  ${indexes.map((name) => name.padStart(14)).join('')}   ratio  ratio by CPU`)
const speeds = []
for (const kind of pointKinds) {
  const timings = new Map<IndexName, Timing[]>(indexes.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const name of indexes) {
      const isLibrary = name === 'flatbush+hao'
      const timing = await ask(name, { kind, count: 100_000, passes: isLibrary ? 1 : 30 })
      timings.get(name)!.push(timing)
    }
  const of = (name: IndexName, what: 'perSecond' | 'perCpuSecond'): number =>
    median(timings.get(name)!.map((timing) => timing[what]))
  const ratio = of('covering', 'perSecond') / of('flatbush+hao', 'perSecond')
  const ratioByCpu = of('covering', 'perCpuSecond') / of('flatbush+hao', 'perCpuSecond')
  const [mine, theirs] = (['covering', 'flatbush+hao'] as const).map((name) => timings.get(name)![0]!.covered)
  speeds.push({
    kind,
    ratio,
    ratioByCpu,
    perSecond: Object.fromEntries(indexes.map((name) => [name, Math.round(of(name, 'perSecond'))])),
    librariesAgree: mine === theirs,
  })
  const columns = indexes.map((name) => millions(of(name, 'perSecond')).padStart(14)).join('')
  say(`  ${kind.padEnd(16)}${columns}${ratio.toFixed(0).padStart(8)}${ratioByCpu.toFixed(0).padStart(14)}`)
}
for (const worker of workers.values()) worker.kill()

const differences =
  'missing' in exactness ? undefined : exactness.rows.reduce((sum, row) => sum + row.differences, 0)
const worstRatio = Math.min(...speeds.map(({ ratio }) => ratio))
const isGood = (differences === undefined || differences === 0) && worstRatio >= wantedRatio
writeFileSync(
  new URL('last-run.json', import.meta.url),
  `${JSON.stringify(
    {
      at: new Date().toISOString(),
      machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, loadAverage: loadavg() },
      outlines: shapes.length,
      buildMilliseconds,
      megabytes,
      exactness,
      speeds,
      worstRatio,
      isGood,
    },
    undefined,
    2,
  )}\n`,
)
say(
  `\n${differences ?? 'unknown'} differences; at least ${worstRatio.toFixed(0)} times as fast; load average ${load()}`,
)
say(isGood ? 'good' : 'NOT good enough')
process.exitCode = isGood ? 0 : 1
