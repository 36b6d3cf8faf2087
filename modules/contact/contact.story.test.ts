import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { isRefusal } from '@open110/kit/refuse'
import * as channel from '@open110/modules/channel/api'
import * as dispatch from '@open110/modules/dispatch/api'
import * as desk from '@open110/modules/desk/api'
import * as incident from '@open110/modules/incident/api'
import * as followup from '@open110/modules/followup/api'
import * as person from '@open110/modules/person/api'
import type { ReportFlag } from '@open110/modules/report'
import * as report from '@open110/modules/report/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'
import * as api from './contact.api.ts'
import type { ContactMode, Way } from './contact.ts'

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

const seen = async (id: string, who = 赵敏) =>
  granted(await who.call(api.ofReport, { params: { report: id } }))
const sets = (id: string, mode: ContactMode, more: object = {}) =>
  赵敏.call(api.set, { params: { report: id }, body: { mode, ...more } })
const asks = (who: StaffHere, id: string, way: Way, reason = '核实人质位置') =>
  who.call(api.override, { params: { report: id }, body: { way, reason } })
const confirms = (who: StaffHere, override: string) => who.call(api.confirm, { params: { override } })
const rings = (id: string) => 赵敏.call(channel.callBack, { params: { report: id } })
const waiting = async () => granted(await 赵敏.call(api.ofDesk, { params: { desk: 'lishui' } }))

/** Somebody who rang, was heard, and whose telephone is known. */
async function rang(number: string, words = '楼上吵架') {
  await town.cti.ring({ number, desk: 'lishui' })
  const [call] = granted(await 赵敏.call(channel.calls, { params: { desk: 'lishui' } })).filter(
    ({ state }) => state === 'ringing',
  )
  const { report: id } = granted(await 赵敏.call(channel.answerCall, { params: { call: call!.id } }))
  granted(await 赵敏.call(channel.statement, { params: { report: id }, body: { words } }))
  return id
}
/** The one that waits with this flag. */
const waitingAs = async (flag: ReportFlag) =>
  granted(await 赵敏.call(desk.queue, { params: { desk: 'lishui' } })).find(
    ({ state, flags }) => state === 'delivered' && flags.includes(flag),
  )!.report
const sentTo = (number: string) => town.texts.sent.filter(({ to }) => to === number).map(({ words }) => words)

test('[RE4] made silent by one press, at once; the way back is an override', async () => {
  const id = await rang('13800100001')
  expect((await seen(id)).policy).toEqual({ mode: 'call-ok' })
  granted(await sets(id, 'silent', { codeword: '送煤气的', decoy: '快递' }))
  expect(await seen(id)).toMatchObject({
    policy: { mode: 'silent', codeword: '送煤气的', decoy: '快递' },
    own: 'call-ok',
    set: { by: '赵敏' },
  })
  expect(refusedBy(await rings(id))).toBe('contact.forbidden')
  expect(refusedBy(await sets(id, 'call-ok'))).toBe('contact.override-needed')
  // For a while only: then the report's own answer holds.
  const other = await rang('13800100002')
  granted(
    await sets(other, 'silent', { until: new Date(Date.parse(town.clock.now()) + 60_000).toISOString() }),
  )
  expect(refusedBy(await rings(other))).toBe('contact.forbidden')
  town.passes(61)
  granted(await rings(other))
  await 赵敏.call(channel.hangUp, { params: { call: 'none' } })
})

test('[RE5] a missed caller is rung back and never written to, by the dialogue, by everybody’s answer or later', async () => {
  const number = '13800100003'
  await town.cti.putDown(await town.cti.ring({ number, desk: 'lishui' }))
  const row = await waitingAs('missed-call')
  await 赵敏.receives(row)
  await 赵敏.writes(row, '您好,刚才是您报警吗')
  await town.settle()
  expect(sentTo(number)).toEqual([])
  const line = granted(await 赵敏.call(channel.line, { params: { report: row } }))
  expect(line.textsOut).toMatchObject([{ state: 'held', why: 'call-only' }])
  granted(await rings(row))
  expect(town.cti.dialled.at(-1)).toBe(number)
})

test('[RE6] one reporter in danger is enough for the incident and each officer; a volunteer reads nothing of it', async () => {
  const 林秋 = await town.citizen('林秋')
  const open = await rang('13800100004')
  const id = await 赵敏.accepts(open, { level: 3 })
  expect(granted(await 赵敏.call(incident.get, { params: { incident: id } })).contact).toEqual({
    mode: 'call-ok',
  })
  const silent = await 林秋.sends({ mode: 'silent', tag: 'fire' })
  await 赵敏.receives(silent)
  granted(await 赵敏.call(incident.mergeReport, { params: { incident: id }, body: { report: silent } }))
  granted(await sets(silent, 'silent', { codeword: '送煤气的' }))
  await 赵敏.sends(id, '城东-1')
  const 民警 = await town.staff('unit-1@lishui')
  const { cards } = granted(await 民警.call(dispatch.myUnit))
  expect(cards[0]!.incident).toMatchObject({
    callSafe: false,
    contact: { mode: 'silent', codeword: '送煤气的' },
  })
  // The one who rang may be rung all the same: by the desk, which knows whom it rings.
  granted(await rings(open))
})

test('[RE7] [RE8] level 2 waits for a second person, opens one way once, and each step is on record', async () => {
  const id = await rang('13800100005', '门口有人打架,别打电话')
  const level = (await seen(id)).level
  expect(level).toBe(2)
  expect(refusedBy(await asks(赵敏, id, 'call', ' '))).toBe('contact.reason-missing')
  const no = await asks(赵敏, id, 'call')
  expect(refusedBy(no)).toBe('contact.second-person-missing')
  expect(refusedBy(await rings(id))).toBe('contact.forbidden')
  const [asked] = await waiting()
  expect(asked).toMatchObject({ way: 'call', state: 'asked', isMine: true, by: '赵敏' })
  expect(refusedBy(await confirms(赵敏, asked!.id))).toBe('contact.same-person')
  const 绍兴 = await town.staff('officer@shaoxing')
  expect(refusedBy(await confirms(绍兴, asked!.id))).toBe('override.not-found')
  expect(granted(await confirms(汪韬, asked!.id))).toMatchObject({
    state: 'standing',
    confirmed: { by: '汪韬' },
  })
  expect((await seen(id)).ways.filter(({ isOpen }) => isOpen).map(({ way }) => way)).toEqual([
    'call',
    'quiet-message',
  ])
  granted(await rings(id))
  expect(refusedBy(await rings(id))).toBe('contact.forbidden')
  expect((await seen(id)).overrides[0]).toMatchObject({ state: 'used' })
  const acts = query({
    name: 'test.contact-acts',
    takes: z.object({ object: z.string() }),
    gives: z.object({ act: z.string() }),
    sql: `select act from audit where object = :object and (act like 'contact.%' or act like 'refused%contact.%') order by id`,
  })
  expect((await town.db.all(acts, { object: id })).map(({ act }) => act)).toEqual([
    'refused:contact.reason-missing',
    'contact.override',
    'refused:contact.second-person-missing',
    'refused:contact.forbidden',
    'refused:contact.same-person',
    'contact.confirm',
    'refused:contact.forbidden',
  ])
})

test('[RE7] what nobody has confirmed or used is over by itself', async () => {
  const id = await rang('13800100006', '门口有人打架,别打电话')
  await asks(赵敏, id, 'call')
  const [asked] = await waiting()
  town.passes(601)
  expect(await waiting()).toEqual([])
  expect(refusedBy(await confirms(汪韬, asked!.id))).toBe('contact.override-over')
  await asks(赵敏, id, 'call')
  granted(await confirms(汪韬, (await waiting())[0]!.id))
  town.passes(301)
  expect(refusedBy(await rings(id))).toBe('contact.forbidden')
  expect((await seen(id)).overrides[0]!.state).toBe('over')
})

test('[RE8] at level 1 it opens at once and stays open for the desk to see until another has looked', async () => {
  const id = await rang('13800100007', '他拿着刀,我不能说话')
  const one = granted(await asks(赵敏, id, 'call'))
  expect(one).toMatchObject({ state: 'standing', level: 1 })
  granted(await rings(id))
  await town.after(3_600)
  expect((await waiting()).map(({ id: each }) => each)).toEqual([one.id])
  expect((await waiting())[0]!.confirmDueAt! < town.clock.now()).toBe(true)
  expect(refusedBy(await confirms(赵敏, one.id))).toBe('contact.same-person')
  granted(await confirms(汪韬, one.id))
  expect(await waiting()).toEqual([])
})

test('[RE10] a text under an override goes out under it alone: taken back, it stays here', async () => {
  const [first, second] = ['13900100008', '13900100009']
  const texts = async (number: string) => {
    await town.texts.write({ number, called: '12110578', words: `中山街${number.slice(-2)}号二楼有人在赌博` })
    const id = await waitingAs('no-call')
    await 赵敏.receives(id)
    await asks(赵敏, id, 'sms')
    const { id: override } = (await waiting()).find((one) => one.report === id)!
    granted(await confirms(汪韬, override))
    return { id, override }
  }
  await town.settle()
  const [one, two] = [await texts(first), await texts(second)]
  await town.settle()
  town.texts.cut(true)
  for (const { id } of [one, two]) await 赵敏.writes(id, '请告诉我们几楼')
  await 赵敏.writes(one.id, '还在吗')
  granted(await 赵敏.call(api.end, { params: { override: two.override } }))
  town.texts.cut(false)
  await town.after(31)
  expect(sentTo(first)).toContain('请告诉我们几楼')
  expect(sentTo(first)).not.toContain('还在吗')
  expect(sentTo(second)).not.toContain('请告诉我们几楼')
})

test('[RE11] the reporter’s own word opens a way, and not for who was under duress', async () => {
  const 林秋 = await town.citizen('林秋')
  granted(await 林秋.call(person.setPins, { body: { pin: '2580', duressPin: '1470' } }))
  const closed = async (isForced: boolean) => {
    const id = await 林秋.sends({ words: '楼下吵架', callSafe: false })
    await 赵敏.receives(id)
    const own = await 赵敏.accepts(id, { level: 3 })
    if (isForced)
      granted(await 林秋.call(report.askWithdraw, { params: { report: id }, body: { pin: '1470' } }))
    await 赵敏.closes(own, '现场已处置')
    const now = Date.parse(town.clock.now())
    const reach = {
      ways: ['call' as const],
      from: town.clock.now(),
      until: new Date(now + 3_600_000).toISOString(),
    }
    granted(await 林秋.call(followup.reach, { params: { report: id }, body: reach }))
    const agreed = { dueAt: new Date(now + 600_000).toISOString() }
    const { id: due } = granted(await 赵敏.call(followup.open, { params: { incident: own }, body: agreed }))
    return 赵敏.call(followup.attempt, {
      params: { followup: due },
      body: { channel: 'call', hasReached: true },
    })
  }
  expect(isRefusal(await closed(false))).toBe(false)
  expect(refusedBy(await closed(true))).toBe('contact.forbidden')
})
