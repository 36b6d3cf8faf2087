import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import * as desk from '@open110/modules/desk/api'
import * as dispatch from '@open110/modules/dispatch/api'
import * as incident from '@open110/modules/incident/api'
import * as report from '@open110/modules/report/api'
import { granted, openTown, type StaffHere, type Town } from '@open110/town'

/** 陈国强 is in 丽水 today, can speak, and is no special case. */
const here = { fix: { lng: 119.92, lat: 28.455, crs: 'wgs84' } }
let town: Town
let 赵敏: StaffHere
let 值班长: StaffHere
let 民警: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  民警 = await town.staff('unit-1@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

const staffSide = async (id: string) => {
  const { staff } = granted(await 赵敏.call(report.get, { params: { report: id } }))
  return { callSafe: staff?.callSafe, flags: staff?.flags.filter((flag) => flag === 'no-call') }
}

test.each([
  ['a message', '他回来了,别打电话', 'writes'],
  ['an addition', '我躲在衣柜里', 'adds'],
] as const)('[RP14] 陈国强 could speak at first; after %s nobody may ring him', async (_, words, how) => {
  const 陈国强 = await town.citizen('陈国强')
  const id = await 陈国强.sends({ ...here, words: '楼下有人吵架', callSafe: true })
  expect(await staffSide(id)).toEqual({ callSafe: true, flags: [] })
  await 陈国强[how](id, words)
  await 陈国强[how](id, words)
  expect(await staffSide(id)).toEqual({ callSafe: false, flags: ['no-call'] })
  await 陈国强.writes(id, '现在可以打电话')
  expect((await staffSide(id)).callSafe).toBe(false)
})

test('[RP14] [IN11] an answer that she cannot speak reaches the incident and the card of the unit on its way', async () => {
  const 陈国强 = await town.citizen('陈国强')
  const id = await 陈国强.sends({ ...here, words: '有人打架', callSafe: true })
  await 赵敏.receives(id)
  const number = await 赵敏.accepts(id)
  await 赵敏.sends(number, '城东-1')
  const card = async () =>
    granted(await 民警.call(dispatch.myUnit)).cards.find(({ incident: { id: on } }) => on === number)
  expect((await card())?.incident.callSafe).toBe(true)
  await 赵敏.asks(id, 'can-speak')
  await 陈国强.answers(id, 'can-speak', 'no')
  expect((await card())?.incident.callSafe).toBe(false)
  expect(granted(await 赵敏.call(incident.get, { params: { incident: number } })).callSafe).toBe(false)
})

test('[RP15] a declined report comes back into sight when its reporter writes again, hours later', async () => {
  const 陈国强 = await town.citizen('陈国强')
  const id = await 陈国强.sends({ ...here, words: '门口有辆车' })
  await 赵敏.receives(id)
  granted(
    await 值班长.call(report.moveReport, {
      params: { report: id },
      body: { move: 'decline', reason: '不归公安管' },
    }),
  )
  await town.after(7_200)
  expect(await 赵敏.queue()).not.toContain(id)
  await 陈国强.writes(id, '他有刀,在砸门')
  expect(await 赵敏.queue()).toContain(id)
  await town.after(1_900)
  expect(await 赵敏.queue()).not.toContain(id)
  await 陈国强.adds(id, '他进来了')
  expect(await 赵敏.queue()).toContain(id)
})

test('[RP16] twenty reports of four hundred kilobytes each are read for the queue by their first words', async () => {
  const 陈国强 = await town.citizen('陈国强')
  const words = `起火了。${'x'.repeat(400_000)}`
  for (let n = 0; n < 20; n++) await 陈国强.sends({ ...here, words })
  const read: number[] = []
  const { pool } = town.db
  const ask = pool.query.bind(pool) as (...args: unknown[]) => Promise<{ rows: unknown[] }>
  pool.query = (async (...args: unknown[]) => {
    const found = await ask(...args)
    read.push(JSON.stringify(found.rows).length)
    return found
  }) as typeof pool.query
  const rows = granted(await 赵敏.call(desk.queue, { params: { desk: 'lishui' } }))
  pool.query = ask as typeof pool.query
  expect(rows.filter(({ gist }) => gist.startsWith('起火了')).length).toBe(20)
  expect(Math.max(...read)).toBeLessThan(200_000)
})

test('[RP17] two hundred and twenty wait at 绍兴 with an hour’s patience; what 丽水 does not open is shown on in ten seconds', async () => {
  await town.db.pool.query(
    `insert into desk_policy (desk, valid_from, policy) values ('shaoxing', $1, '{"overflowSeconds": 1, "supervisorSeconds": 3600}')`,
    [town.clock.now()],
  )
  const 陈国强 = await town.citizen('陈国强')
  for (let n = 0; n < 220; n++) await 陈国强.sends()
  await town.after(5)
  const 林秋 = await town.citizen('林秋')
  const hers = await 林秋.sends()
  await town.after(21)
  const { rows } = await town.db.pool.query('select overflowed_at, alarmed_at from report where id = $1', [
    hers,
  ])
  expect(rows[0]).toEqual({
    overflowed_at: expect.any(String) as string,
    alarmed_at: expect.any(String) as string,
  })
})

test.each([
  ['a message', '他手里有刀', 'writes'],
  ['an addition', '他手里有刀', 'adds'],
] as const)(
  '[RP19] what began as a matter for later is first in the queue as soon as %s tells of a knife',
  async (_, words, says) => {
    const 陈国强 = await town.citizen('陈国强')
    const other = await 陈国强.sends({ ...here, words: '楼下打架' })
    const id = await 陈国强.sends({ ...here, words: '请帮我挪车' })
    const rank = async () => {
      const { staff } = granted(await 赵敏.call(report.get, { params: { report: id } }))
      return { ...staff?.urgency, isDanger: staff?.flags.includes('danger-words') }
    }
    const isBefore = async () => {
      const queue = await 赵敏.queue()
      return queue.indexOf(id) < queue.indexOf(other)
    }
    expect(await rank()).toEqual({ level: 5, reasons: ['matter.quiet'], isDanger: false })
    expect(await isBefore()).toBe(false)
    await 陈国强[says](id, words)
    expect(await rank()).toEqual({ level: 1, reasons: ['cue.weapon'], isDanger: true })
    expect(await isBefore()).toBe(true)
    await 陈国强.writes(id, '他走了,只是挪车')
    await 陈国强.writes(id, '他打我,还有刀')
    expect(await rank()).toEqual({ level: 1, reasons: ['cue.weapon', 'cue.injury'], isDanger: true })
    const raised = query({
      name: 'test.raised',
      takes: z.object({ id: z.string() }),
      gives: z.object({ hearers: z.array(z.string()), topics: z.array(z.string()) }),
      sql: `select hearers, topics from event where type = 'report.raised' and data->>'report' = :id`,
    })
    const toDesk = { hearers: ['org:lishui'], topics: ['desk:lishui'] }
    expect(await town.db.all(raised, { id })).toEqual([toDesk, toDesk])
  },
)

test('[RP21] one phone sends thirty, 陈国强 and 林秋 one each: theirs stand before its second, and it is refused nothing', async () => {
  const own = await openTown()
  try {
    const 值班 = await own.staff('zhaomin@lishui')
    await 值班.sits(1)
    const [loud, 陈国强, 林秋] = await Promise.all(
      ['李想', '陈国强', '林秋'].map((name) => own.citizen(name)),
    )
    const sent: string[] = []
    for (let n = 0; n < 30; n++) sent.push(await loud!.sends({ ...here, words: `楼下有人打架 ${n}` }))
    const theirs = [
      await 陈国强!.sends({ ...here, words: '路口有人打架' }),
      await 林秋!.sends({ ...here, words: '隔壁有人打架' }),
    ]
    expect((await 值班.queue()).slice(0, 4)).toEqual([sent[0], ...theirs, sent[1]])
    const covert = await loud!.sends({ ...here, mode: 'silent', tag: 'captive' })
    expect((await 值班.queue())[0]).toBe(covert)
  } finally {
    await own.close()
  }
})
