import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as report from '@open110/modules/report/api'
import { granted, openTown, refusedBy, type Town } from './town.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

test('[DE3, RP9, RP3, RP18] at ten past three both seats are left; a report comes a minute later, is alarmed, offered on, and received once by a person', async () => {
  town.passes((17 * 60 + 8) * 60)
  const 赵敏 = await town.staff('zhaomin@lishui')
  const 王涛 = await town.staff('wangtao@lishui')
  const 杭州 = await town.staff('zhaomin@hangzhou')
  await 赵敏.sits(1)
  await 王涛.sits(2)
  await 杭州.sits(1)
  const told = async (type: string) =>
    (
      await town.db.pool.query<{ data: Record<string, unknown> }>(
        'select data from event where type = $1 order by cursor',
        [type],
      )
    ).rows.map(({ data }) => data)
  await 赵敏.leaves(1)
  expect(await told('desk.unstaffed')).toEqual([])
  await 王涛.leaves(2)
  expect(await told('desk.unstaffed')).toMatchObject([{ desk: 'lishui' }])

  await town.after(60)
  const 林秋 = await town.citizen('林秋')
  const key = randomUUID()
  const fix = { lng: 119.9231, lat: 28.4538, crs: 'wgs84' }
  const body = { mode: 'text' as const, words: '有人在撬门', fix, madeAt: town.clock.now() }
  const receipt = granted(await 林秋.call(report.send, { body, key }))
  expect(receipt).toMatchObject({ desk: { id: 'lishui' }, state: 'delivered', fallbackAfterSeconds: 30 })
  const silent = granted(
    await 林秋.call(report.send, {
      body: { mode: 'silent', tag: 'burglary', fix, madeAt: town.clock.now() },
      key: randomUUID(),
    }),
  )
  expect(silent.fallbackAfterSeconds).toBe(15)

  await town.after(5)
  expect(await 杭州.queue()).not.toContain(receipt.id)
  await town.after(6)
  expect(await 杭州.queue()).toContain(receipt.id)
  await town.after(20)
  expect((await told('report.unreceived')).filter((one) => one['report'] === receipt.id)).toHaveLength(1)
  expect(await 林秋.sees(receipt.id)).toEqual(['已送达'])

  // Two hands reach for it at the same time: one has it, and the phone is told once, by whom and when.
  await 王涛.sits(2)
  const take = (who: typeof 王涛) => who.call(report.receive, { params: { report: receipt.id } })
  const [here, there] = await Promise.all([take(王涛), take(杭州)])
  const lost = [here, there].filter((one) => 'refused' in one)
  expect(lost.map(refusedBy)).toHaveLength(1)
  await town.settle()
  const { ladder } = await 林秋.view(receipt.id)
  expect(ladder.map(({ step }) => step)).toEqual(['delivered', 'received'])
  expect(ladder[1]?.by).toMatch(/号席/)
  expect((await told('report.received')).filter((one) => one['report'] === receipt.id)).toHaveLength(1)
})
