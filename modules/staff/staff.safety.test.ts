import { afterAll, beforeAll, expect, test } from 'vitest'
import * as person from '@open110/modules/person/api'
import * as report from '@open110/modules/report/api'
import * as staff from '@open110/modules/staff/api'
import { granted, openTown, refusedBy, type Town } from '@open110/town'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const login = (account: string, password: string, address: string) =>
  town.caller(undefined, address)(staff.login, { body: { account, password } })

test('[ST6] whoever works through a list of names waits; people at another address do not', async () => {
  for (let n = 0; n < 20; n++)
    expect(refusedBy(await login(`nobody-${n}@lishui`, 'x', '10.0.0.9'))).toBe('staff.login-denied')
  await expect(login('zhaomin@lishui', 'open110-demo', '10.0.0.9')).rejects.toThrow('not answered')
  granted(await login('zhaomin@lishui', 'open110-demo', '10.0.0.10'))
  await town.after(2)
  granted(await login('zhaomin@lishui', 'open110-demo', '10.0.0.9'))
})

test('[ST6] two hundred sign-ins at once take no connection from a report', async () => {
  const { token } = granted(await town.caller()(person.openSession, { body: {} }))
  const flood = Array.from({ length: 200 }, (_, n) =>
    login(`nobody-${n}@lishui`, 'x', `10.1.0.${n}`).catch(() => 'too many'),
  )
  const began = performance.now()
  const sent = await town.caller(token)(report.send, {
    body: { mode: 'text', words: '救命' },
    key: 'in-the-flood',
  })
  const tookMs = performance.now() - began
  expect(granted(sent).state).toBe('delivered')
  expect(town.db.pool.totalCount - town.db.pool.idleCount).toBeLessThanOrEqual(3)
  expect(tookMs).toBeLessThan(5_000)
  const told = await Promise.all(flood)
  expect(told.filter((one) => one === 'too many').length).toBe(200 - 66)
})
