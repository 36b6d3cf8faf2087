import { afterAll, beforeAll, expect, test } from 'vitest'
import * as dispatch from '@open110/modules/dispatch/api'
import * as fleet from '@open110/modules/unit/api'
import * as incident from '@open110/modules/incident/api'
import { granted, openTown, refusedBy, type Town } from '@open110/town'
import type { StaffHere } from '@open110/town'

let town: Town
let 赵敏: StaffHere
let 民警: StaffHere
const feedback = { outcome: 'arrested', words: '到场控制一人,门锁完好', officers: 2, caught: 1 } as const

beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  民警 = await town.staff('unit-1@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

async function acceptedBy林秋() {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends()
  await 赵敏.receives(report)
  return { 林秋, report, incident: await 赵敏.accepts(report) }
}

test('[DI5] [DI11] from the first word to the closed case; the reporter follows it and never learns which unit', async () => {
  const { 林秋, report, incident: id } = await acceptedBy林秋()
  const offer = granted(await 赵敏.call(fleet.suggest, { params: { incident: id } }))
  expect(Array.isArray(offer) && offer[0]?.reasons.length).toBeGreaterThan(0)
  const slip = await 赵敏.sends(id, '城东-1')
  const state = async () => granted(await 赵敏.call(incident.get, { params: { incident: id } })).state
  expect(await state()).toBe('dispatched')
  for (const [move, then] of [
    ['sign', 'dispatched'],
    ['depart', 'en-route'],
    ['arrive', 'on-scene'],
    ['settle', 'scene-done'],
  ] as const) {
    await 民警.moves(slip, move)
    expect(await state()).toBe(then)
  }
  expect(refusedBy(await 民警.call(dispatch.moveSlip, { params: { slip }, body: { move: 'report' } }))).toBe(
    'feedback.missing',
  )
  await 民警.moves(slip, 'report', { feedback })
  expect(
    refusedBy(await 赵敏.call(incident.moveIncident, { params: { incident: id }, body: { move: 'close' } })),
  ).toBe('incident.slips-open')
  const officer = await town.staff('officer@lishui')
  await officer.moves(slip, 'close')
  await officer.closes(id)
  await town.settle()
  expect(await 林秋.sees(report)).toEqual([
    '已送达',
    '已接收',
    '已受理',
    '已派警',
    '民警已出发',
    '民警已到场',
    '已办结',
  ])
  expect(JSON.stringify(await 林秋.view(report))).not.toContain('城东')
})

test('[DI4] a unit is sent to one incident once at a time, and slips count up', async () => {
  const { incident: id } = await acceptedBy林秋()
  const first = await 赵敏.sends(id, '城东-2')
  const units = granted(await 赵敏.call(fleet.units))
  const unit = units.find(({ name }) => name === '城东-2')?.id ?? ''
  expect(refusedBy(await 赵敏.call(dispatch.issue, { params: { incident: id }, body: { unit } }))).toBe(
    'unit.already-sent',
  )
  await 赵敏.moves(first, 'cancel', { reason: '另派' }).catch(() => undefined)
  const officer = await town.staff('officer@lishui')
  const slips = granted(await officer.call(dispatch.slipsOf, { params: { incident: id } }))
  expect(slips.map(({ number }) => number.slice(-3))).toEqual(['P01'])
  if (slips[0]?.state === 'issued') await officer.moves(first, 'cancel', { reason: '另派' })
  await 赵敏.sends(id, '城东-2')
  const after = granted(await officer.call(dispatch.slipsOf, { params: { incident: id } }))
  expect(after.map(({ number }) => number.slice(-3)).toSorted()).toEqual(['P01', 'P02'])
})

test('[DI2] of a signature and a cancellation at the same moment exactly one wins, and the other is told why', async () => {
  const { incident: id } = await acceptedBy林秋()
  const officer = await town.staff('officer@lishui')
  const slip = await 赵敏.sends(id, '城东-1')
  const [sign, cancel] = await Promise.all([
    民警.call(dispatch.moveSlip, { params: { slip }, body: { move: 'sign' } }),
    officer.call(dispatch.moveSlip, { params: { slip }, body: { move: 'cancel', reason: '另派' } }),
  ])
  const codes = [sign, cancel].map((answer) => ('refused' in answer ? answer.refused : answer.state))
  expect([
    ['signed', 'slip.already-signed'],
    ['slip.already-cancelled', 'cancelled'],
  ]).toContainEqual(codes)
})

test('[DI7] a unit with work in hand does not leave duty', async () => {
  const { incident: id } = await acceptedBy林秋()
  const 城西 = await town.staff('unit-3@lishui')
  const slip = await 赵敏.sends(id, '城西-1')
  const { unit } = granted(await 城西.call(dispatch.myUnit))
  const leave = () => 城西.call(fleet.setState, { params: { unit: unit.id }, body: { state: 'off' } })
  await 城西.moves(slip, 'sign')
  expect(refusedBy(await leave())).toBe('unit.slips-open')
  for (const move of ['arrive', 'settle'] as const) await 城西.moves(slip, move)
  await 城西.moves(slip, 'report', { feedback })
  expect(granted(await leave()).state).toBe('off')
})
