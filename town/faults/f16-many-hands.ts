import { randomUUID } from 'node:crypto'
import { isRefusal } from '@open110/kit/refuse'
import { signIn } from '@open110/modules/desk/api'
import { receive } from '@open110/modules/report/api'
import { granted } from '../town.ts'
import { lateIf, type Fault } from './fault.ts'
import { openCrowd } from './phones.ts'
import { readTruth } from './truth.ts'

const hands = 64
const answerMs = 100

export const manyHands: Fault = {
  id: 'F16',
  does: '64 receives of one report at once, by two call-takers',
  holds: 'one owner; all others are told whose it is ≤ 100 ms later',
  async run({ ground, isShort }) {
    const here = await ground()
    const desk = 'huzhou'
    const breaches: string[] = []
    const spans: number[] = []
    const crowd = await openCrowd({ base: here.base, count: 1, mark: 'F16', desk })
    const calls = await Promise.all(
      ['zhaomin', 'wangtao'].map(async (name, n) => {
        const { token } = await here.login(`${name}@${desk}`)
        granted(await here.call(token)(signIn, { params: { desk, seat: String(n + 1) } }))
        return here.call(token)
      }),
    )
    try {
      const reports = isShort ? 3 : 20
      for (let n = 0; n < reports; n++) {
        const words = crowd.phones[0]!.press()
        await crowd.settle()
        const report = crowd.history.acked.get(words)!
        let firstMs = Number.POSITIVE_INFINITY
        const answers = await Promise.all(
          Array.from({ length: hands }, async (_, hand) => {
            const answer = await calls[hand % calls.length]!(receive, {
              params: { report },
              key: randomUUID(),
            })
            firstMs = Math.min(firstMs, performance.now())
            return answer
          }),
        )
        spans.push(Math.round(performance.now() - firstMs))
        const won = answers.filter((answer) => !isRefusal(answer)).length
        if (won !== 1) breaches.push(`${won} of ${hands} were told that it is theirs`)
        const nameless = answers.filter(
          (answer) =>
            isRefusal(answer) && (answer.refused !== 'report.already-received' || !answer.facts['by']),
        )
        if (nameless.length > 0) breaches.push(`${nameless.length} were not told whose it is`)
      }
      const { stored, log } = await readTruth(here, 'F16')
      const received = log.filter(({ type }) => type === 'report.received').length
      if (received !== reports) breaches.push(`${received} events of receipt for ${reports} reports`)
      if (stored.some(({ owner }) => owner === undefined)) breaches.push('a received report without an owner')
      spans.sort((a, b) => a - b)
      const most = spans.at(-1)!
      return {
        breaches,
        late: lateIf(most > answerMs, `the last of ${hands} was answered ${most} ms after the first`),
        figures: {
          reports,
          hands,
          'first to last answer, ms': `p50 ${spans[spans.length >> 1]}, most ${most}`,
        },
      }
    } finally {
      crowd.close()
    }
  },
}
