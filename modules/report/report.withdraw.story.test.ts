import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import * as contact from '@open110/modules/contact/api'
import * as desk from '@open110/modules/desk/api'
import * as incident from '@open110/modules/incident/api'
import * as person from '@open110/modules/person/api'
import { granted, openTown, refusedBy, type CitizenHere, type StaffHere, type Town } from '@open110/town'
import * as api from './report.api.ts'

let town: Town
let 赵敏: StaffHere
let 值班长: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  await 赵敏.sits(1)
  await 值班长.sits(2)
})
afterAll(() => town.close())

const pins = { pin: '2580', duressPin: '1470' }
async function withPins() {
  const 林秋 = await town.citizen('林秋')
  granted(await 林秋.call(person.setPins, { body: pins }))
  return 林秋
}
const asks = (who: CitizenHere, report: string, pin?: string) =>
  who.call(api.askWithdraw, { params: { report }, body: { ...(pin && { pin }), madeAt: town.clock.now() } })
const asked = async (report: string) =>
  granted(await 赵敏.call(api.withdrawals, { params: { report } })).map(({ how }) => how)
const seen = async (report: string) => granted(await 赵敏.call(contact.ofReport, { params: { report } }))
const decides = (who: StaffHere, withdrawal: string, decision: 'agree' | 'keep', reason = '核实过') =>
  who.call(api.decideWithdraw, { params: { withdrawal }, body: { decision, reason } })
const newest = async (report: string) =>
  granted(await 赵敏.call(api.withdrawals, { params: { report } }))[0]!.id

/** Everything that a phone can read or hear of this report. */
async function heardBy(who: CitizenHere, report: string) {
  const events = query({
    name: 'test.heard-by',
    takes: z.object({ hearer: z.string() }),
    gives: z.object({ type: z.string() }),
    sql: `select type from event where :hearer = any(hearers) order by cursor`,
  })
  const view = await who.view(report)
  const row = granted(await who.call(api.list)).find(({ id }) => id === report)
  const code = granted(await town.caller()(api.byCode, { params: { code: view.receiptCode } }))
  const own = (text: string) => text.replaceAll(report, 'rp').replaceAll(view.receiptCode, 'code')
  return {
    view: own(JSON.stringify(view)),
    row: own(JSON.stringify(row)),
    code: own(JSON.stringify(code)),
    events: await town.db.all(events, { hearer: `citizen:${who.id}` }),
  }
}

test('[RP50] right, under duress, wrong or never set: the phone reads the same to the last byte, the desk four facts', async () => {
  const told: unknown[] = []
  const facts: unknown[] = []
  for (const pin of ['2580', '1470', '0000', undefined]) {
    const 林秋 = pin === undefined ? await town.citizen('林秋') : await withPins()
    const report = await 林秋.sends({ words: '楼上吵架', callSafe: true })
    await 赵敏.receives(report)
    const answer = granted(await asks(林秋, report, pin ?? '2580'))
    expect(answer).toEqual({ asked: true })
    await town.settle()
    told.push({ answer, ...(await heardBy(林秋, report)) })
    facts.push(...(await asked(report)))
  }
  expect(facts).toEqual(['pin', 'duress', 'wrong', 'unset'])
  const text = (one: unknown) =>
    JSON.stringify(one)
      .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, 'at')
      .replace(/rp_\w+/g, 'rp')
  for (const one of told) expect(text(one)).toBe(text(told[0]))
})

test('[RP50] to nobody else’s report, and from no other person’s session', async () => {
  const [林秋, 陈国强] = [await withPins(), await town.citizen('陈国强')]
  const report = await 林秋.sends()
  expect(refusedBy(await asks(陈国强, report, '2580'))).toBe('report.not-found')
})

test('[RP60] under duress it stays open as danger to life, first in the queue, silent, and nobody agrees to it', async () => {
  const 林秋 = await withPins()
  const other = await 林秋.sends({ words: '有人拿刀,救命' })
  const report = await 林秋.sends({ words: '楼上吵架', callSafe: true })
  await 赵敏.receives(report)
  const id = await 赵敏.accepts(report, { level: 3 })
  const queue = async () => granted(await 赵敏.call(desk.queue, { params: { desk: 'lishui' } }))
  const isBefore = async () =>
    (await queue()).findIndex((row) => row.report === report) <
    (await queue()).findIndex((row) => row.report === other)
  expect(await isBefore()).toBe(false)
  granted(await asks(林秋, report, '1470'))
  expect(await isBefore()).toBe(true)
  const first = (await queue()).find((row) => row.report === report)
  expect(first).toMatchObject({ urgency: 1, state: 'accepted' })
  expect(first!.flags).toEqual(expect.arrayContaining(['duress', 'withdraw-asked']))
  expect(await seen(report)).toMatchObject({ policy: { mode: 'silent' }, isDuress: true })
  // What they type afterwards, with the right PIN or in calm, takes nothing of it back.
  granted(await asks(林秋, report, '2580'))
  for (const who of [赵敏, 值班长])
    expect(refusedBy(await decides(who, await newest(report), 'agree'))).toBe('withdraw.under-duress')
  granted(await decides(赵敏, await newest(report), 'keep', '已派警'))
  expect(await seen(report)).toMatchObject({ policy: { mode: 'silent' }, isDuress: true, isWithheld: true })
  const { timeline, contact: policy } = granted(await 赵敏.call(incident.get, { params: { incident: id } }))
  expect(timeline.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['withdraw.asked-duress', 'withdraw.keep']),
  )
  expect(policy.mode).toBe('silent')
  await 赵敏.receives(other)
})

test('[RP61] the phone is told of nobody who is on the way from then on, until a person has decided to go on', async () => {
  const 林秋 = await withPins()
  const report = await 林秋.sends({ words: '楼上吵架', callSafe: true })
  await 赵敏.receives(report)
  const id = await 赵敏.accepts(report, { level: 3 })
  granted(await asks(林秋, report, '2580'))
  const before = await heardBy(林秋, report)
  town.passes(5)
  const slip = await 赵敏.sends(id, '城东-1')
  const 民警 = await town.staff('unit-1@lishui')
  for (const move of ['sign', 'depart', 'arrive'] as const) await 民警.moves(slip, move)
  await town.settle()
  const after = await heardBy(林秋, report)
  expect(after).toEqual(before)
  expect(await 林秋.sees(report)).toEqual(['已送达', '已接收', '已受理'])
  granted(await decides(赵敏, await newest(report), 'keep', '未撤回'))
  expect(await 林秋.sees(report)).toContain('民警已到场')
  expect((await seen(report)).policy.mode).toBe('call-ok')
})

test('[RP62] nothing ends by itself: a person agrees with a reason, and what is grave takes who may decline it', async () => {
  const 林秋 = await withPins()
  const mild = await 林秋.sends({ words: '楼上吵架', callSafe: true })
  granted(await asks(林秋, mild, '2580'))
  expect(refusedBy(await decides(赵敏, await newest(mild), 'agree'))).toBe('report.not-received')
  await town.after(3_600)
  await 赵敏.receives(mild)
  const asking = await newest(mild)
  expect(refusedBy(await decides(赵敏, asking, 'agree', '  '))).toBe('reason.missing')
  granted(await decides(赵敏, asking, 'agree', '本人用密码撤回,已核实平安'))
  expect(await 林秋.view(mild)).toMatchObject({ state: 'declined', outcome: '本人用密码撤回,已核实平安' })
  expect(refusedBy(await decides(赵敏, asking, 'keep'))).toBe('withdraw.already-decided')
  const grave = await 林秋.sends({ words: '有人拿刀' })
  await 赵敏.receives(grave)
  granted(await asks(林秋, grave, '2580'))
  expect(refusedBy(await decides(赵敏, await newest(grave), 'agree'))).toBe('report.supervisor-denied')
  expect(((await 赵敏.call(api.get, { params: { report: grave } })) as { state: string }).state).toBe(
    'received',
  )
  granted(await decides(值班长, await newest(grave), 'agree'))
  // An incident is ended as incidents are: the agreement is on its time line.
  const taken = await 林秋.sends({ words: '楼上吵架', callSafe: true })
  await 赵敏.receives(taken)
  const id = await 赵敏.accepts(taken, { level: 3 })
  granted(await asks(林秋, taken, '2580'))
  granted(await decides(赵敏, await newest(taken), 'agree'))
  expect(granted(await 赵敏.call(incident.get, { params: { incident: id } })).state).toBe('accepted')
})

test('[PE7] the PINs are kept slowly hashed, differ, and are changed by who knows the old one; the answer never says', async () => {
  const 林秋 = await withPins()
  const sets = (body: { pin: string; duressPin: string; oldPin?: string }) =>
    林秋.call(person.setPins, { body })
  expect(refusedBy(await sets({ pin: '1111', duressPin: '1111' }))).toBe('person.pins-invalid')
  expect(refusedBy(await sets({ pin: '12', duressPin: '1111' }))).toBe('input.invalid')
  const report = await 林秋.sends({ words: '楼上吵架' })
  const knows = async (pin: string) => {
    granted(await asks(林秋, report, pin))
    town.passes(1)
    return (await asked(report))[0]
  }
  for (const oldPin of [undefined, '9999', pins.duressPin]) {
    const answer = granted(await sets({ pin: '7777', duressPin: '8888', ...(oldPin && { oldPin }) }))
    expect(answer).toEqual({ kept: true })
    expect([await knows('7777'), await knows('2580')]).toEqual(['wrong', 'pin'])
  }
  granted(await sets({ pin: '7777', duressPin: '8888', oldPin: '2580' }))
  expect([await knows('2580'), await knows('7777'), await knows('8888')]).toEqual(['wrong', 'pin', 'duress'])
  const { rows } = await town.db.pool.query<{ pin: string; duress: string }>(
    'select pin, duress from citizen_pin',
  )
  for (const row of rows)
    for (const kept of [row.pin, row.duress]) expect(kept).toMatch(/^scrypt\$[\w-]{22}\$[\w-]{43}$/)
})
