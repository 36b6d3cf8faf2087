import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import * as incident from '@open110/modules/incident/api'
import { granted, openTown, refusedBy, type CitizenHere, type StaffHere, type Town } from '@open110/town'

/** 陈国强 is in 丽水 today, can speak, and is no special case. */
const here = { fix: { lng: 119.92, lat: 28.455, crs: 'wgs84' } }
let town: Town
let 陈国强: CitizenHere
let 王桂芳: CitizenHere
let 赵敏: StaffHere
let 汪韬: StaffHere
let 值班长: StaffHere
let 民警: StaffHere
beforeAll(async () => {
  town = await openTown()
  ;[陈国强, 王桂芳] = [await town.citizen('陈国强'), await town.citizen('王桂芳')]
  赵敏 = await town.staff('zhaomin@lishui')
  汪韬 = await town.staff('wangtao@lishui')
  值班长 = await town.staff('officer@lishui')
  民警 = await town.staff('unit-1@lishui')
  await 赵敏.sits(1)
  await 汪韬.sits(2)
})
afterAll(() => town.close())

async function received(who: CitizenHere, words: string, what: object = here) {
  const id = await who.sends({ words, ...what })
  await 赵敏.receives(id)
  return id
}
async function accepted(who: CitizenHere, words = '两车相撞', level = 3) {
  const report = await received(who, words)
  return { report, id: await 赵敏.accepts(report, { level, category: '3002' }) }
}
const whole = async (id: string) => granted(await 赵敏.call(incident.get, { params: { incident: id } }))
const moves = (who: StaffHere, id: string, move: string, more: object = {}) =>
  who.call(incident.moveIncident, { params: { incident: id }, body: { move, reason: '说明', ...more } })
const merges = (id: string, into: string) =>
  赵敏.call(incident.mergeIncident, { params: { incident: id }, body: { into } })
const parts = (who: StaffHere, id: string, reason?: string) =>
  who.call(incident.unmergeIncident, { params: { incident: id }, body: { reason } })
const mergesReport = (id: string, report: string) =>
  赵敏.call(incident.mergeReport, { params: { incident: id }, body: { report } })
const told = query({
  name: 'test.told',
  takes: z.object({ type: z.string(), id: z.string() }),
  gives: z.object({ data: z.record(z.string(), z.unknown()) }),
  sql: `select data from event where type = :type and (data->>'incident' = :id or data->>'report' = :id) order by cursor`,
})
const eventsOf = async (type: string, id: string) =>
  (await town.db.all(told, { type, id })).map(({ data }) => data)

test('[IN13] held until a time: it comes back by itself, and the desk hears of it', async () => {
  const { id } = await accepted(陈国强)
  expect(refusedBy(await moves(赵敏, id, 'hold'))).toBe('incident.next-at-missing')
  const past = plusSeconds(town.clock.now(), -60)
  expect(refusedBy(await moves(赵敏, id, 'hold', { nextAt: past }))).toBe('incident.next-at-invalid')
  granted(await moves(赵敏, id, 'hold', { nextAt: plusSeconds(town.clock.now(), 600) }))
  await town.after(300)
  expect((await whole(id)).state).toBe('pending')
  await town.after(310)
  expect(await whole(id)).toMatchObject({ state: 'accepted' })
  expect((await whole(id)).nextAt).toBeUndefined()
  expect(await eventsOf('incident.due', id)).toEqual([{ incident: id, desk: 'lishui' }])
})

test('[IN14] level 1 is found invalid by two: one asks, asks again in vain, and after ten minutes it is asked anew', async () => {
  const { id } = await accepted(陈国强, '有人持刀', 1)
  const press = (who: StaffHere) => moves(who, id, 'invalidate')
  expect(await press(赵敏)).toMatchObject({
    refused: 'incident.second-person-needed',
    facts: { by: '赵敏' },
  })
  expect((await whole(id)).asks).toMatchObject([{ move: 'invalidate', by: '赵敏' }])
  expect(refusedBy(await press(赵敏))).toBe('incident.second-person-needed')
  await town.after(601)
  expect((await whole(id)).asks).toEqual([])
  expect(await press(汪韬)).toMatchObject({
    refused: 'incident.second-person-needed',
    facts: { by: '汪韬' },
  })
  expect(granted(await press(赵敏)).state).toBe('invalid')
  expect((await whole(id)).asks).toEqual([])
})

test('[IN15] what the reporter adds to a closed incident is work again, and stands where its slips say', async () => {
  const { report, id } = await accepted(陈国强)
  const slip = await 赵敏.sends(id, '城东-1')
  for (const step of ['sign', 'depart', 'arrive', 'settle'] as const) await 民警.moves(slip, step)
  await 民警.moves(slip, 'report', { feedback: { outcome: 'helped', words: '已劝离' } })
  await 值班长.moves(slip, 'close')
  await 值班长.closes(id)
  await 陈国强.adds(report, '他们又打起来了')
  expect((await whole(id)).state).toBe('reported')
  expect((await 陈国强.view(report)).state).toBe('handling')
  expect((await whole(id)).timeline.map(({ what }) => what)).toContain('incident.revive-by-citizen')

  await 值班长.closes(id, '已再次劝离')
  await town.after(31 * 86_400)
  const officer = await town.staff('officer@lishui')
  expect(refusedBy(await moves(officer, id, 'revive'))).toBe('move.not-now')
  const list = granted(await officer.call(incident.list, { query: { scope: 'closed' } }))
  expect(list.find((row) => row.id === id)?.state).toBe('archived')
  ;[赵敏, 汪韬, 值班长, 民警] = [
    await town.staff('zhaomin@lishui'),
    await town.staff('wangtao@lishui'),
    officer,
    await town.staff('unit-1@lishui'),
  ]
  await 赵敏.sits(1)
  await 汪韬.sits(2)
  ;[陈国强, 王桂芳] = [await town.citizen('陈国强'), await town.citizen('王桂芳')]
})

test('[IN16] an incident goes into another with its reports, its dangers and no open slip, and comes back as it was', async () => {
  const [one, two] = [await accepted(陈国强), await accepted(王桂芳, '撞车了')]
  const further = await received(王桂芳, '还是那起车祸')
  granted(await mergesReport(two.id, further))
  granted(
    await 赵敏.call(incident.correct, {
      params: { incident: two.id },
      body: { version: (await whole(two.id)).version, dangers: ['injured'] },
    }),
  )
  const slip = await 赵敏.sends(two.id, '城东-2')
  expect(refusedBy(await merges(two.id, one.id))).toBe('move.not-now')
  await 赵敏.moves(slip, 'cancel', { reason: '一组已够' })
  expect(refusedBy(await merges(two.id, two.id))).toBe('incident.merge-invalid')
  granted(await merges(two.id, one.id))
  expect(await whole(two.id)).toMatchObject({ state: 'merged', mergedInto: { id: one.id }, reports: [] })
  expect((await whole(one.id)).fused).toMatchObject([{ id: two.id, reports: 2 }])
  expect((await whole(one.id)).dangers).toEqual(['injured'])
  const reportsOf = async (id: string) => (await whole(id)).reports.map((each) => each.id).toSorted()
  expect(await reportsOf(one.id)).toEqual([one.report, two.report, further].toSorted())

  await 赵敏.sends(one.id, '城东-1')
  const own = (await 王桂芳.view(two.report)).ladder.map(({ step }) => step)
  expect(own).toContain('dispatched')
  const out = 赵敏.call(incident.unmergeReport, {
    params: { incident: one.id, report: two.report },
    body: { reason: '不是这起' },
  })
  expect(refusedBy(await out)).toBe('incident.unmerge-first')
  expect(refusedBy(await parts(赵敏, two.id, '不是这起'))).toBe('move.denied')
  expect(refusedBy(await parts(值班长, two.id))).toBe('reason.missing')
  granted(await parts(值班长, two.id, '另一个路口'))
  expect(await whole(two.id)).toMatchObject({ state: 'accepted', fused: [] })
  expect((await whole(two.id)).mergedInto).toBeUndefined()
  expect((await whole(two.id)).reports.map((each) => [each.id, each.isMain])).toEqual([
    [two.report, true],
    [further, false],
  ])
  expect(await reportsOf(one.id)).toEqual([one.report])
  expect((await 王桂芳.view(further)).state).toBe('merged')
})

test('[IN16] merged twice over, the innermost finds home from wherever its reports have gone', async () => {
  const [a, b, c] = [await accepted(陈国强), await accepted(王桂芳), await accepted(陈国强)]
  granted(await merges(a.id, b.id))
  granted(await merges(b.id, c.id))
  expect((await whole(c.id)).reports).toHaveLength(3)
  granted(await parts(值班长, a.id, '另一起'))
  expect((await whole(a.id)).reports.map((each) => each.id)).toEqual([a.report])
  granted(await parts(值班长, b.id, '也是另一起'))
  expect((await whole(b.id)).reports.map((each) => each.id)).toEqual([b.report])
  expect((await whole(c.id)).reports.map((each) => each.id)).toEqual([c.report])
})

test('[IN16] what was taken out of the whole meanwhile does not come back with the part', async () => {
  const [one, two] = [await accepted(陈国强), await accepted(王桂芳)]
  const further = await received(王桂芳, '还是那起车祸')
  granted(await mergesReport(two.id, further))
  granted(await merges(two.id, one.id))
  granted(
    await 赵敏.call(incident.unmergeReport, {
      params: { incident: one.id, report: further },
      body: { reason: '另一处' },
    }),
  )
  granted(await parts(值班长, two.id, '另一起'))
  expect((await whole(two.id)).reports.map((each) => each.id)).toEqual([two.report])
  expect(await 赵敏.queue()).toContain(further)
})

test('[IN7] a report wrongly merged is taken out also after the unit arrived, and after the end', async () => {
  const { id } = await accepted(陈国强)
  const [early, late] = [await received(王桂芳, '同一起'), await received(王桂芳, '也是')]
  for (const one of [early, late]) granted(await mergesReport(id, one))
  const slip = await 赵敏.sends(id, '城东-1')
  for (const step of ['sign', 'depart', 'arrive'] as const) await 民警.moves(slip, step)
  const out = async (report: string) =>
    granted(
      await 赵敏.call(incident.unmergeReport, {
        params: { incident: id, report },
        body: { reason: '不是同一起' },
      }),
    )
  await out(early)
  expect(await 王桂芳.sees(early)).toEqual(['已送达', '已接收'])
  for (const step of ['settle'] as const) await 民警.moves(slip, step)
  await 民警.moves(slip, 'report', { feedback: { outcome: 'helped', words: '已处理' } })
  await 值班长.moves(slip, 'close')
  await 值班长.closes(id)
  await out(late)
  expect(await 王桂芳.sees(late)).toEqual(['已送达', '已接收'])
  expect(await 赵敏.queue()).toContain(late)
})

test('[IN17] received, a second report is hinted at before anybody asks: with an incident, and with a report that is none yet', async () => {
  const where = { fix: { lng: 119.905, lat: 28.44, crs: 'wgs84' } }
  const first = await received(陈国强, '解放街路口货车起火', where)
  await town.settle()
  const second = await received(王桂芳, '解放街货车着火了', where)
  await town.settle()
  const own = (hints: Record<string, unknown>[]) => hints.map(({ incident: to, other }) => ({ to, other }))
  expect(own(await eventsOf('incident.hinted', second))).toEqual([{ to: undefined, other: first }])
  const id = await 赵敏.accepts(first, { level: 1, category: '5001' })
  const third = await received(王桂芳, '解放街口有辆货车在烧', where)
  await town.settle()
  expect((await eventsOf('incident.hinted', third))[0]).toMatchObject({ incident: id })
  const [hint] = granted(await 赵敏.call(incident.similar, { params: { report: third } }))
  expect(hint?.reasons.map(({ kind }) => kind)).toContain('near')
  expect((await whole(id)).reports).toHaveLength(1)
  // Another desk that looks is shown nothing of it.
  const 绍兴 = await town.staff('zhaomin@shaoxing')
  expect(refusedBy(await 绍兴.call(incident.similar, { params: { report: third } }))).toBe('report.not-found')
})

test('[IN18] who edits is named; another waits or takes over on record; a minute or an empty seat ends it', async () => {
  const { id } = await accepted(陈国强)
  const locks = (who: StaffHere, takeOver?: boolean) =>
    who.call(incident.lock, { params: { incident: id }, body: { ...(takeOver && { takeOver }) } })
  const corrects = async (who: StaffHere, more: object = {}) =>
    who.call(incident.correct, {
      params: { incident: id },
      body: { version: (await whole(id)).version, narrative: '已核实', ...more },
    })
  granted(await locks(赵敏))
  expect((await whole(id)).lock).toMatchObject({ name: '赵敏' })
  expect(await locks(汪韬)).toMatchObject({ refused: 'incident.locked', facts: { by: '赵敏' } })
  expect(refusedBy(await corrects(汪韬))).toBe('incident.locked')
  granted(await corrects(赵敏))
  granted(await corrects(汪韬, { takeOver: true }))
  expect((await whole(id)).lock).toMatchObject({ name: '汪韬' })
  const taken = query({
    name: 'test.taken-locks',
    takes: z.object({ id: z.string() }),
    gives: z.object({ actor: z.string() }),
    sql: `select actor from audit where object = :id and act = 'incident.take-lock'`,
  })
  expect(await town.db.all(taken, { id })).toEqual([{ actor: 汪韬.id }])
  await 汪韬.leaves(2)
  expect((await whole(id)).lock).toBeUndefined()
  granted(await locks(赵敏))
  await town.after(61)
  expect((await whole(id)).lock).toBeUndefined()
  expect(await eventsOf('incident.unlocked', id)).toHaveLength(2)
  granted(await locks(汪韬))
  const free = await 汪韬.call(incident.unlock, { params: { incident: id } })
  expect(granted(free).isFree).toBe(true)
})

test('[IN19] one report is pinned as the best view, of this incident only, and not for longer than it is part of it', async () => {
  const { id } = await accepted(陈国强)
  const [further, stranger] = [await received(王桂芳, '我拍到了'), await received(王桂芳, '别的事')]
  granted(await mergesReport(id, further))
  const pins = (report: string | null) =>
    赵敏.call(incident.bestView, { params: { incident: id }, body: { report } })
  expect(refusedBy(await pins(stranger))).toBe('report.not-merged')
  granted(await pins(further))
  expect((await whole(id)).bestView).toBe(further)
  granted(await pins(null))
  expect((await whole(id)).bestView).toBeUndefined()
  granted(await pins(further))
  granted(
    await 赵敏.call(incident.unmergeReport, {
      params: { incident: id, report: further },
      body: { reason: '拍的是另一处' },
    }),
  )
  expect((await whole(id)).bestView).toBeUndefined()
})

test('[IN20] reports and incidents are two numbers, and each adds up by what it is counted by', async () => {
  const from = town.clock.now()
  const { id } = await accepted(王桂芳)
  granted(await mergesReport(id, await received(王桂芳, '同一起')))
  const gone = await accepted(陈国强)
  granted(await merges(gone.id, id))
  await 王桂芳.sends(here)
  const counts = granted(
    await 赵敏.call(incident.counts, { query: { from, to: plusSeconds(town.clock.now(), 1) } }),
  )
  expect(counts).toMatchObject({ reports: 4, incidents: 1, mergedIncidents: 1, mergedReports: 2 })
  const sum = (rows: readonly { reports: number }[]) => rows.reduce((all, row) => all + row.reports, 0)
  expect(sum(counts.byMode)).toBe(counts.reports)
  expect(counts.byLevel).toEqual([{ level: 3, incidents: 1 }])
})
