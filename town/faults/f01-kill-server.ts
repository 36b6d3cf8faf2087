import { broken } from './check.ts'
import { breachesOf, type Fault } from './fault.ts'
import { storm } from './storm.ts'

export const killServer: Fault = {
  id: 'F1',
  does: 'kill -9 of the server, and now and then of the database with it, while 32 phones press',
  holds: 'acknowledged exactly once, unknown at most once, consoles hear each once in order, one owner each',
  async run({ ground, rounds, isShort, say }) {
    const phones = isShort ? 16 : 32
    const { findings, figures } = await storm(await ground(), {
      mark: 'F1',
      phones,
      rounds,
      blows: ['server', 'server', 'server', 'both'],
      say,
    })
    return { breaches: breachesOf(broken(findings)), figures }
  },
}
