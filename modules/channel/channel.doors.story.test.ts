import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as desk from '@open110/modules/desk/api'
import * as incident from '@open110/modules/incident/api'
import * as report from '@open110/modules/report/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'
import * as channel from './channel.api.ts'

let town: Town
let 赵敏: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  await 赵敏.sits(3)
})
afterAll(() => town.close())

const crossing = { lng: 119.9231, lat: 28.4538 }
const queue = async () => granted(await 赵敏.call(desk.queue, { params: { desk: 'lishui' } }))
const seen = async (id: string) => granted(await 赵敏.call(report.get, { params: { report: id } }))
const sign = (key: string, device: string, what: string, name: string, at: string) =>
  createHmac('sha256', key).update(`${device}\n${what}\n${name}\n${at}`).digest('hex')

test('[CH12] a button in a bank is one alarm of its place, however often it is pressed in a minute', async () => {
  const admin = await town.staff('admin@lishui')
  const device = 'zijin-bank-1'
  const body = {
    id: device,
    name: '紫金路支行 1号柜',
    placeWords: '紫金路18号',
    wgs84: crossing,
    level: 1 as const,
    beatSeconds: 60,
  }
  const add = () => admin.call(channel.addDevice, { params: { desk: 'lishui' }, body })
  const { key } = granted(await add())
  expect(refusedBy(await add())).toBe('device.already-there')
  const press = (alarm: string, signedWith = key, at = town.clock.now(), address?: string) =>
    town.caller(undefined, address)(channel.alarm, {
      params: { device },
      body: { alarm, at, signature: sign(signedWith, device, 'alarm', alarm, at) },
    })
  const first = granted(await press('1'))
  expect(first.isRepeat).toBe(false)
  expect(granted(await press('1'))).toMatchObject({ isRepeat: true, receiptCode: first.receiptCode })
  expect(granted(await press('2'))).toMatchObject({ isRepeat: true, receiptCode: first.receiptCode })
  const [row] = (await queue()).filter(({ mode }) => mode === 'panic')
  expect(row).toMatchObject({ urgency: 1, state: 'delivered', place: '紫金路18号 紫金路支行 1号柜' })
  const view = await seen(row!.report)
  expect(view).toMatchObject({
    callSafe: false,
    staff: { routedBy: 'pin', urgency: { reasons: expect.arrayContaining(['mode.panic']) } },
  })
  const line = granted(await 赵敏.call(channel.line, { params: { report: row!.report } }))
  expect(line).toMatchObject({ channel: 'device', device: { id: device, repeats: 1 } })
  town.passes(61)
  expect(granted(await press('3')).isRepeat).toBe(false)
  expect((await queue()).filter(({ mode }) => mode === 'panic').length).toBe(2)

  // Put aside by somebody, and pressed again at once: that is news.
  const [newest] = (await queue())
    .filter(({ mode }) => mode === 'panic')
    .toSorted((a, b) => (a.deliveredAt < b.deliveredAt ? 1 : -1))
  await 赵敏.receives(newest!.report)
  const officer = await town.staff('officer@lishui')
  const aside = { move: 'invalidate' as const, reason: '误触' }
  granted(await officer.call(report.moveReport, { params: { report: newest!.report }, body: aside }))
  expect(granted(await press('3b')).isRepeat).toBe(false)

  const wrongClock = granted(await press('4', key, '1999-01-01T00:00:00Z'))
  expect(wrongClock.isRepeat).toBe(true)
  expect(refusedBy(await press('5', 'another key', undefined, '10.9.9.9'))).toBe('device.not-found')
  const foreign = town.caller(undefined, '10.9.9.9')(channel.alarm, {
    params: { device: 'no-such-device' },
    body: { alarm: '1', at: town.clock.now(), signature: '0'.repeat(64) },
  })
  expect(refusedBy(await foreign)).toBe('device.not-found')
})

test('[CH12] a device whose beats stop is shown as silent, and heard again when it speaks', async () => {
  const admin = await town.staff('admin@lishui')
  const device = 'school-gate-2'
  const body = {
    id: device,
    name: '实验小学北门',
    placeWords: '大洋路',
    wgs84: crossing,
    level: 2 as const,
    beatSeconds: 30,
  }
  const { key } = granted(await admin.call(channel.addDevice, { params: { desk: 'lishui' }, body }))
  const beat = async () => {
    const at = town.clock.now()
    const signature = sign(key, device, 'beat', at, at)
    return granted(await town.caller()(channel.deviceBeat, { params: { device }, body: { at, signature } }))
  }
  const state = async () =>
    granted(await 赵敏.call(channel.devices, { params: { desk: 'lishui' } })).find(({ id }) => id === device)
  expect((await state())?.lastBeatAt).toBeUndefined()
  expect((await beat()).nextSeconds).toBe(30)
  await town.after(80)
  expect((await state())?.offlineSince).toBeUndefined()
  await town.after(20)
  expect((await state())?.offlineSince).toBeDefined()
  await beat()
  expect((await state())?.offlineSince).toBeUndefined()
  expect(JSON.stringify(await state())).not.toContain(key)
})

test('[CH13] 12345 hands over under its own number, once, and sees its own and nothing else', async () => {
  const operator = await town.staff('operator@12345.lishui')
  const foreign = await town.staff('operator@12345.shaoxing')
  const body = {
    externalNumber: 'LS-2026-1121-0007',
    words: '市民来电称小区内有人持刀追逐,已转110',
    placeWords: '阳光小区',
    level: 3,
    phone: '13700137001',
  }
  const hand = (more = {}) => operator.call(channel.sendFromAgency, { body: { ...body, ...more } })
  const handed = granted(await hand())
  expect(handed).toMatchObject({ isRepeat: false, desk: { id: 'lishui' } })
  expect(granted(await hand())).toMatchObject({ id: handed.id, isRepeat: true })
  const view = await seen(handed.id)
  expect(view).toMatchObject({
    mode: 'agency',
    state: 'delivered',
    staff: { routedBy: 'line', urgency: { level: 1 } },
  })
  await 赵敏.receives(handed.id)
  await 赵敏.accepts(handed.id)

  const get = (who: StaffHere) => who.call(channel.agencyReport, { params: { report: handed.id } })
  const mine = granted(await get(operator))
  expect(mine.ladder.map(({ step }) => step)).toEqual(['delivered', 'received', 'accepted'])
  expect(JSON.stringify(mine)).not.toMatch(/持刀|赵敏|1370/)
  expect(refusedBy(await get(foreign))).toBe('report.not-found')
  expect(granted(await foreign.call(channel.agencyReports))).toEqual([])
  const 林秋 = await town.citizen('林秋')
  const hers = await 林秋.sends()
  expect(refusedBy(await operator.call(channel.agencyReport, { params: { report: hers } }))).toBe(
    'report.not-found',
  )
  expect(refusedBy(await hand({ externalNumber: 'x', desk: 'atlantis' }))).toBe('desk.not-found')
})

test('[CH1] [CH14] fourteen reports of one crash over four channels are one list with one numbering, counted by channel', async () => {
  const before = new Set((await queue()).map((row) => row.report))
  const fix = { ...crossing, crs: 'wgs84', accuracyMetres: 20, source: 'gps', at: town.clock.now() }
  const words = (n: number) => `紫金路灯塔街口两车相撞,第${n}个看到的人`
  for (let n = 0; n < 10; n++) {
    // Nine by the mini-program and one by the web page: to the server both are the app.
    const name = ['林秋', '陈国强', '王桂芳', '周晓燕'][n % 4]!
    await (await town.citizen(name)).sends({ words: words(n), fix, mode: 'text' }, randomUUID())
    town.passes(10)
  }
  for (const number of ['13600136001', '13600136002']) {
    const place = { ...crossing, accuracyMetres: 150, source: 'cell' as const }
    const ref = await town.cti.ring({ number, desk: 'lishui', place })
    town.passes(1)
    const calls = granted(await 赵敏.call(channel.calls, { params: { desk: 'lishui' } }))
    const { id } = calls.find((call) => call.state === 'ringing')!
    const { report: kept } = granted(await 赵敏.call(channel.answerCall, { params: { call: id } }))
    granted(await 赵敏.call(channel.statement, { params: { report: kept }, body: { words: words(11) } }))
    await town.cti.putDown(ref)
  }
  for (const number of ['13600136003', '13600136004', '13600136004'])
    await town.texts.write({ number, called: '12110578', words: '紫金路灯塔街口,两辆车撞了,有人受伤' })

  const rows = (await queue()).filter((row) => !before.has(row.report))
  expect(rows.length).toBe(14)
  expect(Object.groupBy(rows, ({ mode }) => mode)).toMatchObject({
    text: { length: 10 },
    phone: { length: 2 },
    sms: { length: 2 },
  })
  expect(new Set(rows.map(({ receiptCode }) => receiptCode)).size).toBe(14)
  expect(rows.filter(({ state }) => state === 'delivered').length).toBe(12)

  const numbers: string[] = []
  for (const row of rows.filter(({ mode }, n) => mode !== 'text' || n % 3 === 0)) {
    if (row.state === 'delivered') await 赵敏.receives(row.report)
    const kept = await 赵敏.accepts(row.report, { category: '3001', level: 2 })
    numbers.push(granted(await 赵敏.call(incident.get, { params: { incident: kept } })).number)
  }
  // One row of numbers for each division and day, whichever door a report came by.
  for (const row of Object.values(Object.groupBy(numbers, (number) => number.slice(0, 14)))) {
    const serials = row!.map((number) => Number(number.slice(14, 20)))
    expect(serials.map((serial) => serial - serials[0]!)).toEqual(serials.map((_, n) => n))
  }
  expect(new Set(numbers).size).toBe(numbers.length)

  const { channels } = granted(await 赵敏.call(channel.counts, { params: { desk: 'lishui' } }))
  const of = (name: string) => channels.find((one) => one.channel === name)
  expect(of('phone')).toMatchObject({ reports: 2, waiting: 0, effective: 2 })
  expect(of('phone')!.receivedMedianSeconds).toBeGreaterThanOrEqual(1)
  expect(of('sms')).toMatchObject({ reports: 2, effective: 2 })
  expect(of('sms')!.acceptedMedianSeconds).toBeGreaterThan(0)
  expect(channels.reduce((sum, { reports }) => sum + reports, 0)).toBe((await queue()).length)
  const abroad = 赵敏.call(channel.counts, { params: { desk: 'shaoxing' } })
  expect(refusedBy(await abroad)).toBe('desk.not-found')
})
