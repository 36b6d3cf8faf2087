import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import * as person from '@open110/modules/person/api'
import * as report from '@open110/modules/report/api'
import { granted, openTown, refusedBy, type CitizenHere, type Town } from '@open110/town'
import { codeRules, maskPhone } from './person.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const assuranceOf = async (who: CitizenHere) => granted(await who.call(person.me)).assurance
const requests = (who: CitizenHere, phone: string) => who.call(person.requestCode, { body: { phone } })
const verifies = (who: CitizenHere, phone: string, code: string) =>
  who.call(person.verifyPhone, { body: { phone, code } })
const codeSentTo = (phone: string) =>
  /\d{6}/.exec(town.sms.sent.find(({ to }) => to === phone)?.words ?? '')?.[0] ?? ''
const textsTo = (phone: string) => town.sms.sent.filter(({ to }) => to === phone).length
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(codeRules.digits, '0')

/** The tables in which somebody with a copy of the database could read this text. */
async function tablesWith(text: string): Promise<string[]> {
  const names = query({
    name: 'test.tables',
    gives: z.object({ name: z.string() }),
    sql: `select table_name::text as name from information_schema.tables
           where table_schema = 'public' and table_type = 'BASE TABLE'`,
  })
  const tables = await town.db.all(names)
  expect(tables.length).toBeGreaterThan(20)
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const { rowCount } = await town.db.pool.query(`select from ${name} t where to_jsonb(t)::text like $1`, [
        `%${text}%`,
      ])
      return rowCount ? [name] : []
    }),
  )
  return found.flat()
}

test('[PE1] [PE4] a stranger with an empty hand is let in and heard: no phone, no name, no captcha, no code', async () => {
  const opened = await town.house.app.inject({ method: 'POST', url: '/api/v1/sessions' })
  expect(opened.statusCode).toBe(201)
  const { token, citizen } = opened.json<{ token: string; citizen: object }>()
  expect(citizen).toMatchObject({ assurance: 'none', needs: [] })
  expect(citizen).not.toHaveProperty('phone')
  const call = town.caller(token)
  expect(
    granted(await call(report.send, { body: { mode: 'text', words: '救命' }, key: 'first' })).state,
  ).toBe('delivered')
})

test('[PE1] a device and a language may be told, unknown facts do no harm', async () => {
  const body = { device: { model: '老年机', screen: { width: 320 } }, language: 'ug', captcha: 'none' }
  expect(granted(await town.caller()(person.openSession, { body })).citizen.language).toBe('ug')
})

test('[PE2] a code has six digits, comes once a minute at most, and proves the phone', async () => {
  const 林秋 = await town.citizen('林秋')
  const phone = '19900000001'
  expect(granted(await requests(林秋, phone))).toEqual({ sentTo: '199****0001', againAfterSeconds: 60 })
  expect(codeSentTo(phone)).toMatch(/^\d{6}$/)
  await expect(requests(林秋, phone)).rejects.toThrow('not answered')
  expect(textsTo(phone)).toBe(1)
  expect(granted(await verifies(林秋, phone, codeSentTo(phone)))).toEqual({ assurance: 'phone' })
  expect(refusedBy(await verifies(林秋, phone, codeSentTo(phone)))).toBe('person.code-invalid')
})

test('[PE2] two presses at once send one text', async () => {
  const 林秋 = await town.citizen('林秋')
  const phone = '19900000031'
  const both = await Promise.allSettled([requests(林秋, phone), requests(林秋, phone), requests(林秋, phone)])
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(textsTo(phone)).toBe(1)
})

test('[PE2] five wrong tries spend a code, the right one comes too late; a new one may be asked for after a minute', async () => {
  const 陈国强 = await town.citizen('陈国强')
  const phone = '19900000002'
  granted(await requests(陈国强, phone))
  const code = codeSentTo(phone)
  for (let i = 0; i < codeRules.tries; i++)
    expect(refusedBy(await verifies(陈国强, phone, other(code)))).toBe('person.code-invalid')
  await expect(verifies(陈国强, phone, code)).rejects.toThrow('not answered')
  expect(await assuranceOf(陈国强)).toBe('none')
  await town.after(codeRules.pauseSeconds)
  granted(await requests(陈国强, phone))
  expect(granted(await verifies(陈国强, phone, codeSentTo(phone))).assurance).toBe('phone')
})

test('[PE6] nobody can make a phone ring all day: the sixth text waits, from another phone too', async () => {
  const phone = '19900000009'
  for (let i = 0; i < 5; i++) {
    granted(await requests(await town.citizen('陈国强'), phone))
    await town.after(codeRules.pauseSeconds)
  }
  await expect(requests(await town.citizen('林秋'), phone)).rejects.toThrow('not answered')
  expect(textsTo(phone)).toBe(5)
})

test('[PE2] [PE4] after five minutes a code is worth nothing, and what was known before stays', async () => {
  const 周晓燕 = await town.citizen('周晓燕')
  const [phone, second] = ['19900000006', '19900000066']
  granted(await requests(周晓燕, phone))
  granted(await verifies(周晓燕, phone, codeSentTo(phone)))
  granted(await requests(周晓燕, second))
  const code = codeSentTo(second)
  expect(refusedBy(await verifies(周晓燕, second, other(code)))).toBe('person.code-invalid')
  await town.after(codeRules.lifeSeconds + 1)
  expect(refusedBy(await verifies(周晓燕, second, code))).toBe('person.code-invalid')
  expect(granted(await 周晓燕.call(person.me))).toMatchObject({ assurance: 'phone', phone: '199****0006' })
  expect(await 周晓燕.sends()).toMatch(/^rp_/)
})

test('[PE3] neither phone nor name can be read in any table or log line; the phone is masked for its holder and the desk', async () => {
  const 林秋 = await town.citizen('林秋')
  const [phone, name] = ['19912345678', '林秋月如']
  granted(await requests(林秋, phone))
  granted(await verifies(林秋, phone, codeSentTo(phone)))
  granted(await 林秋.call(person.saveProfile, { body: { name }, key: 'my-profile' }))
  const id = await 林秋.sends()
  const 赵敏 = await town.staff('zhaomin@lishui')
  const seen = granted(await 赵敏.call(report.get, { params: { report: id } })).staff?.reporter
  expect(seen).toMatchObject({ phone: '199****5678', name, assurance: 'phone' })
  expect(granted(await 林秋.call(person.me)).phone).toBe('199****5678')
  expect(await tablesWith(id)).toContain('report')
  for (const secret of [phone, '12345678', name, 林秋.token, 赵敏.token]) {
    expect(await tablesWith(secret)).toEqual([])
    expect(town.logged().includes(secret)).toBe(false)
  }
})

test('[PE3] two citizens with one phone are found by the same digest, and no two seals are alike', async () => {
  const phone = '19900000055'
  for (const who of [await town.citizen('王桂芳'), await town.citizen('林秋')]) {
    granted(await requests(who, phone))
    granted(await verifies(who, phone, codeSentTo(phone)))
  }
  const rows = query({
    name: 'test.phones',
    gives: z.object({ digest: z.string(), seal: z.string() }),
    sql: `select c.phone_digest as digest, c.phone_sealed as seal from citizen c
           where c.phone_digest = (select phone_digest from citizen where phone_digest is not null
                                    group by phone_digest having count(*) = 2)`,
  })
  const [one, two] = await town.db.all(rows)
  expect(one?.digest).toMatch(/^[0-9a-f]{64}$/)
  expect(one?.seal).not.toBe(two?.seal)
})

test('[PE3] a mask shows at most the first three and the last four digits', () => {
  expect(maskPhone('13812341234')).toBe('138****1234')
  expect(maskPhone('+393900000004')).toBe('+39****0004')
  expect(maskPhone('+123456')).toBe('****')
})
