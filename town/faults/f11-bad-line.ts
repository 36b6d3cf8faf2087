import { broken, check } from './check.ts'
import { breachesOf, lateIf, type Fault } from './fault.ts'
import { openCrowd } from './phones.ts'
import { readTruth } from './truth.ts'
import { until } from './until.ts'
import type { Weather } from './proxy.ts'

const slow: Weather = { latencyMs: 150, jitterMs: 60, sliceBytes: 200 }
const weathers = [
  { name: '150±60 ms', up: slow, down: slow },
  {
    name: '30 % cut',
    up: { ...slow, cutShare: 0.3, cutWithinBytes: 900 },
    down: { ...slow, cutShare: 0.3, cutWithinBytes: 500 },
  },
] as const
const lost: Weather = { ...slow, cutShare: 0.9, cutWithinBytes: 400 }
const healMs = 5_000

export const badLine: Fault = {
  id: 'F11',
  does: 'phones over a late, jittery line, then one where 30 % of the connections break each way',
  holds: 'every alarm arrives once, however often it had to be said',
  async run({ ground, isShort }) {
    const here = await ground()
    const base = `http://127.0.0.1:${here.front.port}`
    const figures: Record<string, number | string> = {}
    const crowd = await openCrowd({
      base,
      count: isShort ? 6 : 24,
      mark: 'F11',
      desk: 'quzhou',
      sessionsAt: here.base,
    })
    try {
      for (const { name, up, down } of weathers) {
        here.front.set({ up, down })
        here.front.reset()
        const began = performance.now()
        const presses = crowd.phones.map((phone) => phone.press())
        const took: number[] = []
        const waiting = new Set(presses)
        await until(
          () => {
            for (const words of waiting) {
              if (!crowd.history.acked.has(words)) continue
              waiting.delete(words)
              took.push(Math.round(performance.now() - began))
            }
            return waiting.size === 0
          },
          `${name}: every alarm arrives`,
          180,
        )
        figures[`${name}: delivered, ms`] = `p50 ${took[took.length >> 1]}, most ${took.at(-1)}`
      }
      const truth = await readTruth(here, 'F11')
      const { ok, unknown } = crowd.history.tries
      return {
        breaches: breachesOf(broken(check(crowd.history, truth))),
        figures: { ...figures, answered: ok, 'unknown outcome': unknown },
      }
    } finally {
      crowd.close()
      here.front.heal()
      here.front.reset()
    }
  },
}

export const lostLine: Fault = {
  id: 'F12',
  does: '90 % of the connections break each way, then the line is good again',
  holds:
    'the phone says only what it knows, keeps everything, and all is delivered once ≤ 5 s after the line is back',
  async run({ ground, isShort }) {
    const here = await ground()
    const base = `http://127.0.0.1:${here.front.port}`
    const crowd = await openCrowd({
      base,
      count: isShort ? 6 : 24,
      mark: 'F12',
      desk: 'quzhou',
      sessionsAt: here.base,
    })
    try {
      here.front.set({ up: lost, down: lost })
      for (const phone of crowd.phones) phone.press()
      const breaches: string[] = []
      const until8 = performance.now() + (isShort ? 5_000 : 20_000)
      await until(() => {
        for (const phone of crowd.phones)
          if (phone.waiting() && !['queued', 'sending', 'unknown'].includes(phone.shows() ?? ''))
            breaches.push(`a phone that waits shows ${phone.shows()}`)
        return performance.now() > until8 || breaches.length > 0
      }, 'some time passes')
      const before = crowd.history.acked.size
      here.front.heal()
      here.front.reset()
      crowd.wake() // as a phone does when it is online again
      const heal = await crowd.settle(90)
      const truth = await readTruth(here, 'F12')
      return {
        breaches: [...breaches, ...breachesOf(broken(check(crowd.history, truth)))],
        late: lateIf(heal > healMs, `delivered only ${heal} ms after the line was back`),
        figures: {
          'delivered through it': `${before} of ${crowd.history.pressed.length}`,
          'delivered after it was back, ms': heal,
          'unknown outcome': crowd.history.tries.unknown,
          'connections broken': `${here.front.counts().broken} of ${here.front.counts().taken}`,
        },
      }
    } finally {
      crowd.close()
      here.front.heal()
    }
  },
}
