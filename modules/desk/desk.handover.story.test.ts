import { afterAll, beforeAll, expect, test } from 'vitest'
import * as desk from '@open110/modules/desk/api'
import * as incident from '@open110/modules/incident/api'
import * as report from '@open110/modules/report/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'

let town: Town
let 赵敏: StaffHere
let 汪韬: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  汪韬 = await town.staff('wangtao@lishui')
  await 赵敏.sits(1)
  await 汪韬.sits(2)
})
afterAll(() => town.close())

const params = { desk: 'lishui' }
async function received() {
  const 陈国强 = await town.citizen('陈国强')
  const id = await 陈国强.sends({ fix: { lng: 119.92, lat: 28.455, crs: 'wgs84' } })
  await 赵敏.receives(id)
  return { 陈国强, id }
}
const moves = (who: StaffHere, handover: string, move: string) =>
  who.call(desk.moveHandover, { params: { handover }, body: { move } })
const makes = async (notes = '城东路口围观的人还没散') =>
  granted(await 赵敏.call(desk.handOver, { params, body: { notes } }))
const ownerOf = async (id: string) =>
  granted(await 赵敏.call(incident.get, { params: { incident: id } })).owner.name
const keeperOf = async (id: string) =>
  granted(await 赵敏.call(report.get, { params: { report: id } })).staff?.owner?.name

test('[DE20] until it is signed it is 赵敏’s; with the signature exactly what is listed is 汪韬’s, dialogue and all', async () => {
  const { 陈国强, id: first } = await received()
  const own = await 赵敏.accepts(first)
  const { id: undecided } = await received()
  await 陈国强.writes(first, '人还在吗')
  const sheet = granted(await 赵敏.call(desk.handoverSheet, { params }))
  expect(sheet.items.map(({ kind, id }) => [kind, id])).toEqual([
    ['incident', own],
    ['report', undecided],
  ])
  expect(sheet.counts.dialogues).toBe(1)
  const { id: handover, state } = await makes()
  const { id: later } = await received()
  expect(state).toBe('open')
  expect([await ownerOf(own), await keeperOf(undecided)]).toEqual(['赵敏', '赵敏'])
  const signed = granted(await moves(汪韬, handover, 'sign'))
  expect(signed).toMatchObject({ state: 'signed', notes: '城东路口围观的人还没散' })
  const name = signed.incomingName
  expect([await ownerOf(own), await keeperOf(undecided), await keeperOf(first)]).toEqual([name, name, name])
  expect(await keeperOf(later)).toBe('赵敏')
  const { timeline } = granted(await 赵敏.call(incident.get, { params: { incident: own } }))
  expect(timeline.at(-1)?.what).toBe('desk.handed-over')
})

test('[DE21] signed once, by another, at a seat; made anew the older is taken back; leaving is never blocked', async () => {
  const older = await makes('第一份')
  const newer = await makes('第二份')
  expect(refusedBy(await moves(汪韬, older.id, 'sign'))).toBe('handover.already-withdrawn')
  expect(refusedBy(await moves(赵敏, newer.id, 'sign'))).toBe('move.denied')
  const 值班长 = await town.staff('officer@lishui')
  expect(refusedBy(await moves(值班长, newer.id, 'sign'))).toBe('desk.not-signed-in')
  expect(refusedBy(await moves(汪韬, newer.id, 'withdraw'))).toBe('move.denied')
  granted(await moves(汪韬, newer.id, 'sign'))
  expect(refusedBy(await moves(值班长, newer.id, 'sign'))).toBe('handover.already-signed')
  const 绍兴 = await town.staff('zhaomin@shaoxing')
  expect(refusedBy(await moves(绍兴, newer.id, 'sign'))).toBe('handover.not-found')
  expect(refusedBy(await 绍兴.call(desk.handovers, { params }))).toBe('desk.not-found')
  const mine = await makes('第三份')
  granted(await moves(赵敏, mine.id, 'withdraw'))
  const history = granted(await 赵敏.call(desk.handovers, { params }))
  expect(history.map(({ notes, state }) => `${notes} ${state}`).slice(0, 3)).toEqual([
    '第三份 withdrawn',
    '第二份 signed',
    '第一份 withdrawn',
  ])
  await received()
  await 赵敏.leaves(1)
})
