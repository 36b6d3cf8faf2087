import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import { moveIncident } from '@open110/modules/incident/api'
import { granted, openTown, refusedBy, type CitizenHere, type StaffHere, type Town } from '@open110/town'
import * as followup from './followup.api.ts'

let town: Town
let 赵敏: StaffHere
let 值班长: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

const audited = query({
  name: 'test.audited',
  takes: z.object({ object: z.string() }),
  gives: z.object({ act: z.string() }),
  sql: `select act from audit where object = :object order by id`,
})

/** A report that was closed without anybody having been sent. */
async function closedUnvisited(
  who: CitizenHere,
  how: { level?: number; category?: string; reason?: string; callSafe?: boolean; words?: string } = {},
) {
  const report = await who.sends({ words: how.words ?? '楼下太吵', callSafe: how.callSafe ?? true })
  await 赵敏.receives(report)
  const incident = await 赵敏.accepts(report, { level: how.level ?? 3, category: how.category ?? '2002' })
  await 赵敏.closes(incident, how.reason ?? '电话里已处置')
  return { report, incident }
}

const openFor = async (incident: string) => granted(await 赵敏.call(followup.list, { query: { incident } }))

test('[FU2] a major incident opens a follow-up with its close, due in a day, and each close again once', async () => {
  const 林秋 = await town.citizen('林秋')
  const { incident } = await closedUnvisited(林秋, { level: 1 })
  const [due, ...others] = await openFor(incident)
  expect(others).toEqual([])
  expect(due).toMatchObject({ reason: 'major', isMajor: true, state: 'due', attempts: [] })
  expect(due!.dueAt).toBe(plusSeconds(due!.openedAt, 86_400))
  granted(
    await 值班长.call(moveIncident, { params: { incident }, body: { move: 'revive', reason: '又有新情况' } }),
  )
  await 赵敏.closes(incident, '已处理')
  expect(await openFor(incident)).toHaveLength(1)
})

test('[FU1] [FU4] [FU9] tried, not reached, given up, let go by the supervisor; a refused move is on record', async () => {
  const 林秋 = await town.citizen('林秋')
  const { report, incident } = await closedUnvisited(林秋, { level: 1, callSafe: false })
  const [due] = await openFor(incident)
  const params = { followup: due!.id }
  const press = (channel: 'message' | 'call' | 'sms', words?: string) =>
    赵敏.call(followup.attempt, { params, body: { channel, hasReached: false, ...(words && { words }) } })
  expect(due).toMatchObject({ contact: 'silent', channels: ['message'] })
  expect(refusedBy(await press('call'))).toBe('contact.forbidden')
  expect(refusedBy(await press('message'))).toBe('message.words-missing')
  expect(granted(await press('message', '方便时回一句')).state).toBe('attempted')
  expect((await 林秋.view(report)).messages.at(-1)).toMatchObject({
    from: 'desk',
    words: '方便时回一句',
    quiet: true,
  })

  const span = { from: town.clock.now(), until: plusSeconds(town.clock.now(), 3_600) }
  granted(await 林秋.call(followup.reach, { params: { report }, body: { ways: ['call'], ...span } }))
  expect(granted(await press('call')).attempts).toHaveLength(2)
  const move = (who: StaffHere, name: 'give-up' | 'settle', reason?: string) =>
    who.call(followup.moveFollowUp, { params, body: { move: name, ...(reason && { reason }) } })
  expect(refusedBy(await move(赵敏, 'give-up', '无人接听'))).toBe('followup.attempts-missing')
  granted(await press('call'))
  expect(granted(await move(赵敏, 'give-up', '无人接听')).state).toBe('unreachable')
  expect(refusedBy(await press('call'))).toBe('move.not-now')
  expect(refusedBy(await move(赵敏, 'settle', '多次联系不上'))).toBe('move.denied')
  expect(granted(await move(值班长, 'settle', '多次联系不上')).state).toBe('done')
  const acts = (await town.db.all(audited, { object: due!.id })).map(({ act }) => act)
  expect(acts).toEqual(
    expect.arrayContaining([
      'followup.open',
      'refused:contact.forbidden',
      'refused:move.denied',
      'followup.settle',
    ]),
  )
  const done = granted(await 赵敏.call(followup.list, { query: { scope: 'done', incident } }))
  expect(done).toMatchObject([{ note: '多次联系不上' }])
  expect(await openFor(incident)).toEqual([])
})

test('[FU3] [FU5] a bad rating opens a follow-up once; it may be changed for ten minutes and no longer', async () => {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends({ callSafe: true })
  const rate = (stage: 'answer' | 'handling', stars: number) =>
    林秋.call(followup.rate, { params: { report }, body: { stage, stars, items: { speed: 2 } } })
  expect(refusedBy(await rate('answer', 5))).toBe('rating.not-yet')
  await 赵敏.receives(report)
  granted(await rate('answer', 1))
  expect(refusedBy(await rate('handling', 5))).toBe('rating.not-yet')
  const incident = await 赵敏.accepts(report, { level: 3, category: '2002' })
  await 赵敏.closes(incident, '已当面答复')
  expect(await openFor(incident)).toMatchObject([{ reason: 'dissatisfied' }])
  granted(await rate('answer', 4))
  granted(await rate('handling', 2))
  expect(await openFor(incident)).toHaveLength(1)
  await town.after(700)
  expect(refusedBy(await rate('answer', 5))).toBe('rating.already-final')
  const ratings = granted(await 赵敏.call(followup.ratingsOf, { params: { incident } }))
  expect(ratings.map(({ stage, stars }) => [stage, stars])).toEqual([
    ['answer', 4],
    ['handling', 2],
  ])
  const [due] = await openFor(incident)
  const body = {
    channel: 'call' as const,
    hasReached: true,
    result: { satisfaction: 4, comment: '说清楚了' },
  }
  const finished = granted(await 赵敏.call(followup.attempt, { params: { followup: due!.id }, body }))
  expect(finished).toMatchObject({ state: 'done', result: { satisfaction: 4 }, openMoves: [] })
})

test('[FU3] an agreed follow-up has a date ahead, and one reporter has one', async () => {
  const 林秋 = await town.citizen('林秋')
  const { incident } = await closedUnvisited(林秋)
  const agree = (dueAt: string) =>
    赵敏.call(followup.open, { params: { incident }, body: { dueAt, words: '三天后再问' } })
  expect(refusedBy(await agree(plusSeconds(town.clock.now(), -1)))).toBe('followup.due-invalid')
  const dueAt = plusSeconds(town.clock.now(), 3 * 86_400)
  expect(granted(await agree(dueAt))).toMatchObject({ reason: 'agreed', dueAt, openedBy: '赵敏' })
  expect(refusedBy(await agree(dueAt))).toBe('followup.already-open')
})

test('[FU7] nobody came: the reporter reads why and objects once, and the desk has four hours', async () => {
  const 林秋 = await town.citizen('林秋')
  const { report, incident } = await closedUnvisited(林秋, { reason: '噪声已停,不需出警' })
  expect((await 林秋.view(report)).after?.unvisited).toMatchObject({ reason: '噪声已停,不需出警' })
  const contest = (words: string) => 林秋.call(followup.contest, { params: { report }, body: { words } })
  expect(refusedBy(await contest('  '))).toBe('contest.words-missing')
  granted(await contest('现在还在吵'))
  expect(refusedBy(await contest('再说一次'))).toBe('report.already-contested')
  const contested = (await openFor(incident)).find(({ reason }) => reason === 'contested')
  expect(contested).toMatchObject({ words: '现在还在吵' })
  expect(contested!.dueAt).toBe(plusSeconds(contested!.openedAt, 4 * 3_600))
  expect((await 林秋.view(report)).after?.unvisited?.contestedAt).toBeDefined()
})

test('[FU7] where somebody came there is nothing to object to', async () => {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends({ callSafe: true })
  await 赵敏.receives(report)
  const incident = await 赵敏.accepts(report, { level: 3 })
  const slip = await 赵敏.sends(incident, '城东-1')
  const 民警 = await town.staff('unit-1@lishui')
  for (const step of ['sign', 'depart', 'arrive'] as const) await 民警.moves(slip, step)
  await 值班长.moves(slip, 'stand-down', { reason: '已无需处置' })
  await 值班长.closes(incident, '已无需处置')
  expect((await 林秋.view(report)).after).toMatchObject({ rateable: ['answer', 'handling'] })
  expect((await 林秋.view(report)).after?.unvisited).toBeUndefined()
  const contest = await 林秋.call(followup.contest, { params: { report }, body: { words: '不满意' } })
  expect(refusedBy(contest)).toBe('report.not-contestable')
})

test('[FU8] for another desk and another citizen none of it exists', async () => {
  const 林秋 = await town.citizen('林秋')
  const 陈国强 = await town.citizen('陈国强')
  const 绍兴 = await town.staff('zhaomin@shaoxing')
  const { report, incident } = await closedUnvisited(林秋, { level: 1 })
  const [due] = await openFor(incident)
  expect(granted(await 绍兴.call(followup.list))).toEqual([])
  const press = { channel: 'call' as const, hasReached: false }
  const tried = await 绍兴.call(followup.attempt, { params: { followup: due!.id }, body: press })
  expect(refusedBy(tried)).toBe('followup.not-found')
  expect(refusedBy(await 绍兴.call(followup.ratingsOf, { params: { incident } }))).toBe('incident.not-found')
  const body = { stage: 'answer' as const, stars: 1 }
  expect(refusedBy(await 陈国强.call(followup.rate, { params: { report }, body }))).toBe('report.not-found')
  const words = { words: '我也反对' }
  expect(refusedBy(await 陈国强.call(followup.contest, { params: { report }, body: words }))).toBe(
    'report.not-found',
  )
})
