import { parseArgs } from 'node:util'
import { startTemporary } from '../kit/db/temporary.ts'
import { cities } from './orgs.ts'
import { faultsAfter } from './races.check.ts'
import { openLane, pressesAtOnce, race } from './races.lane.ts'
import { openTown } from './town.ts'

/** 赛跑 — `npm run races -- [--seeds 1000] [--from 1] [--lanes 6]`: 64 racing presses on one slip, seed by seed. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '6' },
  },
})
const write = (line: string) => void process.stdout.write(`${line}\n`)
const [from, count] = [Number(values.from), Number(values.seeds)]
const database = await startTemporary({ durable: false })
process.env['OPEN110_TEST_DB'] = database.url
const town = await openTown({ connections: 48, realClock: true })
try {
  const lanes = await Promise.all(
    cities.slice(0, Number(values.lanes)).map(({ desk }) => openLane(town, desk)),
  )
  const beganMs = performance.now()
  const ends = new Map<string, number>()
  let next = from
  let done = 0
  const broken: { seed: number; faults: string[] }[] = []
  await Promise.all(
    lanes.map(async (lane) => {
      while (next < from + count && broken.length === 0) {
        const seed = next++
        const raced = await race(lane, String(seed))
        const faults = await faultsAfter(town, raced)
        if (faults.length > 0) broken.push({ seed, faults })
        ends.set(raced.end, (ends.get(raced.end) ?? 0) + 1)
        done += 1
        if (done % 100 === 0) write(`${done} 场`)
      }
    }),
  )
  const seconds = (performance.now() - beganMs) / 1_000
  write(
    `${done} 场,每场 ${pressesAtOnce} 次同时按键,${seconds.toFixed(1)} 秒,每秒 ${(done / seconds).toFixed(2)} 场`,
  )
  write([...ends].map(([state, times]) => `${state} ${times}`).join(' · '))
  const [first] = broken.toSorted((a, b) => a.seed - b.seed)
  if (first) {
    write(`第 ${first.seed} 场不一致:`)
    for (const fault of first.faults) write(`  ${fault}`)
    for (const line of town.logged().split('\n')) if (line.startsWith('{"level":50')) write(line)
    process.exitCode = 1
  } else write('没有一场不一致')
} finally {
  await town.close()
  await database.stop()
}
