import { setTimeout as wait } from 'node:timers/promises'
import { broken, check } from './check.ts'
import { breachesOf, lateIf, type Fault } from './fault.ts'
import type { Ground } from './ground.ts'
import { openCrowd } from './phones.ts'
import { readTruth } from './truth.ts'
import { until } from './until.ts'
import { openWatch, type Watch } from './watch.ts'

const staleMs = 3_000
const healMs = 5_000

export const partition: Fault = {
  id: 'F9',
  does: 'the database, then the console, is cut off from the server: silently, and with a reset',
  holds:
    'nothing is acknowledged that is not there, the console is stale ≤ 3 s after the cut and all goes on ≤ 5 s after it heals',
  async run({ ground, isShort }) {
    const here = await ground()
    await here.restart({ behind: 'line' })
    const { token } = await here.login('zhaomin@wenzhou')
    const topics = ['desk:wenzhou']
    const near = openWatch({ base: here.base, token, topics })
    const far = openWatch({ base: `http://127.0.0.1:${here.front.port}`, token, topics })
    await Promise.all([near.live(), far.live()])
    const crowd = await openCrowd({ base: here.base, count: 6, mark: 'F9', desk: 'wenzhou', againMs: 30 })
    const cutMs = isShort ? 4_000 : 8_000
    const breaches: string[] = []
    const late: string[] = []
    const figures: Record<string, number> = {}
    const note = (name: string, took: { stale: number; heal: number; work?: number }) => {
      figures[`${name}: stale after, ms`] = took.stale
      figures[`${name}: live again after, ms`] = took.heal
      if (took.work !== undefined) figures[`${name}: next receipt after, ms`] = took.work
      late.push(
        ...lateIf(took.stale > staleMs, `${name}: stale only after ${took.stale} ms`),
        ...lateIf(
          Math.max(took.heal, took.work ?? 0) > healMs,
          `${name}: healed only after ${Math.max(took.heal, took.work ?? 0)} ms`,
        ),
      )
    }
    const cut = async (name: string, begin: () => void) => {
      await until(() => crowd.history.acked.size > 10, 'reports are being acknowledged')
      begin()
      const stale = await until(() => near.state() === 'stale', `${name}: the console is stale`, 30)
      await wait(Math.max(0, 1_000 - stale))
      const during = crowd.history.acked.size
      if ((await readiness(here)) !== 503) breaches.push(`${name}: /readyz says ready without a database`)
      await wait(Math.max(0, cutMs - stale))
      if (crowd.history.acked.size > during) breaches.push(`${name}: acknowledged without a database`)
      here.back.heal()
      const began = performance.now()
      crowd.wake()
      const work = await until(() => crowd.history.acked.size > during, `${name}: work goes on`, 90)
      await until(
        () => near.state() === 'live' && far.state() === 'live',
        `${name}: the consoles are live again`,
        90,
      )
      note(name, { stale, heal: Math.round(performance.now() - began), work })
    }
    try {
      await cut('database, silent', () => here.back.pause())
      await cut('database, reset', () => {
        here.back.refuse()
        here.back.reset()
      })
      note('console', await cutConsole(here, far, cutMs))
      await crowd.settle(90)
      await until(
        () => far.cursor() !== undefined && near.heard.length === far.heard.length,
        'both consoles are level',
        60,
      )
      const truth = await readTruth(here, 'F9')
      breaches.push(...breachesOf(broken(check(crowd.history, truth, [near.heard, far.heard]))))
      return { breaches, late, figures: { ...figures, acknowledged: crowd.history.acked.size } }
    } finally {
      crowd.close()
      near.close()
      far.close()
      here.back.heal()
      here.front.heal()
      await here.restart()
    }
  },
}

async function cutConsole(here: Ground, far: Watch, cutMs: number) {
  here.front.swallow()
  const stale = await until(() => far.state() === 'stale', 'the cut-off console is stale', 30)
  await wait(Math.max(0, cutMs - stale))
  here.front.heal()
  const heal = await until(() => far.state() === 'live', 'the cut-off console is live again', 60)
  return { stale, heal }
}

async function readiness(here: Ground): Promise<number> {
  return (await fetch(`${here.base}/readyz`, { signal: AbortSignal.timeout(15_000) })).status
}
