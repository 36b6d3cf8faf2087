/**
 * 失联可见 — from a cut at a moment of chance until the console says that what it shows may be old: the program itself,
 * the console's own live code, and four ways of being cut off in turn.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { openGround } from '../../town/faults/ground.ts'
import { until } from '../../town/faults/until.ts'
import { openWatch } from '../../town/faults/watch.ts'
import { asked, keepRun, row, say, spread } from '../machine.ts'

const promisedMs = 3_000
const cuts = asked('cuts', 100)

const here = await openGround({ seed: 'stale' })
await here.restart({ behind: 'line' })
const kinds = {
  'server frozen': {
    cut: () => here.server().signal('SIGSTOP'),
    heal: () => here.server().signal('SIGCONT'),
  },
  'line swallows': { cut: () => here.front.swallow(), heal: () => here.front.heal() },
  'line breaks': {
    cut: () => {
      here.front.refuse()
      here.front.reset()
    },
    heal: () => here.front.heal(),
  },
  'database away': { cut: () => here.back.pause(), heal: () => here.back.resume() },
} as const
type Kind = keyof typeof kinds
const tookMs: Record<Kind, number[]> = {
  'server frozen': [],
  'line swallows': [],
  'line breaks': [],
  'database away': [],
}

try {
  const { token } = await here.login('zhaomin@lishui')
  const console = openWatch({
    base: `http://127.0.0.1:${here.front.port}`,
    token,
    topics: ['desk:lishui'],
  })
  const names = Object.keys(kinds) as Kind[]
  for (let n = 0; n < cuts; n++) {
    const kind = names[n % names.length]!
    await until(() => console.state() === 'live', 'the console is live', 60)
    await wait(500 + Math.random() * 2_000)
    const told = console.states.length
    const cutAt = performance.now()
    kinds[kind].cut()
    await until(() => console.states.length > told, 'the console says that it is stale', 60)
    tookMs[kind].push(console.states[told]!.atMs - cutAt)
    kinds[kind].heal()
    await wait(100)
    console.reconnect()
  }
  console.close()
} finally {
  here.server().signal('SIGCONT')
  await here.close()
}

const all = Object.values(tookMs).flat()
const late = all.filter((ms) => ms > promisedMs).length
const figures = {
  cuts: all.length,
  laterThanPromised: late,
  promisedMs,
  all: spread(all),
  ...Object.fromEntries(Object.entries(tookMs).map(([kind, ms]) => [kind, spread(ms)])),
}
const widths = [24, 10, 10, 10, 10]
say(row(['until it is seen, ms', 'cuts', 'p50', 'p99', 'max'], widths))
for (const [kind, ms] of [...Object.entries(tookMs), ['all', all] as const]) {
  const { p50Ms, p99Ms, maxMs } = spread(ms)
  say(row([kind, ms.length, p50Ms, p99Ms, maxMs], widths))
}
say(`seen within ${promisedMs} ms in ${all.length - late} of ${all.length} cuts`)
if (late > 0) process.exitCode = 1
keepRun(import.meta.url, figures)
