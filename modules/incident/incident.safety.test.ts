import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import * as dispatch from '@open110/modules/dispatch/api'
import * as incident from '@open110/modules/incident/api'
import * as reportApi from '@open110/modules/report/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'

/** 陈国强 is in 丽水 today, can speak, and is no special case. */
const here = { fix: { lng: 119.92, lat: 28.455, crs: 'wgs84' } }
let town: Town
let 赵敏: StaffHere
let 值班长: StaffHere
let 民警: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  民警 = await town.staff('unit-1@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

async function working() {
  const 陈国强 = await town.citizen('陈国强')
  const report = await 陈国强.sends(here)
  await 赵敏.receives(report)
  return { 陈国强, report, id: await 赵敏.accepts(report) }
}

test('[IN10] wrongly merged and taken out again, 林秋 is not told of officers who never came to her', async () => {
  const { id } = await working()
  const slip = await 赵敏.sends(id, '城东-1')
  const 林秋 = await town.citizen('林秋')
  const hers = await 林秋.sends({ words: '有人撬门' })
  await 赵敏.receives(hers)
  granted(await 赵敏.call(incident.mergeReport, { params: { incident: id }, body: { report: hers } }))
  for (const move of ['sign', 'depart', 'arrive'] as const) await 民警.moves(slip, move)
  expect(await 林秋.sees(hers)).toEqual(['已送达', '已接收', '已受理', '民警已出发', '民警已到场'])
  granted(
    await 赵敏.call(incident.unmergeReport, {
      params: { incident: id, report: hers },
      body: { reason: '不是同一件事' },
    }),
  )
  expect(await 林秋.sees(hers)).toEqual(['已送达', '已接收'])
  const facts = query({
    name: 'test.withdrawn',
    takes: z.object({ id: z.string() }),
    gives: z.object({ steps: z.array(z.string()) }),
    sql: `select array(select s->>'step' from jsonb_array_elements(facts->'withdrawn') s) as steps from audit
           where object = :id and act = 'incident.unmerge-report'`,
  })
  const { steps } = await town.db.one(facts, { id })
  expect(steps.toSorted()).toEqual(['accepted', 'en-route', 'on-scene'])

  const own = await 赵敏.accepts(hers)
  expect(await 林秋.sees(hers)).toEqual(['已送达', '已接收', '已受理'])
  await 赵敏.sends(own, '城东-2')
  expect(await 林秋.sees(hers)).toEqual(['已送达', '已接收', '已受理', '已派警'])
})

test('[IN10] a closed incident that goes on again is not done for its reporter, and is done once more at its end', async () => {
  const { 陈国强, report, id } = await working()
  await 值班长.closes(id, '当事人离开')
  expect(await 陈国强.sees(report)).toContain('已办结')
  granted(
    await 值班长.call(incident.moveIncident, {
      params: { incident: id },
      body: { move: 'revive', reason: '人又回来了' },
    }),
  )
  expect(await 陈国强.sees(report)).toEqual(['已送达', '已接收', '已受理'])
  expect((await 陈国强.view(report)).state).toBe('handling')
  await town.after(7_200)
  expect(await 赵敏.queue()).toContain(report)
  await 值班长.closes(id, '处理完毕')
  expect(await 陈国强.sees(report)).toContain('已办结')
})

test('[IN11] a silent report merged into a loud one makes the incident one that nobody may ring', async () => {
  const { id } = await working()
  const callSafe = async () => granted(await 赵敏.call(incident.get, { params: { incident: id } })).callSafe
  expect(await callSafe()).toBe(true)
  const 林秋 = await town.citizen('林秋')
  const hers = await 林秋.sends({ mode: 'silent', tag: 'burglary' })
  await 赵敏.receives(hers)
  granted(await 赵敏.call(incident.mergeReport, { params: { incident: id }, body: { report: hers } }))
  expect(await callSafe()).toBe(false)
})

test('[DI12] a unit that was called off keeps the number of its errand and learns nothing more of the people', async () => {
  const { 陈国强, report, id } = await working()
  const slip = await 赵敏.sends(id, '城东-1')
  const card = async () => granted(await 民警.call(dispatch.myUnit)).cards.find((one) => one.slip.id === slip)
  expect((await card())?.incident).toMatchObject({
    narrative: '有人在撬我家的门',
    wgs84: { lat: expect.any(Number) as number },
  })
  await 赵敏.moves(slip, 'cancel', { reason: '另派' })
  await 陈国强.adds(report, '我改到三楼302躲着')
  const ended = await card()
  expect(ended?.slip.state).toBe('cancelled')
  expect(Object.keys(ended?.incident ?? {}).toSorted()).toEqual([
    'attachments',
    'callSafe',
    'category',
    'categoryCode',
    'dangers',
    'facts',
    'id',
    'level',
    'narrative',
    'number',
    'raised',
    'supplements',
  ])
  expect(ended?.incident).toMatchObject({
    narrative: '',
    supplements: [],
    attachments: [],
    facts: {},
    callSafe: false,
  })
})

test('[AU3] who opened the incident and its report is on record once for a while, and a second person again', async () => {
  const { report, id } = await working()
  const looks = async () => {
    const rows = query({
      name: 'test.looks',
      takes: z.object({ objects: z.array(z.string()) }),
      gives: z.object({ actor: z.string(), act: z.string() }),
      sql: `select actor, act from audit where object = any(:objects) and act in ('report.get', 'incident.get') order by id`,
    })
    return (await town.db.all(rows, { objects: [report, id] })).map(({ actor, act }) => [actor, act])
  }
  const look = async (who: StaffHere) => {
    granted(await who.call(reportApi.get, { params: { report } }))
    granted(await who.call(incident.get, { params: { incident: id } }))
  }
  await look(赵敏)
  await look(赵敏)
  await look(值班长)
  await town.after(301)
  await look(赵敏)
  const both = (who: StaffHere) => [
    [who.id, 'report.get'],
    [who.id, 'incident.get'],
  ]
  expect(await looks()).toEqual([...both(赵敏), ...both(值班长), ...both(赵敏)])
  // What cannot be put on record is not shown.
  await town.after(301)
  await town.db.pool.query('alter table audit rename to audit_gone')
  const blind = 赵敏.call(incident.get, { params: { incident: id } })
  await expect(blind).rejects.toThrow('not answered')
  await town.db.pool.query('alter table audit_gone rename to audit')
})

test('[IN12] what is found invalid is so for its reporter too, who reads why, and comes back with its incident alone', async () => {
  const { 陈国强, report, id } = await working()
  const moves = (who: StaffHere, move: string, reason?: string) =>
    who.call(incident.moveIncident, { params: { incident: id }, body: { move, reason } })
  const other = await 陈国强.sends(here)
  await 赵敏.receives(other)
  granted(await 赵敏.call(incident.mergeReport, { params: { incident: id }, body: { report: other } }))
  const seen = async (which: string) => {
    const { state, outcome } = await 陈国强.view(which)
    return [state, outcome]
  }
  const ask = moves(赵敏, 'invalidate', '误拨,本人已确认平安')
  expect(refusedBy(await ask)).toBe('incident.second-person-needed')
  granted(await moves(值班长, 'invalidate', '误拨,本人已确认平安'))
  expect(await seen(report)).toEqual(['invalid', '误拨,本人已确认平安'])
  expect(await seen(other)).toEqual(['invalid', '误拨,本人已确认平安'])
  const alone = 值班长.call(reportApi.moveReport, {
    params: { report },
    body: { move: 'restore', reason: '再看一看' },
  })
  expect(refusedBy(await alone)).toBe('move.not-now')
  granted(await moves(值班长, 'revalidate', '回访后确有其事'))
  expect(await seen(report)).toEqual(['accepted', undefined])
  expect(await seen(other)).toEqual(['merged', undefined])
  const slip = await 赵敏.sends(id, '城东-1')
  for (const move of ['sign', 'depart'] as const) await 民警.moves(slip, move)
  expect(await seen(report)).toEqual(['handling', undefined])
})
