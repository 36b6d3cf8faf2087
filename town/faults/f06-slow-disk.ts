import { setTimeout as wait } from 'node:timers/promises'
import { broken, check } from './check.ts'
import { breachesOf, lateIf, type Fault } from './fault.ts'
import { openCrowd } from './phones.ts'
import { childrenOf, trace } from './trace.ts'
import { readTruth } from './truth.ts'

const delayMicroseconds = 5_000
const leastShare = 0.4

export const slowDisk: Fault = {
  id: 'F6',
  does: 'every fdatasync of the database is 5 ms late',
  holds: 'grouped commits keep ≥ 40 % of the rate',
  needs: ['linux', 'root', 'strace'],
  async run({ ground, isShort }) {
    const here = await ground()
    const count = isShort ? 32 : 128
    const crowd = await openCrowd({ base: here.base, count, mark: 'F6', desk: 'taizhou', againMs: 0 })
    const { history } = crowd
    const rates: Record<string, number[]> = { usual: [], traced: [], late: [] }
    const injections: Record<string, string | undefined> = {
      traced: undefined,
      late: `fdatasync:delay_enter=${delayMicroseconds}`,
    }
    const spanMs = isShort ? 1_500 : 4_000
    try {
      for (let round = 0; round < (isShort ? 1 : 3); round++) {
        for (const [name, list] of Object.entries(rates)) {
          const postmaster = here.postmaster()
          // The tracing alone costs much: the late disk is compared with a traced one.
          const tracer =
            name === 'usual'
              ? undefined
              : await trace([postmaster, ...childrenOf(postmaster)], injections[name], { withChildren: true })
          await wait(300)
          const [acked, began] = [history.acked.size, performance.now()]
          await wait(spanMs)
          list.push(((history.acked.size - acked) / (performance.now() - began)) * 1_000)
          await tracer?.stop()
        }
      }
      await crowd.settle()
      const truth = await readTruth(here, 'F6')
      const median = (name: string) => rates[name]!.toSorted((a, b) => a - b)[rates[name]!.length >> 1]!
      const share = median('late') / median('traced')
      return {
        breaches: breachesOf(broken(check(history, truth))),
        late: lateIf(share < leastShare, `only ${Math.round(share * 100)} % of the rate`),
        figures: {
          phones: count,
          'usual, reports/s': Math.round(median('usual')),
          'traced, reports/s': Math.round(median('traced')),
          'traced and late, reports/s': Math.round(median('late')),
          share: share.toFixed(2),
        },
      }
    } finally {
      crowd.close()
    }
  },
}
