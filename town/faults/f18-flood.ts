import { randomUUID } from 'node:crypto'
import { Unanswered } from '@open110/kit/client/call'
import { momentOf } from '@open110/kit/time'
import { queue } from '@open110/modules/desk/api'
import { openSession } from '@open110/modules/person/api'
import { send } from '@open110/modules/report/api'
import { cities } from '../orgs.ts'
import { granted } from '../town.ts'
import { lateIf, type Fault } from './fault.ts'
import { openWatch } from './watch.ts'
import { until } from './until.ts'

export const flood: Fault = {
  id: 'F18',
  does: 'junk reports from many phones at once, and among them silent alarms',
  holds:
    'each silent alarm is taken, reaches the console ≤ 2× idle + 50 ms, and stands before the junk in the queue',
  async run({ ground, isShort }) {
    const here = await ground()
    const desk = 'ningbo'
    const { centre } = cities.find((city) => city.desk === desk)!
    const fix = { ...centre, crs: 'wgs84' as const, accuracyMetres: 25, source: 'gps' as const }
    const { token } = await here.login(`zhaomin@${desk}`)
    const heardAt = new Map<string, number>()
    const watch = openWatch({
      base: here.base,
      token,
      topics: [`desk:${desk}`],
      onEvent: ({ report }) => heardAt.has(report) || heardAt.set(report, performance.now()),
    })
    await watch.live()
    const open = async () => here.call(granted(await here.call()(openSession, { body: {} })).token)
    const victim = await open()
    const breaches: string[] = []
    const alarms: string[] = []
    const alarm = async () => {
      const began = performance.now()
      const body = { mode: 'silent' as const, fix, madeAt: momentOf(Date.now()) }
      const { id } = granted(await victim(send, { body, key: randomUUID() }))
      alarms.push(id)
      await until(() => heardAt.has(id), 'the console hears the alarm')
      return Math.round(heardAt.get(id)! - began)
    }
    const many = async (count: number) => {
      const took: number[] = []
      for (let n = 0; n < count; n++) took.push(await alarm())
      return took.toSorted((a, b) => a - b)
    }
    let isOver = false
    let sent = 0
    let putOff = 0
    const junk = async (call: Awaited<ReturnType<typeof open>>) => {
      while (!isOver) {
        const body = { mode: 'text' as const, words: `F18:广告${sent}`, fix, madeAt: momentOf(Date.now()) }
        await call(send, { body, key: randomUUID() }).then(
          () => (sent += 1),
          (fault: unknown) => {
            if (!(fault instanceof Unanswered)) throw fault
            putOff += 1
          },
        )
      }
    }
    try {
      const idle = await many(isShort ? 10 : 40)
      const pests = await Promise.all(Array.from({ length: isShort ? 32 : 128 }, open))
      const flooding = Promise.all(pests.map(junk))
      await until(() => sent > 100, 'the flood has begun')
      const flooded = await many(isShort ? 10 : 60)
      isOver = true
      await flooding
      const rows = granted(await here.call(token)(queue, { params: { desk } }))
      const places = alarms.map((id) => rows.findIndex(({ report }) => report === id))
      const firstJunk = rows.findIndex(({ report }) => !alarms.includes(report))
      if (places.some((place) => place < 0)) breaches.push('a silent alarm is not in the queue')
      if (firstJunk >= 0 && places.some((place) => place > firstJunk))
        breaches.push('junk stands before a silent alarm')
      const [p99idle, p99] = [idle.at(-1)!, flooded.at(-1)!]
      return {
        breaches,
        late: lateIf(p99 > 2 * p99idle + 50, `an alarm took ${p99} ms in the flood, ${p99idle} ms without`),
        figures: {
          'idle, ms': `p50 ${idle[idle.length >> 1]}, most ${p99idle}`,
          'in the flood, ms': `p50 ${flooded[flooded.length >> 1]}, most ${p99}`,
          'junk kept': sent,
          'junk put off': putOff,
        },
      }
    } finally {
      isOver = true
      watch.close()
    }
  },
}
