import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRefusal } from '@open110/kit/refuse'
import { get } from '@open110/modules/report/api'
import { acceptOne, isValidNumber } from './accept.ts'
import { underFaketime } from './f08-clock.ts'
import type { Fault } from './fault.ts'
import { openGround, type Ground } from './ground.ts'
import { openCrowd } from './phones.ts'
import { until } from './until.ts'

const moments = [
  { name: 'leap day in Beijing', at: '2028-02-28T15:59:57Z', zone: 'Asia/Shanghai' },
  { name: 'the day after the leap day', at: '2028-02-29T15:59:57Z', zone: 'UTC' },
  { name: 'the end of summer time', at: '2027-10-31T00:59:57Z', zone: 'Europe/Berlin' },
  { name: 'the end of 32-bit seconds', at: '2038-01-19T03:14:04Z', zone: 'UTC' },
] as const

const startMs = 10_000

export const farMoments: Fault = {
  id: 'F22b',
  does: 'a leap day, the end of summer time and 2038-01-19 pass while it runs',
  holds:
    'all is taken, its moments are those of the clock and do not go back, the number of an incident has the day of Beijing',
  needs: ['linux', 'faketime'],
  async run({ seed, isShort }) {
    const here = await openGround({ seed })
    const file = join(here.folder, 'clock')
    const breaches: string[] = []
    try {
      for (const { name, at, zone } of isShort ? moments.slice(-1) : moments) {
        // So long before the moment as a start takes; a jump while it runs would not be believed.
        const aheadMs = Date.parse(at) - Date.now() - startMs
        writeFileSync(file, `+${Math.round(aheadMs / 1_000)}\n`)
        await here.restart({ settings: { ...underFaketime(file), TZ: zone } })
        breaches.push(...(await throughAMoment(here, name, at, aheadMs)))
      }
      return { breaches, figures: { moments: isShort ? 1 : moments.length } }
    } finally {
      await here.close()
    }
  },
}

async function throughAMoment(here: Ground, name: string, at: string, aheadMs: number): Promise<string[]> {
  const faults: string[] = []
  const crowd = await openCrowd({ base: here.base, count: 1, mark: `F22-${at}`, againMs: 150 })
  try {
    const moment = Date.parse(at)
    await until(() => Date.now() + aheadMs > moment + 3_000, 'the moment passes')
    await crowd.settle(30)
    const { token } = crowd.phones[0]!
    const times: number[] = []
    for (const report of crowd.history.acked.values()) {
      const seen = await here.call(token)(get, { params: { report } })
      if (isRefusal(seen)) faults.push(`${name}: a report cannot be read: ${seen.refused}`)
      else times.push(Date.parse(seen.ladder[0]!.at))
    }
    if (!times.some((time) => time > moment)) faults.push(`${name}: nothing is of after it`)
    if (times.some((time) => Math.abs(time - moment) > 120_000)) faults.push(`${name}: a moment that was not`)
    if (times.some((time, n) => n > 0 && time < times[n - 1]!)) faults.push(`${name}: moments go back`)
    const number = await acceptOne(here, `F22-i${at}`)
    const day = new Date(moment + 3_000 + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')
    if (typeof number !== 'string') faults.push(`${name}: no incident is accepted: ${number.refused}`)
    else if (!isValidNumber(number) || number.slice(6, 14) !== day)
      faults.push(`${name}: ${number} is not of ${day}`)
    return faults
  } finally {
    crowd.close()
  }
}
