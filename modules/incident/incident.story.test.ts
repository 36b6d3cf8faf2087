import { afterAll, beforeAll, expect, test } from 'vitest'
import * as desk from '@open110/modules/desk/api'
import * as incident from '@open110/modules/incident/api'
import * as report from '@open110/modules/report/api'
import { granted, openTown, refusedBy, type CitizenHere, type StaffHere, type Town } from '@open110/town'
import { plusSeconds } from '@open110/kit/time'
import { isIncidentNumber } from './incident.number.ts'

let town: Town
let 林秋: CitizenHere
let 王桂芳: CitizenHere
let 赵敏: StaffHere
let 汪韬: StaffHere
let 值班长: StaffHere
beforeAll(async () => {
  town = await openTown()
  ;[林秋, 王桂芳] = [await town.citizen('林秋'), await town.citizen('王桂芳')]
  赵敏 = await town.staff('zhaomin@lishui')
  汪韬 = await town.staff('wangtao@lishui')
  值班长 = await town.staff('officer@lishui')
  await 赵敏.sits(1)
  await 汪韬.sits(2)
})
afterAll(() => town.close())

const received = async (who = 林秋, words?: string) => {
  const id = await who.sends(words === undefined ? {} : { words })
  await 赵敏.receives(id)
  return id
}
const accepted = async () => {
  const from = await received()
  return { from, id: await 赵敏.accepts(from) }
}
const whole = async (id: string) => granted(await 赵敏.call(incident.get, { params: { incident: id } }))
const moves = (who: StaffHere, id: string, move: string, reason?: string) =>
  who.call(incident.moveIncident, { params: { incident: id }, body: { move, reason } })
const corrects = (who: StaffHere, id: string, version: number, what: object) =>
  who.call(incident.correct, { params: { incident: id }, body: { version, ...what } })

test('[IN1] ten accepted at once have ten numbers in a row, each of the division and the day, each checked', async () => {
  const reports = await Promise.all(Array.from({ length: 10 }, () => received()))
  const ids = await Promise.all(reports.map((id) => 赵敏.accepts(id)))
  const numbers = (await Promise.all(ids.map(whole))).map(({ number }) => number)
  expect(new Set(numbers).size).toBe(10)
  for (const number of numbers) {
    expect(number).toMatch(/^33110220261121/)
    expect(isIncidentNumber(number)).toBe(true)
  }
  const serials = numbers.map((number) => Number(number.slice(14, 20))).toSorted((a, b) => a - b)
  expect(serials).toEqual(Array.from({ length: 10 }, (_, n) => serials[0]! + n))
  const again = 赵敏.call(incident.accept, { body: { report: reports[0]!, category: '1003', level: 1 } })
  expect(refusedBy(await again)).toBe('report.already-accepted')
})

test('[IN2] what was first recorded stays; what is found true lies beside it with who and when', async () => {
  const { id } = await accepted()
  const place = { words: '囿山路18号', wgs84: { lng: 119.924, lat: 28.454 }, from: 'desk' as const }
  const before = await whole(id)
  granted(await corrects(汪韬, id, before.version, { level: 2, category: '1004', place }))
  const after = await whole(id)
  expect(after.level).toMatchObject({ initial: 1, confirmed: 2, confirmedBy: '汪韬' })
  expect(after.category).toMatchObject({ initial: '1003', confirmed: '1004', confirmedBy: '汪韬' })
  expect(after.place).toMatchObject({ initial: before.place.initial, confirmed: place })
  expect(after.place.confirmedAt).toBeDefined()
  granted(await corrects(赵敏, id, after.version, { level: 3 }))
  const last = await whole(id)
  expect(last.level).toMatchObject({ initial: 1, confirmed: 3, confirmedBy: '赵敏' })
  expect(last.category.confirmedBy).toBe('汪韬')
  expect(last.timeline.map(({ what, by }) => `${what} ${by}`)).toEqual([
    'incident.accept 赵敏',
    'incident.correct 汪韬',
    'incident.correct 赵敏',
  ])
  const odd = corrects(赵敏, id, last.version, { category: '9999' })
  expect(refusedBy(await odd)).toBe('incident.category-invalid')
})

test('[IN3] an answer fills a free field, and never one that a person has entered, however often it is tapped', async () => {
  const from = await received()
  await 林秋.answers(from, 'floor', 'second-fifth')
  const id = await 赵敏.accepts(from)
  expect((await whole(id)).facts['floor']).toMatchObject({ value: 'second-fifth', from: 'answer' })
  granted(await corrects(赵敏, id, (await whole(id)).version, { facts: { floor: '三楼', suspects: '两人' } }))
  for (const option of ['ground', 'basement']) await 林秋.answers(from, 'floor', option)
  await 林秋.answers(from, 'how-many', 'several')
  const { facts, version } = await whole(id)
  expect([facts['floor'], facts['suspects']]).toMatchObject([
    { value: '三楼', from: 'desk' },
    { value: '两人', from: 'desk' },
  ])
  expect(granted(await corrects(赵敏, id, version, { facts: { floor: '四楼' } })).facts['floor']?.value).toBe(
    '四楼',
  )
})

test('[IN4] a move that the table does not list is refused with those that are open, and changes nothing', async () => {
  const { id } = await accepted()
  const before = await whole(id)
  for (const move of ['revive', 'revalidate', 'resume', 'dispatch', 'arrive', 'merge', 'no-such-move']) {
    const no = await moves(赵敏, id, move)
    expect(refusedBy(no)).toBe('move.not-now')
    expect(no).toMatchObject({ facts: { move, open: ['hold', 'close', 'invalidate'] } })
  }
  expect(await whole(id)).toEqual(before)
  expect(before.openMoves).toEqual(['hold', 'close', 'invalidate'])
  expect(refusedBy(await moves(赵敏, id, 'invalidate', '误拨'))).toBe('incident.second-person-needed')
  granted(await moves(汪韬, id, 'invalidate', '误拨'))
  expect(refusedBy(await moves(赵敏, id, 'revalidate', '是真的'))).toBe('move.denied')
  expect(granted(await moves(值班长, id, 'revalidate', '是真的')).state).toBe('accepted')
  const held = granted(
    await 赵敏.call(incident.moveIncident, {
      params: { incident: id },
      body: { move: 'hold', reason: '等报警人回复', nextAt: plusSeconds(town.clock.now(), 600) },
    }),
  )
  expect(held.state).toBe('pending')
  expect((await whole(id)).nextAt).toBeDefined()
  expect(granted(await moves(赵敏, id, 'resume')).version).toBe(held.version + 1)
})

test('[IN5] closing waits for every slip, and for a feedback or a reason; then the reporter is told', async () => {
  const { from, id } = await accepted()
  const slip = await 赵敏.sends(id, '城东-1')
  expect(refusedBy(await moves(赵敏, id, 'close', '处理完毕'))).toBe('move.not-now')
  await 赵敏.moves(slip, 'cancel', { reason: '报警人撤回' })
  expect((await whole(id)).state).toBe('accepted')
  expect(refusedBy(await moves(赵敏, id, 'close'))).toBe('incident.feedback-missing')
  expect(refusedBy(await moves(赵敏, id, 'close', '   '))).toBe('incident.feedback-missing')
  expect(await 林秋.sees(from)).not.toContain('已办结')
  expect(granted(await moves(赵敏, id, 'close', '报警人撤回,已核实安全')).state).toBe('closed')
  expect(await 林秋.sees(from)).toContain('已办结')
  expect((await whole(id)).closeReason).toBe('报警人撤回,已核实安全')
})

test('[IN5] with one of two slips still open nothing closes; with a feedback no reason is asked', async () => {
  const { id } = await accepted()
  const [first, second] = [await 赵敏.sends(id, '城东-1'), await 赵敏.sends(id, '城东-2')]
  const 民警 = await town.staff('unit-1@lishui')
  for (const step of ['sign', 'depart', 'arrive', 'settle'] as const) await 民警.moves(first, step)
  await 民警.moves(first, 'report', { feedback: { outcome: 'nothing-found', words: '现场无人' } })
  await 值班长.moves(first, 'close')
  expect(refusedBy(await moves(赵敏, id, 'close', '完毕'))).toBe('move.not-now')
  await 赵敏.moves(second, 'cancel', { reason: '一组已够' })
  expect((await whole(id)).state).toBe('reported')
  expect(granted(await moves(赵敏, id, 'close')).state).toBe('closed')
})

test('[IN6] a neighbour’s report is hinted at with figures, and stays what it is until a person decides', async () => {
  const { id } = await accepted()
  const second = await received(王桂芳, '中山街那边有人在撬门')
  const fix = { lng: 119.9235, lat: 28.4539, crs: 'wgs84', accuracyMetres: 20 }
  await 王桂芳.call(report.supplement, { params: { report: second }, body: { fix } })
  const hints = granted(await 赵敏.call(incident.similar, { params: { report: second } }))
  const hint = hints.find((one) => one.incident?.id === id)
  expect(hint?.reasons.find(({ kind }) => kind === 'near')?.value).toBeLessThan(100)
  await town.after(600)
  expect((await 王桂芳.view(second)).state).toBe('received')
  expect((await whole(id)).reports).toHaveLength(1)
})

test('[IN7] merged, each reporter keeps a dialogue of their own; taken out with a reason, the report waits as received', async () => {
  await 赵敏.sits(1)
  const { from, id } = await accepted()
  const second = await received(王桂芳, '隔壁在撬门')
  await 林秋.writes(from, '只给我看的')
  const merge = (what: string) =>
    赵敏.call(incident.mergeReport, { params: { incident: id }, body: { report: what } })
  const unmerge = (what: string, reason?: string) =>
    赵敏.call(incident.unmergeReport, { params: { incident: id, report: what }, body: { reason } })
  granted(await merge(second))
  expect(refusedBy(await merge(second))).toBe('report.already-merged')
  expect((await whole(id)).reports.map((one) => [one.id, one.isMain])).toEqual([
    [from, true],
    [second, false],
  ])
  await 王桂芳.writes(second, '我是邻居')
  expect((await 王桂芳.view(second)).messages.map(({ words }) => words)).toEqual(['我是邻居'])
  expect((await 林秋.view(from)).messages.map(({ words }) => words)).toEqual(['只给我看的'])
  expect((await 王桂芳.view(second)).state).toBe('merged')
  expect(refusedBy(await unmerge(second))).toBe('reason.missing')
  expect(refusedBy(await unmerge(from, '拆开'))).toBe('report.not-merged')
  granted(await unmerge(second, '是另一栋楼'))
  expect((await 王桂芳.view(second)).state).toBe('received')
  expect((await whole(id)).reports.map((one) => one.id)).toEqual([from])
  const row = granted(await 赵敏.call(desk.queue, { params: { desk: 'lishui' } })).find(
    (one) => one.report === second,
  )
  expect(row).toMatchObject({ state: 'received', owner: { name: '赵敏' } })
  expect(row?.incident).toBeUndefined()
  expect((await whole(await 赵敏.accepts(second))).number).not.toBe((await whole(id)).number)
})

test('[IN7] a merged report follows its incident to the end', async () => {
  const { id } = await accepted()
  const second = await received(王桂芳, '隔壁在撬门')
  granted(await 赵敏.call(incident.mergeReport, { params: { incident: id }, body: { report: second } }))
  await 赵敏.sends(id, '城西-1')
  expect(await 王桂芳.sees(second)).toEqual(['已送达', '已接收', '已受理', '已派警'])
})

test('[IN8] of two who edit the same version the later is told who and when, and both changes survive', async () => {
  const { id } = await accepted()
  const { version } = await whole(id)
  const both = await Promise.all([
    corrects(赵敏, id, version, { narrative: '撬门,嫌疑人已离开' }),
    corrects(汪韬, id, version, { dangers: ['armed'] }),
  ])
  const late = both.find((answer) => 'refused' in answer)
  expect(both.filter((answer) => 'version' in answer)).toHaveLength(1)
  expect(late).toMatchObject({ refused: 'incident.changed-meanwhile', facts: { version: version + 1 } })
  const winner = 'refused' in both[0]! ? '汪韬' : '赵敏'
  expect(late && 'facts' in late && late.facts['by']).toBe(winner)
  const now = await whole(id)
  granted(
    await (winner === '赵敏'
      ? corrects(汪韬, id, now.version, { dangers: ['armed'] })
      : corrects(赵敏, id, now.version, { narrative: '撬门,嫌疑人已离开' })),
  )
  expect(await whole(id)).toMatchObject({
    narrative: '撬门,嫌疑人已离开',
    dangers: ['armed'],
    version: version + 2,
  })
})

test('[IN9] for another desk the incident does not exist, and is told apart in nothing from one that never was', async () => {
  const { from, id } = await accepted()
  const 绍兴 = await town.staff('zhaomin@shaoxing')
  const never = 'in_00000000000000000000000000'
  const ask = (what: string) => [
    绍兴.call(incident.get, { params: { incident: what } }),
    moves(绍兴, what, 'close', '完毕'),
    corrects(绍兴, what, 1, { level: 4 }),
    绍兴.call(incident.mergeReport, { params: { incident: what }, body: { report: from } }),
    绍兴.call(incident.unmergeReport, { params: { incident: what, report: from }, body: { reason: '不是' } }),
  ]
  const theirs = await Promise.all(ask(id))
  expect(theirs.map(refusedBy)).toEqual(Array.from({ length: 5 }, () => 'incident.not-found'))
  expect(theirs).toEqual(await Promise.all(ask(never)))
  expect(granted(await 绍兴.call(incident.list))).toEqual([])
  expect(
    granted(await 赵敏.call(incident.list, { query: { search: (await whole(id)).number } })).map(
      (row) => row.id,
    ),
  ).toEqual([id])
})
