import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRefusal } from '@open110/kit/refuse'
import { queue, signIn } from '@open110/modules/desk/api'
import { receive } from '@open110/modules/report/api'
import { granted } from '../town.ts'
import { broken, check } from './check.ts'
import { breachesOf, type Fault } from './fault.ts'
import { openGround } from './ground.ts'
import { faketimeLibrary } from './needs.ts'
import { openCrowd } from './phones.ts'
import { readTruth } from './truth.ts'
import { until, within } from './until.ts'
import { openWatch } from './watch.ts'

/** What makes a process see the date that a file names, while what it measures spans with goes on undisturbed. */
export const underFaketime = (file: string): Record<string, string> => ({
  LD_PRELOAD: faketimeLibrary() ?? '',
  FAKETIME_TIMESTAMP_FILE: file,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  FAKETIME_NO_CACHE: '1',
  TZ: 'UTC',
})

export const clockJumps: Fault = {
  id: 'F8',
  does: 'the clock of the server jumps by two hours, back by four, and thirty days ahead while it runs',
  holds:
    'nothing is lost, seats and claims stay, nobody is signed out, the order is that of the cursor, /readyz says that the clock is wrong',
  needs: ['linux', 'faketime'],
  async run({ seed }) {
    const here = await openGround({ seed })
    const file = join(here.folder, 'clock')
    writeFileSync(file, '+0\n')
    await here.restart({ settings: underFaketime(file) })
    const desk = 'lishui'
    const { token } = await here.login(`zhaomin@${desk}`)
    const watch = openWatch({ base: here.base, token, topics: [`desk:${desk}`] })
    await watch.live()
    const call = here.call(token)
    granted(await call(signIn, { params: { desk, seat: '1' } }))
    const crowd = await openCrowd({ base: here.base, count: 4, mark: 'F8' })
    const { history } = crowd
    const breaches: string[] = []
    const figures: Record<string, number | string> = {}
    const order: string[] = []
    const pressAll = async (when: string) => {
      for (const phone of crowd.phones) {
        const words = phone.press()
        if ((await within(20, () => history.acked.has(words))) === undefined) {
          breaches.push(`${when}: a report is not taken`)
          return
        }
        order.push(history.acked.get(words)!)
      }
    }
    try {
      await pressAll('before')
      const claim = order[0]!
      granted(await call(receive, { params: { report: claim } }))
      for (const jump of ['+2h', '-2h', '+30d', '+0']) {
        const states = watch.states.length
        writeFileSync(file, `${jump}\n`)
        await pressAll(jump)
        // As long as it takes until a seat would be given up and a session asked for again.
        await within(8, () => false)
        const last = order.at(-1)!
        if ((await within(20, () => watch.has(last))) === undefined)
          breaches.push(`${jump}: the console does not hear`)
        if (watch.state() === 'signed-out') breaches.push(`${jump}: the console was signed out`)
        figures[`${jump}: console changed its state`] = watch.states.length - states
        const rows = await call(queue, { params: { desk } })
        if (isRefusal(rows)) breaches.push(`${jump}: the queue is refused: ${rows.refused}`)
        else if (rows.find(({ report }) => report === claim)?.owner?.state !== 'live')
          breaches.push(`${jump}: the claim is lost`)
        const { degraded } = (await (await fetch(`${here.base}/readyz`)).json()) as { degraded?: unknown[] }
        if (jump !== '+0' && !JSON.stringify(degraded ?? []).includes('clock'))
          breaches.push(`${jump}: /readyz does not say that the clock is wrong`)
      }
      await crowd.settle().catch(() => undefined)
      await until(() => order.every((id) => watch.has(id)), 'the console hears all', 20).catch(() =>
        breaches.push('the console has missed some'),
      )
      const heard = watch.heard
        .filter(({ type, report }) => type === 'report.delivered' && order.includes(report))
        .map(({ report }) => report)
      if (heard.join() !== order.filter((id) => heard.includes(id)).join())
        breaches.push('the console hears in another order than they came')
      breaches.push(...breachesOf(broken(check(history, await readTruth(here, 'F8'), [watch.heard]))))
      return { breaches: [...new Set(breaches)], figures }
    } finally {
      crowd.close()
      watch.close()
      await here.close()
    }
  },
}
