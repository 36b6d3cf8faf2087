import { setTimeout as wait } from 'node:timers/promises'
import { signIn } from '@open110/modules/desk/api'
import { receive } from '@open110/modules/report/api'
import { granted } from '../town.ts'
import { broken, check } from './check.ts'
import { isAtHead } from './desk.ts'
import { breachesOf, lateIf, type Fault } from './fault.ts'
import { openCrowd } from './phones.ts'
import { readTruth } from './truth.ts'
import { until, within } from './until.ts'
import { openWatch } from './watch.ts'

const desk = 'jiaxing'

export const halfOpen: Fault = {
  id: 'F10',
  does: 'lines that look open to both ends and carry nothing: to a console, to the phones, to the database',
  holds:
    'a console knows ≤ 3 s; it dials anew, its report is offered again, phones and server find new lines ≤ 10 s',
  async run({ ground, isShort }) {
    const here = await ground()
    const line = `http://127.0.0.1:${here.front.port}`
    const crowd = await openCrowd({ base: line, count: 4, mark: 'F10', desk, sessionsAt: here.base })
    const [zhaomin, wangtao] = [await here.login(`zhaomin@${desk}`), await here.login(`wangtao@${desk}`)]
    const dead = openWatch({ base: line, token: zhaomin.token, topics: [`desk:${desk}`] })
    const alive = openWatch({ base: here.base, token: wangtao.token, topics: [`desk:${desk}`] })
    const breaches: string[] = []
    const late: string[] = []
    const figures: Record<string, number> = {}
    const patience = isShort ? 45 : 60
    const comes = async (name: string, mostMs: number, isThere: () => boolean | Promise<boolean>) => {
      const ms = await within(patience, isThere)
      if (ms === undefined) return void breaches.push(`not within ${patience} s: ${name}`)
      figures[`${name}, ms`] = ms
      late.push(...lateIf(ms > mostMs, `${name} only after ${ms} ms`))
    }
    const { acked } = crowd.history
    try {
      await Promise.all([dead.live(), alive.live()])
      for (const [n, { token }] of [zhaomin, wangtao].entries())
        granted(await here.call(token)(signIn, { params: { desk, seat: String(n + 1) } }))
      const words = crowd.phones[0]!.press()
      await until(() => acked.has(words), 'the first report is delivered')
      const report = acked.get(words)!
      granted(await here.call(zhaomin.token)(receive, { params: { report } }))

      if (!isShort) await wait(12_000)
      here.front.swallow()
      const { taken } = here.front.counts()
      const pressed = crowd.phones.map((phone) => phone.press())
      await comes('a console is stale', 3_000, () => dead.state() === 'stale')
      await comes('it dials anew', 10_000, () => here.front.counts().taken > taken + crowd.phones.length)
      // Left to F17 in the smoke: a server that was just started gives consoles time to find back first.
      if (!isShort)
        await comes('its report is at the head', 10_000, () => isAtHead(here, wangtao.token, desk, report))
      here.front.heal()
      await comes('it is live after healing', 10_000, () => dead.state() === 'live')
      await comes('phones delivered after healing', 10_000, () => pressed.every((one) => acked.has(one)))

      await here.restart({ behind: 'line' })
      await Promise.all([dead.live(), alive.live()])
      here.back.swallow()
      await wait(500)
      here.back.heal() // new lines carry; those that were open never will again
      const more = crowd.phones.map((phone) => phone.press())
      await comes('reports are kept over new lines to the database', 10_000, () =>
        more.every((one) => acked.has(one)),
      )
      await comes('consoles hear them', 10_000, () =>
        [dead, alive].every((one) => more.every((press) => one.has(acked.get(press) ?? ''))),
      )
      const findings = check(crowd.history, await readTruth(here, 'F10'), [dead.heard, alive.heard])
      breaches.push(...breachesOf(broken(findings)))
      return { breaches, late, figures }
    } finally {
      crowd.close()
      dead.close()
      alive.close()
      here.front.heal()
      here.back.heal()
      await here.kill() // its lines to the database may be dead, and it would wait for them
      await here.start()
    }
  },
}
