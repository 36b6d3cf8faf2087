import { randomUUID } from 'node:crypto'
import { isRefusal } from '@open110/kit/refuse'
import { momentOf } from '@open110/kit/time'
import { openSession } from '@open110/modules/person/api'
import { send } from '@open110/modules/report/api'
import { listMessages, sendMessage } from '@open110/modules/thread/api'
import { granted } from '../town.ts'
import { broken, check } from './check.ts'
import { breachesOf, type Fault } from './fault.ts'
import { openCrowd } from './phones.ts'
import { readTruth } from './truth.ts'

export const saidAgain: Fault = {
  id: 'F15',
  does: 'requests are doubled, sent eight at once, replayed and replayed in another order',
  holds: 'one press is one report and one message with one answer, and another body under its key is refused',
  async run({ ground, isShort }) {
    const here = await ground()
    const line = `http://127.0.0.1:${here.front.port}`
    const breaches: string[] = []

    // Recorded on the wire as phones send it, and said again by the line.
    here.front.record()
    const crowd = await openCrowd({ base: line, count: isShort ? 8 : 32, mark: 'F15', desk: 'jinhua' })
    try {
      for (const phone of crowd.phones) phone.press()
      await crowd.settle()
      const replayed = await here.front.replay(3)

      // Eight at once with one key, as eight impatient presses over eight lines.
      const { token } = granted(await here.call()(openSession, { body: {} }))
      const call = here.call(token)
      const key = randomUUID()
      const body = { mode: 'text' as const, words: 'F15:八次', madeAt: momentOf(Date.now()) }
      const answers = await Promise.all(Array.from({ length: 8 }, () => call(send, { body, key })))
      const ids = new Set(answers.map((answer) => JSON.stringify(answer)))
      if (ids.size !== 1) breaches.push(`${ids.size} different answers to one press`)
      crowd.history.pressed.push(body.words)
      const report = granted(answers[0]!).id
      crowd.history.acked.set(body.words, report)
      const other = await call(send, { body: { ...body, words: 'F15:另一件' }, key })
      if (!isRefusal(other) || other.refused !== 'idempotency.key-reused')
        breaches.push('another body under the same key was taken')

      // Messages out of order, each three times: the order of arrival is the order, without holes.
      const says = Array.from({ length: 6 }, (_, n) => ({ words: `第${n}句`, key: randomUUID() }))
      const thrice = [...says, ...says.toReversed(), ...says]
      await Promise.all(
        thrice.map(({ words, key }) =>
          call(sendMessage, { params: { report }, body: { words, clientId: key }, key }),
        ),
      )
      const said = granted(await call(listMessages, { params: { report } })) as unknown as readonly {
        seq: number
        words: string
      }[]
      const mine = said.filter(({ words }) => says.some((one) => one.words === words))
      if (mine.length !== says.length) breaches.push(`${mine.length} messages instead of ${says.length}`)
      if (new Set(mine.map(({ seq }) => seq)).size !== mine.length)
        breaches.push('two messages with one number')

      const truth = await readTruth(here, 'F15')
      breaches.push(...breachesOf(broken(check(crowd.history, truth))))
      return {
        breaches,
        figures: { 'connections replayed': replayed, reports: truth.stored.length, messages: thrice.length },
      }
    } finally {
      crowd.close()
    }
  },
}
