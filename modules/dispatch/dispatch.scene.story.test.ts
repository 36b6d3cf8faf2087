import { afterAll, beforeAll, expect, test } from 'vitest'
import * as dispatch from '@open110/modules/dispatch/api'
import type { SlipMove } from '@open110/modules/dispatch'
import * as fleet from '@open110/modules/unit/api'
import * as incident from '@open110/modules/incident/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'

let town: Town
let 赵敏: StaffHere
let 值班长: StaffHere
let 城东: StaffHere
let 城西: StaffHere
const feedback = { outcome: 'nothing-found', words: '到场核实,未发现异常' } as const

beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  城东 = await town.staff('unit-1@lishui')
  城西 = await town.staff('unit-3@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

async function accepted(words = '楼下有人打架,还在砸东西') {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends({ words, place: { words: '万象山路12号' } })
  await 赵敏.receives(report)
  return { 林秋, report, incident: await 赵敏.accepts(report) }
}

async function unitCalled(name: string): Promise<string> {
  return granted(await 赵敏.call(fleet.units)).find((one) => one.name === name)?.id ?? ''
}
const slipOf = async (id: string, slip: string) =>
  granted(await 赵敏.call(dispatch.slipsOf, { params: { incident: id } })).find((one) => one.id === slip)!
const cardOf = async (who: StaffHere, slip: string) =>
  granted(await who.call(dispatch.myUnit)).cards.find((card) => card.slip.id === slip)
const steps = async (who: StaffHere, slip: string, ...moves: SlipMove[]) => {
  for (const move of moves) await who.moves(slip, move)
}
const told = async (type: string) => {
  const { rows } = await town.db.pool.query<{ data: Record<string, unknown> }>(
    'select data from event where type = $1 order by cursor',
    [type],
  )
  return rows.map(({ data }) => data)
}
/** What stays open at the end of a test would be the next one's business. */
const leave = async (id: string) => {
  for (const slip of granted(await 赵敏.call(dispatch.slipsOf, { params: { incident: id } }))) {
    const move =
      { drafted: 'drop', issued: 'cancel', reported: 'close' }[slip.state as string] ?? 'stand-down'
    if (!['closed', 'cancelled', 'returned'].includes(slip.state))
      await 值班长.call(dispatch.moveSlip, { params: { slip: slip.id }, body: { move, reason: '演示结束' } })
  }
}

test('[DI13] a draft is nobody else’s: the unit hears and sees nothing until it is issued', async () => {
  const { incident: id } = await accepted()
  const unit = await unitCalled('城东-1')
  const body = { unit, words: '走后门', draft: true }
  const slip = granted(await 赵敏.call(dispatch.issue, { params: { incident: id }, body }))
  expect(slip.state).toBe('drafted')
  expect(await cardOf(城东, slip.id)).toBeUndefined()
  expect(
    refusedBy(await 城东.call(dispatch.moveSlip, { params: { slip: slip.id }, body: { move: 'sign' } })),
  ).toBe('slip.not-found')
  expect(granted(await 赵敏.call(incident.get, { params: { incident: id } })).state).toBe('accepted')
  await 赵敏.moves(slip.id, 'issue')
  const card = await cardOf(城东, slip.id)
  expect(card?.slip).toMatchObject({ state: 'issued', words: '走后门' })
  expect(card!.slip.issuedAt > slip.issuedAt).toBe(true)
  const again = await 赵敏.call(dispatch.issue, {
    params: { incident: id },
    body: { unit: await unitCalled('城西-1'), draft: true },
  })
  await 赵敏.moves(granted(again).id, 'drop')
  expect(granted(await 城西.call(dispatch.myUnit)).cards.map((one) => one.slip.incident)).not.toContain(id)
  await leave(id)
})

test('[DI8] 城东-1 cannot go: asked unsigned and refused it stands as before, granted it needs a new slip', async () => {
  const { incident: id } = await accepted()
  const slip = await 赵敏.sends(id, '城东-1')
  const ask = (body: object) =>
    城东.call(dispatch.moveSlip, { params: { slip }, body: { move: 'ask-return', ...body } })
  expect(refusedBy(await ask({ returnReason: 'other' }))).toBe('reason.missing')
  granted(await ask({ returnReason: 'not-our-area' }))
  await 赵敏.moves(slip, 'refuse-return', { reason: '就近只有你们' })
  expect(await slipOf(id, slip)).toMatchObject({ state: 'issued', returnReason: 'not-our-area' })
  await 城东.moves(slip, 'sign')
  granted(await ask({ returnReason: 'police-first', reason: '车辆故障' }))
  await 赵敏.moves(slip, 'grant-return')
  expect(refusedBy(await 赵敏.call(dispatch.moveSlip, { params: { slip }, body: { move: 'issue' } }))).toBe(
    'slip.already-returned',
  )
  const second = await 赵敏.sends(id, '城东-1')
  expect((await slipOf(id, second)).number.slice(-3)).toBe('P02')
  await leave(id)
})

test('[DI9] what was pressed in a dead zone is true when it was pressed', async () => {
  const { incident: id } = await accepted()
  const slip = await 赵敏.sends(id, '城东-1')
  const press = (move: string, madeAt?: string) =>
    城东.call(dispatch.moveSlip, { params: { slip }, body: { move, madeAt } })
  granted(await press('sign'))
  const left = town.clock.now()
  await town.after(240)
  const there = town.clock.now()
  await town.after(300)
  granted(await press('depart', left))
  granted(await press('arrive', there))
  granted(await press('settle', '2001-01-01T00:00:00.000Z'))
  const { times, feedbacks } = await slipOf(id, slip)
  expect(times.map(({ move, happenedAt }) => [move, happenedAt]).slice(1, 3)).toEqual([
    ['depart', left],
    ['arrive', there],
  ])
  expect(times[2]!.at > there).toBe(true)
  expect(times[3]).toMatchObject({ deviceAt: '2001-01-01T00:00:00.000Z', happenedAt: times[3]!.at })
  expect(feedbacks).toMatchObject([{ type: 'arrival', state: 'submitted', happenedAt: there }])
  await 城东.moves(slip, 'report', { feedback })
  await leave(id)
})

test('[DI10] a volunteer reads what to do and where, and nothing of the people', async () => {
  const { 林秋, report, incident: id } = await accepted('我丈夫喝醉了拿刀追我,我姓林住三楼302')
  await 林秋.adds(report, '他说要杀了我,我躲在卫生间')
  const words = '在小区南门接应救护车'
  const body = { unit: await unitCalled('志愿者-1'), words }
  const slip = granted(await 赵敏.call(dispatch.issue, { params: { incident: id }, body }))
  expect(slip.kind).toBe('task')
  const 志愿者 = await town.staff('volunteer-1@lishui')
  await steps(志愿者, slip.id, 'sign', 'arrive')
  await 林秋.adds(report, '他走到门口了,穿红衣服')
  const mine = granted(await 志愿者.call(dispatch.myUnit))
  const card = mine.cards.find((one) => one.slip.id === slip.id)
  expect(card?.slip.words).toBe(words)
  expect(card?.incident.placeWords).toBe('万象山路12号')
  const answers = [
    mine,
    await 志愿者.call(incident.get, { params: { incident: id } }),
    await 志愿者.call(dispatch.slipsOf, { params: { incident: id } }),
    granted(await 志愿者.call(dispatch.moveSlip, { params: { slip: slip.id }, body: { move: 'settle' } })),
    granted(await 志愿者.call(dispatch.moveSlip, { params: { slip: slip.id }, body: { move: 'report' } })),
  ]
  const text = JSON.stringify(answers)
  for (const secret of ['喝醉', '拿刀', '林', '302', '卫生间', '红衣服', '入室盗窃', report, 林秋.id])
    expect(text).not.toContain(secret)
  for (const event of await told('report.supplemented'))
    expect(JSON.stringify(event)).not.toContain(body.unit)
  expect(granted(await 赵敏.call(incident.get, { params: { incident: id } })).state).toBe('dispatched')
  await leave(id)
})

test('[DI23] a joint visit: police and 综合执法 each with their own slip, arrival and feedback', async () => {
  const { incident: id } = await accepted('有人违章搭建,现场围了很多人')
  const 执法 = await town.staff('agency-1@lishui')
  const police = await 赵敏.sends(id, '城东-1')
  const joint = await 赵敏.sends(id, '综合执法-1')
  expect((await cardOf(城东, police))?.others).toMatchObject([{ name: '综合执法-1', kind: 'joint' }])
  for (const [who, slip] of [
    [城东, police],
    [执法, joint],
  ] as const) {
    await steps(who, slip, 'sign', 'arrive', 'settle')
    await who.moves(slip, 'report', { feedback: { ...feedback, officers: 2 } })
  }
  const slips = granted(await 赵敏.call(dispatch.slipsOf, { params: { incident: id } }))
  expect(slips.map(({ kind, feedbacks }) => [kind, feedbacks.map(({ type }) => type)])).toEqual([
    ['police', ['arrival', 'final']],
    ['joint', ['arrival', 'joint']],
  ])
  const numbers = slips.flatMap(({ feedbacks }) => feedbacks.map(({ number }) => number?.slice(-3)))
  expect(new Set(numbers)).toEqual(new Set(['F01', 'F02', 'F03', 'F04']))
  const done = granted(await 值班长.call(dispatch.conclude, { params: { incident: id }, body: {} }))
  expect(done).toMatchObject({ state: 'closed', accepted: 2 })
  expect(done.slips.flatMap(({ feedbacks }) => feedbacks.map(({ state }) => state))).toEqual(
    Array(4).fill('accepted'),
  )
})

test('[DI20] accept and close does nothing at all while a slip still asks something, or nothing closes it', async () => {
  const { incident: id } = await accepted()
  const [first, second] = [await 赵敏.sends(id, '城东-1'), await 赵敏.sends(id, '城西-1')]
  await steps(城东, first, 'sign', 'arrive', 'settle')
  await 城东.moves(first, 'report', { feedback })
  const conclude = (body = {}) => 值班长.call(dispatch.conclude, { params: { incident: id }, body })
  expect(refusedBy(await conclude())).toBe('incident.slips-open')
  expect(await slipOf(id, first)).toMatchObject({ state: 'reported' })
  await 赵敏.moves(second, 'cancel', { reason: '已控制' })
  expect(granted(await conclude())).toMatchObject({ state: 'closed', accepted: 1 })
  expect(refusedBy(await conclude())).toBe('move.not-now')
  const empty = await accepted()
  const none = (body = {}) => 值班长.call(dispatch.conclude, { params: { incident: empty.incident }, body })
  expect(refusedBy(await none())).toBe('incident.feedback-missing')
  expect(granted(await none({ code: 'consultation' }))).toMatchObject({ state: 'closed', accepted: 0 })
})

test('[DI14] backup: asked at the scene, answered by a further slip or declined with a reason', async () => {
  const { incident: id } = await accepted()
  const slip = await 赵敏.sends(id, '城东-1')
  const ask = (body = {}) => 城东.call(dispatch.askBackup, { params: { slip }, body })
  expect(refusedBy(await ask())).toBe('move.not-now')
  await steps(城东, slip, 'sign', 'depart')
  const first = granted(await ask({ kind: 'medical', words: '有人受伤' }))
  const second = granted(await ask({ kind: 'more-units', count: 2 }))
  expect(granted(await 赵敏.call(dispatch.backups)).map((one) => one.id)).toEqual([first.id, second.id])
  const decline = (reason?: string) =>
    赵敏.call(dispatch.declineBackup, { params: { backup: first.id }, body: { reason } })
  expect(refusedBy(await decline())).toBe('reason.missing')
  expect(granted(await decline('120已出发'))).toMatchObject({ state: 'declined', reason: '120已出发' })
  expect(refusedBy(await decline('再次'))).toBe('move.not-now')
  const send = (backup: string) =>
    unitCalled('城西-1').then((unit) =>
      赵敏.call(dispatch.issue, { params: { incident: id }, body: { unit, for: backup } }),
    )
  expect(refusedBy(await send(first.id))).toBe('backup.not-found')
  const further = granted(await send(second.id))
  const asked = (await slipOf(id, slip)).backups
  expect(asked.map(({ state, answer }) => [state, answer])).toEqual([
    ['declined', undefined],
    ['answered', further.id],
  ])
  granted(await ask())
  await leave(id)
  expect((await slipOf(id, slip)).backups.at(-1)?.state).toBe('withdrawn')
})

test('[DI15] what a unit does not read back in half a minute is raised at the desk, once', async () => {
  const { 林秋, report, incident: id } = await accepted()
  const slip = await 赵敏.sends(id, '城东-1')
  await town.after(31)
  const unread = async () =>
    (await told('slip.unread')).filter((one) => one['slip'] === slip).map((one) => one['what'])
  expect(await unread()).toEqual(['slip'])
  await 城东.moves(slip, 'sign')
  expect((await cardOf(城东, slip))?.slip.unread).toEqual([])
  await 林秋.adds(report, '他现在有枪')
  granted(await 赵敏.call(dispatch.urge, { params: { slip }, body: { words: '请尽快到场' } }))
  const said = granted(await 赵敏.call(dispatch.say, { params: { slip }, body: { words: '后门开着' } }))
  expect((await cardOf(城东, slip))?.slip.unread.map(({ what }) => what)).toEqual([
    'supplement',
    'urge',
    'message',
  ])
  const read = (what: 'supplement' | 'urge', upTo: string) =>
    城东.call(dispatch.acknowledge, { params: { slip }, body: { what, upTo } })
  expect(granted(await read('supplement', town.clock.now())).read).toBe(1)
  expect(granted(await read('urge', town.clock.now())).read).toBe(1)
  await town.after(31)
  await town.after(60)
  expect(await unread()).toEqual(['slip', 'message'])
  const dialogue = (await slipOf(id, slip)).dialogue
  expect(dialogue.map(({ kind, readAt }) => [kind, readAt !== undefined])).toEqual([
    ['urge', true],
    ['message', false],
  ])
  granted(await 城东.call(dispatch.say, { params: { slip }, body: { words: '收到' } }))
  const mark = { what: 'message', upTo: town.clock.now() } as const
  expect(granted(await 赵敏.call(dispatch.acknowledge, { params: { slip }, body: mark })).read).toBe(1)
  expect(granted(await 城东.call(dispatch.acknowledge, { params: { slip }, body: mark })).read).toBe(1)
  expect((await slipOf(id, slip)).dialogue.every(({ readAt }) => readAt !== undefined)).toBe(true)
  expect(said.side).toBe('desk')
  await leave(id)
  expect(refusedBy(await 赵敏.call(dispatch.urge, { params: { slip }, body: {} }))).toBe('slip.already-ended')
})

test('[DI16] a gun after sending: every unit on its way must read it, and armed backup is proposed once', async () => {
  const { incident: id } = await accepted()
  const correct = async (dangers: ('gun' | 'minor')[]) => {
    const { version } = granted(await 赵敏.call(incident.get, { params: { incident: id } }))
    granted(await 赵敏.call(incident.correct, { params: { incident: id }, body: { version, dangers } }))
  }
  await correct(['minor'])
  const slip = await 赵敏.sends(id, '城东-1')
  await 城东.moves(slip, 'sign')
  await correct(['minor', 'gun'])
  await correct(['gun', 'minor'])
  const card = await cardOf(城东, slip)
  expect(card?.incident.raised.map(({ danger }) => danger)).toEqual(['gun'])
  expect(card?.slip.unread).toMatchObject([{ what: 'danger', danger: 'gun' }])
  const proposed = granted(await 赵敏.call(dispatch.backups)).filter((one) => one.incident === id)
  expect(proposed).toMatchObject([{ from: 'danger', danger: 'gun', kind: 'armed' }])
  await leave(id)
  expect(granted(await 赵敏.call(dispatch.backups)).filter((one) => one.incident === id)).toEqual([])
})

test('[DI17] 城东-1 in danger: told at once to the desk and those beside, until somebody has it and says how it ended', async () => {
  const { incident: id } = await accepted()
  const slip = await 赵敏.sends(id, '城东-1')
  await 赵敏.sends(id, '城西-1')
  await 城东.moves(slip, 'sign')
  const unit = await unitCalled('城东-1')
  const pressedAt = town.clock.now()
  await town.after(90)
  const press = (body = {}) => 城东.call(dispatch.panic, { params: { unit }, body })
  const panic = granted(await press({ madeAt: pressedAt, fix: { lng: 119.93, lat: 28.47 } }))
  expect(panic).toMatchObject({ state: 'raised', incident: id, happenedAt: pressedAt })
  expect(granted(await 城西.call(dispatch.myUnit)).panics.map((one) => one.id)).toEqual([panic.id])
  expect(refusedBy(await 城西.call(dispatch.panic, { params: { unit }, body: {} }))).toBe('unit.not-found')
  const has = () => 赵敏.call(dispatch.acknowledgePanic, { params: { unit } })
  expect(granted(await has())).toMatchObject({ state: 'acknowledged', acknowledgedBy: '赵敏' })
  expect(refusedBy(await has())).toBe('move.not-now')
  expect(refusedBy(await 城东.call(dispatch.acknowledgePanic, { params: { unit } }))).toBe('unit.not-found')
  expect(granted(await press())).toMatchObject({ id: panic.id, state: 'raised' })
  const end = { how: 'helped', words: '城西-1已到' } as const
  expect(granted(await 值班长.call(dispatch.endPanic, { params: { unit }, body: end }))).toMatchObject({
    state: 'ended',
    how: 'helped',
  })
  expect(refusedBy(await 城东.call(dispatch.endPanic, { params: { unit }, body: end }))).toBe('move.not-now')
  expect(granted(await 赵敏.call(dispatch.panics))).toEqual([])
  await leave(id)
})

test('[DI21] nobody signs: another unit is proposed to the desk, and nobody is sent', async () => {
  const { incident: id } = await accepted()
  const slip = await 赵敏.sends(id, '城东-1')
  await town.after(200)
  const [proposal] = (await told('slip.next-proposed')).filter((one) => one['slip'] === slip)
  expect(proposal).toMatchObject({ incident: id, unit: await unitCalled('城东-1') })
  expect(proposal?.['next']).not.toBe(proposal?.['unit'])
  expect(granted(await 赵敏.call(dispatch.slipsOf, { params: { incident: id } }))).toHaveLength(1)
  await leave(id)
})
