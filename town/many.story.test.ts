import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import * as channel from '@open110/modules/channel/api'
import * as desk from '@open110/modules/desk/api'
import * as dispatch from '@open110/modules/dispatch/api'
import * as incident from '@open110/modules/incident/api'
import * as report from '@open110/modules/report/api'
import * as thread from '@open110/modules/thread/api'
import { granted, openTown, type CitizenHere, type StaffHere, type Town } from './town.ts'

/** 中山街口 — two cars, and fourteen people within three minutes and 150 metres who saw it, by four doors. */
const crossing = { lng: 119.9231, lat: 28.4538 }
type Witness = { name: string; words: string; by: 'app' | 'web' | 'phone' | 'sms'; isSilent?: boolean }
const witnesses: readonly Witness[] = [
  { by: 'app', name: '陈国强', words: '中山街口两辆车相撞,有人受伤' },
  { by: 'phone', name: '王桂芳', words: '中山街口撞车了,一辆白车一辆货车' },
  { by: 'app', name: '李想', words: '中山街路口车祸,一辆白车一辆货车' },
  // Who writes by text message, and who sends in silence, is told nothing that could be read over a shoulder.
  { by: 'sms', name: '党立新', words: '中山街口,两车相撞' },
  { by: 'app', name: '周晓燕', words: '两车相撞,有人躺在地上' },
  { by: 'web', name: '吴海波', words: '中山街口发生车祸' },
  { by: 'app', name: '沈佳宁', words: '撞车,堵住了路口' },
  { by: 'app', name: '林秋', words: '', isSilent: true },
  { by: 'phone', name: '叶素琴', words: '中山街口货车撞了小车' },
  { by: 'app', name: '张建军', words: '路口两车相撞,车头冒烟' },
  { by: 'sms', name: '黄雨桐', words: '中山街路口,撞车了堵得很' },
  { by: 'app', name: '俞梦洁', words: '中山街口车祸有人受伤' },
  { by: 'app', name: '金志强', words: '有车祸,快来' },
  { by: 'app', name: '胡永康', words: '两辆车撞了,在中山街口' },
]
const isCovert = ({ by, isSilent }: Witness) => by === 'sms' || isSilent === true

type Sent = { report: string; witness: Witness; who?: CitizenHere }
let town: Town
let 赵敏: StaffHere
let 汪韬: StaffHere
let 值班长: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  汪韬 = await town.staff('wangtao@lishui')
  值班长 = await town.staff('officer@lishui')
  await 赵敏.sits(1)
  await 汪韬.sits(2)
})
afterAll(() => town.close())

const near = (n: number) => ({
  lng: crossing.lng + ((n % 5) * 25 - 50) / 97_800,
  lat: crossing.lat + (Math.floor(n / 5) * 40 - 40) / 111_000,
})
const numberOf = (n: number) => `1380013${String(8000 + n)}`
const waiting = async (mode: string) =>
  granted(await 赵敏.call(desk.queue, { params: { desk: 赵敏.org } })).filter(
    (row) => row.mode === mode && row.state === 'delivered',
  )

async function rings(n: number, words: string, taker: StaffHere): Promise<string> {
  const place = { ...near(n), accuracyMetres: 100, source: 'cell' as const }
  const ref = await town.cti.ring({ number: numberOf(n), desk: 'lishui', place })
  const ringing = granted(await taker.call(channel.calls, { params: { desk: taker.org } }))
  const call = ringing.find(({ state }) => state === 'ringing')!
  const { report: id } = granted(await taker.call(channel.answerCall, { params: { call: call.id } }))
  granted(await taker.call(channel.statement, { params: { report: id }, body: { words } }))
  await town.cti.putDown(ref)
  return id
}

async function texts(n: number, words: string): Promise<string> {
  const place = { ...near(n), accuracyMetres: 100, source: 'cell' as const }
  await town.texts.write({ number: numberOf(n), called: '12110578', words, place })
  return (await waiting('sms'))[0]!.report
}

async function sends(n: number, witness: Witness): Promise<Sent> {
  const taker = n % 3 === 0 ? 汪韬 : 赵敏
  if (witness.by === 'phone') return { witness, report: await rings(n, witness.words, taker) }
  if (witness.by === 'sms') {
    const id = await texts(n, witness.words)
    await taker.receives(id)
    return { witness, report: id }
  }
  const who = await town.citizen(witness.name)
  const fix = { ...near(n), crs: 'wgs84', accuracyMetres: 20 }
  const how = witness.isSilent ? { mode: 'silent' as const, tag: 'robbery' } : { callSafe: true }
  const id = await who.sends({ words: witness.words, fix, ...how })
  await taker.receives(id)
  return { witness, report: id, who }
}

const whole = async (id: string) => granted(await 赵敏.call(incident.get, { params: { incident: id } }))
const view = async (id: string) => granted(await 赵敏.call(report.get, { params: { report: id } }))
const sentTo = (n: number) => town.texts.sent.filter(({ to }) => to === numberOf(n)).map(({ words }) => words)

test('[IN17, IN16, CH2, CH4, CH7, CH10, CH14, CH18, TH20, IN20, DI4] fourteen reports by four doors are one incident and one slip: hinted at from the second on, answered at once, counted twice over, and one wrong merge undone', async () => {
  const from = town.clock.now()
  const sent: Sent[] = []
  for (const [n, witness] of witnesses.entries()) {
    sent.push(await sends(n, witness))
    await town.after(10)
  }
  expect(Date.parse(town.clock.now()) - Date.parse(from)).toBeLessThan(180_000)
  // A carrier that is not sure whether it was heard hands a text over again.
  await town.texts.write({ number: numberOf(3), called: '12110578', words: witnesses[3]!.words })
  expect(await waiting('sms')).toEqual([])

  const hinted = query({
    name: 'test.hinted',
    gives: z.object({ report: z.string() }),
    sql: `select distinct data->>'report' as report from event where type = 'incident.hinted'`,
  })
  const hints = new Set((await town.db.all(hinted)).map((row) => row.report))
  const unhinted = sent.slice(1).filter((one) => !hints.has(one.report))
  expect(unhinted.map(({ witness }) => `${witness.by} ${witness.name}`)).toEqual([])

  // Two at the desk take it on at the same time; one of the two is found to be part of the other.
  const [one, two, ...others] = sent.map(({ report: id }) => id)
  const main = await 汪韬.accepts(one!, { category: '3001', level: 2 })
  const doubled = await 赵敏.accepts(two!, { category: '3001', level: 2 })
  for (const id of others)
    granted(await 赵敏.call(incident.mergeReport, { params: { incident: main }, body: { report: id } }))
  granted(await 汪韬.call(incident.mergeIncident, { params: { incident: doubled }, body: { into: main } }))
  expect((await whole(main)).reports).toHaveLength(14)
  // One of them was silent: nobody is rung, whoever was the first.
  expect((await whole(main)).callSafe).toBe(false)
  await 赵敏.sends(main, '城东-1')
  expect(granted(await 赵敏.call(dispatch.slipsOf, { params: { incident: main } }))).toHaveLength(1)

  const words = '民警和救护车已在路上,请让出路口,不要移动伤员'
  const told = granted(
    await 赵敏.call(thread.broadcast, { params: { incident: main }, body: { words }, key: randomUUID() }),
  )
  expect(told).toEqual({ ordinary: 11, covert: 3, skipped: [] })
  await town.settle()
  for (const { witness, report: id } of sent) {
    const { messages } = await view(id)
    expect([witness.name, messages.length]).toEqual([witness.name, 1])
    expect(messages[0]?.words === words).toBe(!isCovert(witness))
    expect(messages[0]?.quiet ?? false).toBe(isCovert(witness))
  }
  // Who wrote to 12110 was sent one neutral line, who rang reads the answer in a text, and nobody was rung.
  const texts: Partial<Record<string, string[]>> = { sms: ['已收到。'], phone: [words] }
  for (const [n, { by }] of witnesses.entries()) expect([n, sentTo(n)]).toEqual([n, texts[by] ?? []])
  expect(town.cti.dialled).toEqual([])
  for (const { witness, report: id } of sent.filter(({ witness: { by } }) => by === 'sms')) {
    const { textsOut } = granted(await 赵敏.call(channel.line, { params: { report: id } }))
    expect([witness.name, textsOut.map(({ state }) => state)]).toEqual([witness.name, ['sent', 'held']])
  }
  // Each answers in a dialogue of their own.
  await sent[4]!.who!.writes(sent[4]!.report, '伤员已经能坐起来')
  expect((await sent[6]!.who!.view(sent[6]!.report)).messages).toHaveLength(1)

  const span = { from, to: plusSeconds(town.clock.now(), 1) }
  const merged = { reports: 14, effective: 14, incidents: 1, mergedIncidents: 1, mergedReports: 13 }
  expect(granted(await 赵敏.call(incident.counts, { query: span }))).toMatchObject(merged)
  const { channels } = granted(await 赵敏.call(channel.counts, { params: { desk: 赵敏.org }, query: span }))
  expect(channels.map(({ channel: door, reports, effective }) => [door, reports, effective])).toEqual([
    ['internet', 10, 10],
    ['phone', 2, 2],
    ['sms', 2, 2],
  ])

  // The last saw another accident two streets on, and the two that became one were two after all.
  const wrong = sent[13]!
  granted(
    await 赵敏.call(incident.unmergeReport, {
      params: { incident: main, report: wrong.report },
      body: { reason: '是解放街的另一起' },
    }),
  )
  expect((await whole(main)).reports).toHaveLength(13)
  expect(await wrong.who!.sees(wrong.report)).toEqual(['已送达', '已接收'])
  expect(await 赵敏.queue()).toContain(wrong.report)
  granted(
    await 值班长.call(incident.unmergeIncident, {
      params: { incident: doubled },
      body: { reason: '核对后是两起' },
    }),
  )
  expect((await whole(doubled)).reports.map(({ id }) => id)).toEqual([two])
  expect(await whole(doubled)).toMatchObject({ state: 'accepted', level: { initial: 2 } })
  expect((await whole(main)).reports.map(({ id }) => id)).toEqual(
    sent.map(({ report: id }) => id).filter((id) => id !== two && id !== wrong.report),
  )
  const undone = query({
    name: 'test.undone',
    gives: z.object({ act: z.string(), reason: z.string() }),
    sql: `select act, facts->>'reason' as reason from audit where act like 'incident.unmerge%' order by id`,
  })
  expect(await town.db.all(undone)).toEqual([
    { act: 'incident.unmerge-report', reason: '是解放街的另一起' },
    { act: 'incident.unmerge', reason: '核对后是两起' },
  ])
})
