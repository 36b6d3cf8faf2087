import { setTimeout as wait } from 'node:timers/promises'
import { broken } from './check.ts'
import { breachesOf, type Fault } from './fault.ts'
import type { Ground } from './ground.ts'
import { openCrowd } from './phones.ts'
import { storm } from './storm.ts'
import { until, within } from './until.ts'
import { openWatch } from './watch.ts'

export const killDatabase: Fault = {
  id: 'F2',
  does: 'kill -9 of the PostgreSQL postmaster while 32 phones press, and once while all is quiet',
  holds: 'as F1, and the server goes on without a restart when the database is back',
  async run({ ground, rounds, isShort, say }) {
    const here = await ground()
    const life = here.server()
    const quiet = await whileQuiet(here)
    const phones = isShort ? 16 : 32
    const { findings, figures } = await storm(here, { mark: 'F2', phones, rounds, blows: ['database'], say })
    const breaches = [...quiet, ...breachesOf(broken(findings))]
    if (here.server() !== life) breaches.push('the server had to be restarted')
    return { breaches, figures }
  },
}

/**
 * Transactions that leave nothing behind. After a crash the database gives their numbers once more, so whoever took them
 * for a place in the event log never hears what gets them then.
 */
const takenForNothing = 'begin; select pg_current_xact_id(); rollback;'.repeat(500)

async function whileQuiet(here: Ground): Promise<string[]> {
  const { token } = await here.login('zhaomin@wenzhou')
  const watch = openWatch({ base: here.base, token, topics: ['desk:wenzhou'] })
  const crowd = await openCrowd({ base: here.base, count: 1, mark: 'F2q', desk: 'wenzhou' })
  try {
    await watch.live()
    await here.rows(takenForNothing)
    await wait(200) // the server has read so far, and found nothing
    here.killPostmaster()
    const words = crowd.phones[0]!.press()
    await until(() => crowd.history.acked.has(words), 'a report is acknowledged after the quiet kill')
    const id = crowd.history.acked.get(words)!
    return (await within(20, () => watch.has(id))) === undefined
      ? ['a console never hears what came after a crash: the numbers of transactions went back']
      : []
  } finally {
    crowd.close()
    watch.close()
  }
}
