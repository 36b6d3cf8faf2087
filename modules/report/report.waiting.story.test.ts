import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { queue } from '@open110/modules/desk/api'
import { acknowledge, myUnit } from '@open110/modules/dispatch/api'
import { unitMoved } from '@open110/modules/unit/events'
import { fixes } from '@open110/modules/unit/api'
import { movedBy } from '@open110/modules/place'
import { granted, openTown, refusedBy, type CitizenHere, type StaffHere, type Town } from '@open110/town'
import { personCalled } from '@open110/town/people'
import * as report from './report.api.ts'
import { arrivalSteps, coarseHelp } from './report.progress.ts'
import { urgePolicy, urgeWait } from './report.urge.ts'

let town: Town
let 赵敏: StaffHere
let 民警: StaffHere
let 值班长: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  民警 = await town.staff('unit-1@lishui')
  值班长 = await town.staff('officer@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

const { home } = personCalled('林秋')

/** From the report to an officer under way who was a kilometre and a half away a moment ago. */
async function underWay(who: CitizenHere, what: Parameters<CitizenHere['sends']>[0]) {
  const id = await who.sends(what)
  await 赵敏.receives(id)
  const incident = await 赵敏.accepts(id, { level: 2 })
  const { unit } = granted(await 民警.call(myUnit))
  const slip = await 赵敏.sends(incident, unit.name)
  await 民警.moves(slip, 'sign')
  await 民警.moves(slip, 'depart')
  const fix = { ...movedBy(home, 1_500, 0), crs: 'wgs84', at: town.clock.now() }
  granted(await 民警.call(fixes, { params: { unit: unit.id }, body: { fixes: [fix] } }))
  return { id, incident, slip, unit }
}

const readBack = (slip: string) => ({
  params: { slip },
  body: { what: 'supplement' as const, upTo: town.clock.now() },
})

/** Every event that this citizen's phone is let hear. */
const toldTo = query({
  name: 'test.told-to',
  takes: z.object({ citizen: z.string() }),
  gives: z.object({ type: z.string() }),
  sql: `select type from event where :citizen = any(hearers)`,
})

test('[RP41] a time of arrival is rounded up to its step, and what takes longer says so', () => {
  const at = '2026-11-21T02:00:00.000Z'
  expect([0, 180, 181, 600, 1_200].map((seconds) => coarseHelp(seconds, at).withinMinutes)).toEqual([
    3, 3, 5, 10, 20,
  ])
  expect(coarseHelp(1_201, at)).toEqual({ withinMinutes: arrivalSteps.at(-1), isLonger: true, at })
})

test('[RP40] the wait is counted from the last press, and a clock set back holds nobody up', () => {
  const at = '2026-11-21T02:00:00.000Z'
  expect(urgeWait(undefined, at)).toBe(0)
  expect(urgeWait(at, '2026-11-21T02:01:00.000Z')).toBe(120)
  expect(urgeWait(at, '2026-11-21T02:03:00.000Z')).toBe(0)
  expect(urgeWait(at, '2026-11-20T02:00:00.000Z')).toBe(0)
  // Of two presses at once the later one was kept first.
  expect(urgeWait('2026-11-21T02:00:00.007Z', at)).toBe(180)
})

test('[RP41] [RP43] who may be told reads in how many minutes help is there, and nothing of which unit', async () => {
  const 林秋 = await town.citizen('林秋')
  const { id, incident, slip, unit } = await underWay(林秋, { words: '有人打架', callSafe: true })
  const view = await 林秋.view(id)
  expect(view.help).toMatchObject({ withinMinutes: 5, isLonger: false })
  const said = JSON.stringify(view)
  for (const secret of [unit.id, unit.name, unitMoved.name, '119.93']) expect(said).not.toContain(secret)
  await 林秋.adds(id, '有人受伤了')
  const [sent] = (await 林秋.view(id)).supplements
  expect(sent).toMatchObject({ words: '有人受伤了', isSentOn: true })
  expect(sent?.acknowledgedAt).toBeUndefined()
  granted(await 民警.call(acknowledge, readBack(slip)))
  expect((await 林秋.view(id)).supplements[0]?.acknowledgedAt).toBeDefined()
  await 民警.moves(slip, 'arrive')
  expect((await 林秋.view(id)).help).toBeUndefined()
  await 民警.moves(slip, 'settle')
  const course = (await 林秋.view(id)).timeline.map(({ what }) => what)
  expect(course).toEqual([
    'ladder.delivered',
    'ladder.received',
    'ladder.accepted',
    'ladder.dispatched',
    'ladder.en-route',
    'supplement',
    'ladder.on-scene',
    'settled',
  ])
  expect(await 林秋.sees(id)).not.toContain('settled')
  const feedback = { outcome: 'helped' as const, words: '双方情绪激动,已调解', forReporter: '双方已和解。' }
  await 民警.moves(slip, 'report', { feedback })
  expect(JSON.stringify(await 林秋.view(id))).not.toContain('和解')
  await 值班长.moves(slip, 'close')
  await 值班长.closes(incident)
  const over = await 林秋.view(id)
  expect(over.urge).toBeUndefined()
  expect(over.timeline).toContainEqual(expect.objectContaining({ what: 'told', words: '双方已和解。' }))
  expect(JSON.stringify(over)).not.toContain('情绪激动')
})

test('[RP40] nobody has come: once in three minutes, told to the desk, answered by either of two presses', async () => {
  const 林秋 = await town.citizen('林秋')
  const id = await 林秋.sends({ words: '有人打架', callSafe: true })
  await 赵敏.receives(id)
  const press = () => 林秋.call(report.urge, { params: { report: id } })
  const answer = (words?: string) =>
    赵敏.call(report.answerUrge, { params: { report: id }, body: words ? { words } : {} })
  const atDesk = async () => granted(await 赵敏.call(report.get, { params: { report: id } })).staff!.urges
  expect(refusedBy(await answer())).toBe('urge.not-open')
  const presses = await Promise.all([press(), press()])
  expect(presses.filter((one) => 'refused' in one)).toMatchObject([
    { refused: 'report.already-urged', facts: { secondsLeft: urgePolicy.everySeconds } },
  ])
  expect((await atDesk()).map(({ answeredAt }) => answeredAt)).toEqual([undefined])
  expect((await 林秋.view(id)).urge?.answeredAt).toBeUndefined()
  const inQueue = async () =>
    granted(await 赵敏.call(queue, { params: { desk: 赵敏.org } })).find((row) => row.report === id)
  expect((await inQueue())?.urgedAt).toBe((await atDesk())[0]?.at)
  granted(await answer())
  expect((await inQueue())?.urgedAt).toBeUndefined()
  expect((await 林秋.view(id)).urge).toMatchObject({ answer: 'urge.usual' })
  expect(JSON.stringify((await 林秋.view(id)).urge)).not.toContain('赵敏')
  await town.after(urgePolicy.everySeconds)
  granted(await press())
  await 赵敏.writes(id, '在路上了,前面堵车')
  expect((await atDesk())[0]?.answeredAt).toBeDefined()
  expect((await 林秋.view(id)).urge?.answer).toBeUndefined()
  const 陈国强 = await town.citizen('陈国强')
  expect(refusedBy(await 陈国强.call(report.urge, { params: { report: id } }))).toBe('report.not-found')
})

test('[RP45] the row says that something was added, and owes no answer once an officer is there', async () => {
  const 林秋 = await town.citizen('林秋')
  const id = await 林秋.sends({ words: '门口有人徘徊', callSafe: true })
  await 赵敏.receives(id)
  const row = async () =>
    granted(await 赵敏.call(queue, { params: { desk: 赵敏.org } })).find(({ report: one }) => one === id)
  expect((await row())?.supplementedAt).toBeUndefined()
  await 林秋.adds(id, '他在敲门')
  await town.after(5)
  await 林秋.adds(id, '他现在有枪')
  const { supplements } = granted(await 赵敏.call(report.get, { params: { report: id } }))
  expect((await row())?.supplementedAt).toBe(supplements.at(-1)?.at)

  const incident = await 赵敏.accepts(id, { level: 2 })
  const slip = await 赵敏.sends(incident, '城东-1')
  granted(await 林秋.call(report.urge, { params: { report: id } }))
  expect((await row())?.urgedAt).toBeDefined()
  const 城东 = await town.staff('unit-1@lishui')
  await 城东.moves(slip, 'sign')
  await 城东.moves(slip, 'arrive')
  expect((await row())?.urgedAt).toBeUndefined()
})

test('[RP40] what has ended is not urged any more', async () => {
  const 林秋 = await town.citizen('林秋')
  const id = await 林秋.sends({ words: '楼下太吵', callSafe: true })
  await 赵敏.receives(id)
  await 赵敏.closes(await 赵敏.accepts(id, { level: 3 }), '电话里已处置')
  expect(refusedBy(await 林秋.call(report.urge, { params: { report: id } }))).toBe('report.already-ended')
})

test.each([
  { mode: 'silent' as const, tag: 'burglary', words: undefined },
  { mode: 'text' as const, words: '他在门外,我不能说话', callSafe: false },
])(
  '[RP42] [FU6] $mode: no payload to a covert phone holds an arrival, an urge, a word of officers or a question how it was',
  async (what) => {
    const 林秋 = await town.citizen('林秋')
    const told: unknown[] = []
    const { id, incident, slip } = await underWay(林秋, what)
    const look = async () => {
      const [view, list] = [await 林秋.view(id), granted(await 林秋.call(report.list))]
      const byCode = granted(await town.caller()(report.byCode, { params: { code: view.receiptCode } }))
      told.push(view, list, byCode)
      return view
    }
    granted(await 林秋.call(report.urge, { params: { report: id } }))
    const refused = await 赵敏.call(report.answerUrge, { params: { report: id }, body: {} })
    expect(refusedBy(refused)).toBe('contact.forbidden')
    await 林秋.adds(id, '他在阳台')
    granted(await 民警.call(acknowledge, readBack(slip)))
    await look()
    await 民警.moves(slip, 'arrive')
    const open = await look()
    expect(open).toMatchObject({ after: { rateable: [], ratings: [] } })
    for (const part of ['help', 'urge'] as const) expect(open[part]).toBeUndefined()
    const said = JSON.stringify(told)
    for (const word of [
      'withinMinutes',
      'urge',
      'isSentOn',
      'acknowledgedAt',
      'settled',
      '预计',
      '催',
      '评价',
    ])
      expect(said).not.toContain(word)
    await 民警.moves(slip, 'settle')
    expect((await look()).timeline.map(({ what: step }) => step)).not.toContain('settled')
    const feedback = { outcome: 'helped' as const, words: '已带离', forReporter: '嫌疑人已带走。' }
    await 民警.moves(slip, 'report', { feedback })
    await 值班长.moves(slip, 'close')
    await 值班长.closes(incident)
    expect(JSON.stringify(await look())).not.toContain('已带走')
    const heard = await town.db.all(toldTo, { citizen: `citizen:${林秋.id}` })
    const quiet = /urge|told|rated|followup|help/
    expect(heard.map(({ type }) => type).filter((type) => quiet.test(type))).toEqual([])
  },
)
