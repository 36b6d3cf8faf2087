import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as dispatch from '@open110/modules/dispatch/api'
import * as incident from '@open110/modules/incident/api'
import { granted, openTown, type Town } from './town.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

test('[RP6, DI15, DI16, DI14, IN3] the car is rolling and he has a gun now: read back, raised by a person, backup proposed once, and the first words as they were', async () => {
  const 赵敏 = await town.staff('zhaomin@lishui')
  const 城东 = await town.staff('unit-1@lishui')
  await 赵敏.sits(1)
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends({ words: '楼下有人吵架,推推搡搡' })
  await 赵敏.receives(report)
  const id = await 赵敏.accepts(report, { category: '2002', level: 3 })
  const slip = await 赵敏.sends(id, '城东-1')
  await 城东.moves(slip, 'sign')
  await 城东.moves(slip, 'depart')

  const original = async () => {
    const { words, placeWords, mode } = await 林秋.view(report)
    return createHash('sha256').update(JSON.stringify({ words, placeWords, mode })).digest('hex')
  }
  const before = await original()
  await 林秋.adds(report, '他现在有枪')
  await town.settle()
  const card = async () =>
    granted(await 城东.call(dispatch.myUnit)).cards.find((one) => one.slip.id === slip)!
  expect((await card()).slip.unread.map(({ what }) => what)).toEqual(['supplement'])
  expect((await card()).incident.supplements.map(({ words }) => words)).toEqual(['他现在有枪'])

  // Words raise nothing by themselves: the machine has changed neither danger nor level.
  const whole = async () => granted(await 赵敏.call(incident.get, { params: { incident: id } }))
  const backups = async () =>
    granted(await 赵敏.call(dispatch.backups)).filter((backup) => backup.incident === id)
  expect((await whole()).dangers).toEqual([])
  expect((await whole()).level.confirmed).toBeUndefined()
  expect(await backups()).toEqual([])

  const { version } = await whole()
  granted(
    await 赵敏.call(incident.correct, {
      params: { incident: id },
      body: { version, dangers: ['gun'], level: 1 },
    }),
  )
  expect(await whole()).toMatchObject({ level: { initial: 3, confirmed: 1 }, dangers: ['gun'] })
  expect(await backups()).toMatchObject([{ from: 'danger', danger: 'gun', kind: 'armed', state: 'asked' }])
  expect((await card()).slip.unread.map(({ what }) => what)).toEqual(['supplement', 'danger'])
  expect((await card()).incident.raised.map(({ danger }) => danger)).toEqual(['gun'])

  for (const what of ['supplement', 'danger'] as const)
    granted(
      await 城东.call(dispatch.acknowledge, { params: { slip }, body: { what, upTo: town.clock.now() } }),
    )
  expect((await card()).slip.unread).toEqual([])
  await town.after(60)
  const unread = await town.db.pool.query(`select 1 from event where type = 'slip.unread'`)
  expect(unread.rowCount).toBe(0)

  const [{ id: backup } = { id: '' }] = await backups()
  const { rows } = await town.db.pool.query<{ id: string }>(
    `select id from unit where name = '巡特警-3' and org = 'lishui'`,
  )
  granted(
    await 赵敏.call(dispatch.issue, {
      params: { incident: id },
      body: { unit: rows[0]?.id ?? '', for: backup },
    }),
  )
  expect(await backups()).toEqual([])
  expect(await original()).toBe(before)
})
