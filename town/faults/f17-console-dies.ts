import { setTimeout as wait } from 'node:timers/promises'
import { isRefusal } from '@open110/kit/refuse'
import { queue, signIn } from '@open110/modules/desk/api'
import { get, receive, take } from '@open110/modules/report/api'
import { granted } from '../town.ts'
import { isAtHead } from './desk.ts'
import { lateIf, type Fault } from './fault.ts'
import { openCrowd } from './phones.ts'
import { within } from './until.ts'
import { openWatch } from './watch.ts'

const backMs = 10_000

export const consoleDies: Fault = {
  id: 'F17',
  does: 'the console of a call-taker dies with a report in hand; the server is killed meanwhile',
  holds: 'the report is back at the head of the queue ≤ 10 s with its own age, and the next one can take it',
  async run({ ground }) {
    const here = await ground()
    const desk = 'shaoxing'
    const crowd = await openCrowd({ base: here.base, count: 3, mark: 'F17', desk })
    const [zhaomin, wangtao] = [await here.login(`zhaomin@${desk}`), await here.login(`wangtao@${desk}`)]
    const dying = openWatch({ base: here.base, token: zhaomin.token, topics: [`desk:${desk}`] })
    const staying = openWatch({ base: here.base, token: wangtao.token, topics: [`desk:${desk}`] })
    const breaches: string[] = []
    const late: string[] = []
    const figures: Record<string, number> = {}
    try {
      await Promise.all([dying.live(), staying.live()])
      for (const [n, { token }] of [zhaomin, wangtao].entries())
        granted(await here.call(token)(signIn, { params: { desk, seat: String(n + 1) } }))
      const reports: string[] = []
      for (const phone of crowd.phones) {
        const words = phone.press()
        await crowd.settle()
        reports.push(crowd.history.acked.get(words)!)
        await wait(20)
      }
      const report = reports[0]!
      granted(await here.call(zhaomin.token)(receive, { params: { report } }))
      const { deliveredAt } = granted(await here.call(wangtao.token)(get, { params: { report } }))

      // Still held: the server dies and comes back, and the seat and the claim are as they were.
      await here.kill()
      await here.start()
      await Promise.all([dying.live(), staying.live()])
      const seen = granted(await here.call(wangtao.token)(queue, { params: { desk } })).find(
        (row) => row.report === report,
      )
      if (seen?.owner?.state !== 'live') breaches.push('the claim did not survive the restart of the server')

      dying.close()
      const back = await within(75, () => isAtHead(here, wangtao.token, desk, report))
      if (back === undefined) breaches.push('the report is not at the head of the queue within 75 s')
      else {
        figures['back at the head after, ms'] = back
        late.push(...lateIf(back > backMs, `back at the head only after ${back} ms`))
        const [first] = granted(await here.call(wangtao.token)(queue, { params: { desk } }))
        if (first?.deliveredAt !== deliveredAt) breaches.push('it came back with another age')
        const taken = await here.call(wangtao.token)(take, { params: { report }, body: {} })
        if (isRefusal(taken)) breaches.push(`the next call-taker cannot take it: ${taken.refused}`)
        const { staff } = granted(await here.call(wangtao.token)(get, { params: { report } }))
        if (!isRefusal(taken) && staff?.owner?.staff !== wangtao.id)
          breaches.push('taken over, and still another owner')
      }
      return { breaches, late, figures }
    } finally {
      crowd.close()
      dying.close()
      staying.close()
    }
  },
}
