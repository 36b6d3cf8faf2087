import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { openLive, type Live, type OpenSocket } from '@open110/kit/client/live'
import { momentOf } from '@open110/kit/time'
import { openSession } from '@open110/modules/person/api'
import { send } from '@open110/modules/report/api'
import { cities } from '../orgs.ts'
import { granted } from '../town.ts'
import { wallClock } from '../town.server.ts'
import { lateIf, type Fault } from './fault.ts'
import type { Ground } from './ground.ts'
import { until, within } from './until.ts'

const desk = 'lishui'
const backMs = 30_000
const alarmMs = 500

export const reconnectStorm: Fault = {
  id: 'F23',
  does: 'ten thousand live connections are dropped at once by a kill of the server, and all come back with their cursors',
  holds: 'all caught up ≤ 30 s without a gap, alarms during it p99 ≤ 500 ms',
  async run({ ground, isShort }) {
    const here = await ground()
    const count = isShort ? 1_000 : 10_000
    const { token } = await here.login(`zhaomin@${desk}`)
    const crowd = await openConsoles(here, token, count)
    const citizen = here.call(granted(await here.call()(openSession, { body: {} })).token)
    const { centre } = cities.find((city) => city.desk === desk)!
    const fix = { ...centre, crs: 'wgs84' as const, accuracyMetres: 25, source: 'gps' as const }
    const ids: string[] = []
    const alarm = async () => {
      const began = performance.now()
      const body = { mode: 'silent' as const, fix, madeAt: momentOf(Date.now()) }
      ids.push(granted(await citizen(send, { body, key: randomUUID() })).id)
      return Math.round(performance.now() - began)
    }
    const breaches: string[] = []
    try {
      const idle = [await alarm(), await alarm(), await alarm()]
      const first = ids.length
      await until(() => crowd.level(ids) === count, 'every console has heard the first ones', 120)
      const usedBytes = process.memoryUsage().rss

      await here.kill()
      await here.start()
      const began = performance.now()
      const took: number[] = []
      while (crowd.live() < count && performance.now() - began < 120_000) {
        took.push(await alarm())
        await wait(took.length < 20 ? 50 : 500)
      }
      if (took.length === 0) took.push(await alarm())
      const back = await within(120, () => crowd.level(ids) === count)
      const backAfter = Math.round(performance.now() - began)
      if (back === undefined)
        breaches.push(`${count - crowd.level(ids)} consoles have not caught up within 120 s`)
      if (crowd.gaps() > 0) breaches.push(`${crowd.gaps()} gaps`)
      if (crowd.faults() > 0) breaches.push(`${crowd.faults()} events out of order or twice`)
      took.sort((a, b) => a - b)
      const p99 = took[Math.min(took.length - 1, Math.floor(took.length * 0.99))]!
      return {
        breaches,
        late: [
          ...lateIf(backAfter > backMs, `all caught up only after ${backAfter} ms`),
          ...lateIf(p99 > alarmMs, `an alarm took ${p99} ms meanwhile`),
        ],
        figures: {
          connections: count,
          'all caught up after, ms': backAfter,
          'missed meanwhile by each': ids.length - first,
          'alarms meanwhile, ms': `p50 ${took[took.length >> 1]}, p99 ${p99}; idle ${Math.max(...idle)}`,
          'memory of the clients, MB': Math.round(usedBytes / 1e6),
        },
      }
    } finally {
      crowd.close()
    }
  },
}

/** The console's own live client on the lightest socket there is. */
async function openConsoles(here: Ground, token: string, count: number) {
  const open: OpenSocket = (on) => {
    const socket = new WebSocket(`${here.base.replace('http', 'ws')}/api/v1/live`, {
      perMessageDeflate: false,
    })
    socket.on('open', () => on.open())
    socket.on('message', (data) => on.message(String(data)))
    socket.on('error', () => {})
    socket.on('close', () => on.close())
    return {
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text)
      },
      close: () => socket.terminate(),
    }
  }
  const consoles: { live: Live; heard: Set<string> }[] = []
  let gaps = 0
  let faults = 0
  for (let n = 0; n < count; n++) {
    const heard = new Set<string>()
    let last = 0
    let refetches = 0
    const live = openLive(
      { open, timers: wallClock, token: () => token, topics: [`desk:${desk}`] },
      {
        event({ cursor, type, data }) {
          if (cursor <= last) faults += 1
          last = cursor
          if (type !== 'report.delivered') return
          const { report } = data as { report: string }
          if (heard.has(report)) faults += 1
          heard.add(report)
        },
        refetch: () => {
          refetches += 1
          if (refetches > 1) gaps += 1
        },
        state: () => {},
      },
    )
    consoles.push({ live, heard })
    if (n % 100 === 99)
      await until(() => consoles.every((one) => one.live.state() === 'live'), 'all so far are live', 120)
  }
  await until(() => consoles.every((one) => one.live.state() === 'live'), 'all are live', 120)
  return {
    live: () => consoles.filter((one) => one.live.state() === 'live').length,
    level: (ids: readonly string[]) =>
      consoles.filter(({ heard }) => ids.every((id) => heard.has(id))).length,
    gaps: () => gaps,
    faults: () => faults,
    close: () => consoles.forEach(({ live }) => live.close()),
  }
}
