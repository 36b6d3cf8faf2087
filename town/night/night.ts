import { parseArgs } from 'node:util'
import { bugNames, bugs, type BugName } from './bugs.ts'
import { runNight, shortest } from './run.ts'
import { invariants } from './witness.ts'

/** 夜 — `npm run night -- [--seeds 20000] [--from 1] [--seed N] [--bug name]`. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    bug: { type: 'string' },
  },
})
const bug = values.bug as BugName | undefined
if (bug !== undefined && !(bug in bugs)) {
  console.error(`没有这个错误:${bug} There are: ${bugNames.join(' ')}`)
  process.exit(2)
}

async function tell(seed: number): Promise<void> {
  const acts = await shortest({ seed, bug })
  const { broken, trace } = await runNight({ seed, bug, acts, isTold: true })
  console.log(trace.join('\n'))
  if (broken)
    console.log(`\nseed ${seed}: ${broken.invariant} ${invariants[broken.invariant]}: ${broken.words}`)
  else console.log(`\nseed ${seed}: nothing was broken`)
}

if (values.seed !== undefined) {
  await tell(Number(values.seed) >>> 0)
} else {
  const [from, count] = [Number(values.from), Number(values.seeds)]
  const began = performance.now()
  const settled: number[] = []
  const sum = { nights: 0, deaths: 0, withMedia: 0, presses: 0, sent: 0, asked: 0 }
  for (let seed = from; seed < from + count; seed++) {
    const night = await runNight({ seed, bug })
    sum.nights += 1
    sum.deaths += night.deaths.all
    settled.push(night.settledAfterMs / 1_000)
    sum.withMedia += night.deaths.withMedia
    sum.presses += night.presses
    sum.sent += night.sent
    sum.asked += night.asked
    if (!night.broken) continue
    await tell(seed)
    process.exitCode = 1
    break
  }
  const seconds = (performance.now() - began) / 1_000
  const at = (share: number) => settled[Math.min(settled.length - 1, Math.floor(share * settled.length))]
  settled.sort((a, b) => a - b)
  console.log(
    `${sum.nights} nights in ${seconds.toFixed(1)} s (${Math.round((sum.nights / seconds) * 60)} a minute); ` +
      `${sum.presses} presses, ${(sum.sent / sum.asked).toFixed(2)} sendings for each; ` +
      `${sum.deaths} deaths of a phone, ${sum.withMedia} of them with media under way; ` +
      `all settled after p50 ${at(0.5)} s, p99 ${at(0.99)} s, worst ${at(1)} s`,
  )
}
