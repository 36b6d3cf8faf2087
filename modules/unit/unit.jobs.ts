import type { Database } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import { plusSeconds, type Clock } from '@open110/kit/time'
import { forgetDay, makeDay } from './unit.fix.store.ts'
import type { Units } from './unit.server.ts'

const lookMs = 1_000
const forgetMs = 3_600_000
const daySeconds = 86_400

/** 定位巡查 — units are looked at each second; days of positions are made before they begin and go when they are old. */
export function unitSweeps(given: { db: Database; clock: Clock; units: Units }): Sweep[] {
  const db = given.db.of('content')
  const dayIn = (seconds: number) => plusSeconds(given.clock.now(), seconds).slice(0, 10)
  return [
    {
      name: 'unit.look-round',
      everyMs: lookMs,
      async run() {
        await given.units.lookRound()
        return 0
      },
    },
    {
      name: 'unit.forget-fixes',
      everyMs: forgetMs,
      async run() {
        await db.run(makeDay, { day: dayIn(daySeconds) })
        const { keepDays } = given.units.policyOf('*')
        return (await db.one(forgetDay, { before: dayIn(-keepDays * daySeconds) })).gone
      },
    },
  ]
}
