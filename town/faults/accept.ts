import { isRefusal } from '@open110/kit/refuse'
import { signIn } from '@open110/modules/desk/api'
import { accept } from '@open110/modules/incident/api'
import { receive } from '@open110/modules/report/api'
import { granted } from '../town.ts'
import type { Ground } from './ground.ts'
import { openCrowd } from './phones.ts'

const desk = 'lishui'

/** 受理 — one report from its press to an incident of lishui; the number of that, or why it was refused. */
export async function acceptOne(here: Ground, mark: string) {
  const { token } = await here.login(`zhaomin@${desk}`)
  const call = here.call(token)
  granted(await call(signIn, { params: { desk, seat: '1' } }))
  const crowd = await openCrowd({ base: here.base, count: 1, mark })
  crowd.phones[0]!.press()
  await crowd.settle()
  crowd.close()
  const report = [...crowd.history.acked.values()][0]!
  granted(await call(receive, { params: { report } }))
  const incident = await call(accept, { body: { report, category: '1003', level: 1 } })
  if (isRefusal(incident)) return incident
  return incident.number
}

/** Twenty signs and the digit that proves them (ISO 7064 MOD 11,10), reckoned here anew; A00000 comes after 999999. */
export function isValidNumber(number: string): boolean {
  if (!/^\d{14}[0-9A-Z]\d{6}$/.test(number)) return false
  let carry = 10
  for (const sign of number.slice(0, 20)) {
    const sum = (carry + parseInt(sign, 36)) % 10
    carry = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (carry + Number(number[20])) % 10 === 1
}
