import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { broken, check } from './check.ts'
import { breachesOf, type Fault } from './fault.ts'
import { openCrowd } from './phones.ts'
import { childrenOf, trace } from './trace.ts'
import { readTruth } from './truth.ts'
import { until } from './until.ts'
import { openWatch } from './watch.ts'

export const diskError: Fault = {
  id: 'F5',
  does: 'the first fdatasync of each database process fails with EIO, so that PostgreSQL panics and recovers',
  holds: 'what the client saw as an error is resolved by its key: nothing lost, nothing doubled',
  needs: ['linux', 'root', 'strace'],
  async run({ ground, isShort }) {
    const here = await ground()
    const log = join(here.folder, 'cluster/log/postgres.log')
    const panics = () => (existsSync(log) ? readFileSync(log, 'utf8').split('PANIC:').length - 1 : 0)
    const { token } = await here.login('zhaomin@lishui')
    const watch = openWatch({ base: here.base, token, topics: ['desk:lishui'] })
    await watch.live()
    const crowd = await openCrowd({ base: here.base, count: 16, mark: 'F5', againMs: 0 })
    const { history } = crowd
    const gaps: number[] = []
    let onlyByKey = 0
    const before = panics()
    try {
      for (let round = 0; round < (isShort ? 1 : 5); round++) {
        await until(() => history.acked.size > 20 * (round + 1), 'reports are being acknowledged')
        const panicked = panics()
        const tracer = await trace(childrenOf(here.postmaster()), 'fdatasync:error=EIO:when=1')
        await until(() => panics() > panicked, 'PostgreSQL panics')
        const waiting = history.pressed.filter((words) => !history.acked.has(words))
        const began = performance.now()
        await tracer.stop()
        const acked = history.acked.size
        const { length } = await here.rows(`select from report where words = any($1)`, [waiting])
        onlyByKey += length
        crowd.wake()
        await until(() => history.acked.size > acked + 16, 'work goes on')
        gaps.push(Math.round(performance.now() - began))
      }
      await crowd.settle()
      const last = history.acked.get([...history.acked.keys()].at(-1)!)!
      await until(() => watch.has(last), 'the console hears the last one')
      const truth = await readTruth(here, 'F5')
      return {
        breaches: breachesOf(broken(check(history, truth, [watch.heard]))),
        figures: {
          panics: panics() - before,
          acknowledged: history.acked.size,
          'stored though the client saw an error': onlyByKey,
          'work goes on after, ms': gaps.join(' '),
        },
      }
    } finally {
      crowd.close()
      watch.close()
    }
  },
}
