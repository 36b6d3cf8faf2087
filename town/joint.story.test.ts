import { afterAll, beforeAll, expect, test } from 'vitest'
import * as dispatch from '@open110/modules/dispatch/api'
import type { Feedback } from '@open110/modules/dispatch'
import * as incident from '@open110/modules/incident/api'
import * as fleet from '@open110/modules/unit/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from './town.ts'

let town: Town
let 赵敏: StaffHere
let 值班长: StaffHere
let 城东: StaffHere
let 执法: StaffHere
let 网格员: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  城东 = await town.staff('unit-1@lishui')
  执法 = await town.staff('agency-1@lishui')
  网格员 = await town.staff('grid-1@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

const whole = async (id: string) => granted(await 赵敏.call(incident.get, { params: { incident: id } }))
const slipsOf = async (id: string) => granted(await 赵敏.call(dispatch.slipsOf, { params: { incident: id } }))
const unitOf = async (name: string) =>
  granted(await 赵敏.call(fleet.units)).find((unit) => unit.name === name)!.id
const send = async (id: string, unit: string, words: string) =>
  granted(
    await 赵敏.call(dispatch.issue, { params: { incident: id }, body: { unit: await unitOf(unit), words } }),
  )

test('[DI23, DI10, IN5, DI5] 高桥镇 has an illegal building and a crowd: police, 综合执法 and a grid worker go together, and nothing closes before both bodies have fed back', async () => {
  const 林秋 = await town.citizen('林秋')
  const words = '我家隔壁陈阿婆家违章搭建,三十多人围着,联系电话19900000003'
  const report = await 林秋.sends({ words, place: { words: '高桥镇下桥村12号' }, callSafe: true })
  await 赵敏.receives(report)
  const id = await 赵敏.accepts(report, { category: '61', level: 2 })

  const police = await send(id, '城东-1', '维持秩序')
  const joint = await send(id, '综合执法-1', '违建由执法认定')
  const task = await send(id, '网格-1', '引导车辆绕行,疏散围观的人')
  expect([police.kind, joint.kind, task.kind]).toEqual(['police', 'joint', 'task'])

  // The grid worker is told what to do and where, in every answer and every event that reaches them.
  const mine = granted(await 网格员.call(dispatch.myUnit))
  await 网格员.moves(task.id, 'sign')
  await 网格员.moves(task.id, 'arrive')
  await 林秋.adds(report, '陈阿婆坐在地上哭,她儿子姓叶')
  const heard = [
    mine,
    granted(await 网格员.call(dispatch.myUnit)),
    await 网格员.call(incident.get, { params: { incident: id } }),
    await 网格员.call(dispatch.slipsOf, { params: { incident: id } }),
    (await town.db.pool.query('select type, data from event order by cursor')).rows,
  ]
  const text = JSON.stringify(heard)
  for (const secret of ['陈阿婆', '19900000003', '姓叶', '三十多人']) expect(text).not.toContain(secret)
  expect(JSON.stringify(mine)).toContain('引导车辆绕行')

  // Each body sees that the other is sent, and each arrives for itself.
  const others = async (who: StaffHere) =>
    granted(await who.call(dispatch.myUnit)).cards.flatMap((card) => card.others.map(({ name }) => name))
  expect(await others(城东)).toContain('综合执法-1')
  expect(await others(执法)).toContain('城东-1')
  await 城东.moves(police.id, 'sign')
  await 城东.moves(police.id, 'arrive')
  expect((await whole(id)).state).toBe('on-scene')
  await town.after(300)
  await 执法.moves(joint.id, 'sign')
  await 执法.moves(joint.id, 'arrive')
  const conclude = () => 值班长.call(dispatch.conclude, { params: { incident: id }, body: {} })
  const close = () =>
    值班长.call(incident.moveIncident, {
      params: { incident: id },
      body: { move: 'close', reason: '已劝散' },
    })

  const feedback: Feedback = { outcome: 'nothing-found', words: '已劝散围观群众', officers: 2 }
  await 网格员.moves(task.id, 'settle')
  await 网格员.moves(task.id, 'report')
  await 城东.moves(police.id, 'settle')
  await 城东.moves(police.id, 'report', { feedback })
  expect(refusedBy(await conclude())).toBe('incident.slips-open')
  expect(refusedBy(await close())).toBe('incident.slips-open')
  await 执法.moves(joint.id, 'settle')
  await 执法.moves(joint.id, 'report', { feedback: { ...feedback, words: '认定为违建,限期拆除' } })

  const slips = await slipsOf(id)
  const arrivals = slips.map(({ times }) => times.find(({ move }) => move === 'arrive')?.happenedAt ?? '')
  expect(new Set(arrivals).size).toBe(3)
  const papers = slips.map(({ kind, feedbacks }) => [kind, feedbacks.map(({ type }) => type)])
  expect(papers).toContainEqual(['police', ['arrival', 'final']])
  expect(papers).toContainEqual(['joint', ['arrival', 'joint']])
  expect(granted(await conclude())).toMatchObject({ state: 'closed' })
  await town.settle()
  expect((await slipsOf(id)).map(({ state }) => state)).toEqual(['closed', 'closed', 'closed'])
  expect(await 林秋.sees(report)).toContain('已办结')
})
