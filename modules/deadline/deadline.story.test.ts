import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import * as dispatch from '@open110/modules/dispatch/api'
import * as incident from '@open110/modules/incident/api'
import * as reports from '@open110/modules/report/api'
import { granted, openTown, refusedBy, type CitizenHere, type StaffHere, type Town } from '@open110/town'
import * as api from './deadline.api.ts'
import { defaultDeadlinePolicy } from './deadline.policy.ts'
import type { ClockName, Deadline } from './deadline.ts'

let town: Town
let 林秋: CitizenHere
let 赵敏: StaffHere
let 值班长: StaffHere
let 民警: StaffHere
beforeAll(async () => {
  town = await openTown()
  林秋 = await town.citizen('林秋')
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  民警 = await town.staff('unit-1@lishui')
  await 赵敏.sits(1)
  await 值班长.sits(2)
})
afterAll(() => town.close())

async function accepted(how: { category?: string; level?: number } = {}): Promise<string> {
  const report = await 林秋.sends()
  await 赵敏.receives(report)
  return 赵敏.accepts(report, how)
}
const clocksOf = async (id: string) => granted(await 赵敏.call(api.ofIncident, { params: { incident: id } }))
async function clockOf(id: string, name: ClockName): Promise<Deadline> {
  const found = (await clocksOf(id)).findLast(({ clock }) => clock === name)
  if (!found) throw new Error(`no clock ${name}`)
  return found
}
/** What was told of one clock, in order. */
async function toldOf(deadline: string): Promise<string[]> {
  const told = query({
    name: 'test.deadline-told',
    takes: z.object({ deadline: z.string() }),
    gives: z.object({ type: z.string(), to: z.optional(z.string()) }),
    sql: `select type, data->>'to' as to from event where type like 'deadline.%' and data->>'deadline' = :deadline
           order by cursor`,
  })
  return (await town.db.all(told, { deadline })).map(({ type, to }) => (to ? `${type} ${to}` : type))
}
/** The phone presses with its own clock, so many seconds ago. */
const presses = async (slip: string, move: string, secondsAgo = 0) =>
  granted(
    await 民警.call(dispatch.moveSlip, {
      params: { slip },
      body: { move, madeAt: plusSeconds(town.clock.now(), -secondsAgo) },
    }),
  )

test('[DL4] receiving, accepting, sending and signing each stop a clock and start the next', async () => {
  const id = await accepted()
  const slip = await 赵敏.sends(id, '城东-1')
  await presses(slip, 'sign')
  const clocks = await clocksOf(id)
  expect(clocks.map(({ clock, state }) => `${clock} ${state}`)).toEqual([
    'receive settled',
    'accept settled',
    'dispatch settled',
    'arrive running',
    'sign settled',
    'depart running',
  ])
  expect(clocks.filter(({ state }) => state === 'settled').every(({ outcome }) => outcome === 'met')).toBe(
    true,
  )
  expect(clocks.at(-1)).toMatchObject({ owner: { kind: 'unit', name: '城东-1' }, number: expect.any(String) })
  await 民警.moves(slip, 'depart')
  await 赵敏.moves(slip, 'stand-down', { reason: '误报' })
})

test('[DL4] what changes nothing for the clocks writes nothing; what was open before there were clocks gets its own', async () => {
  const id = await accepted({ level: 3 })
  const versions = async () =>
    (await town.db.pool.query('select id, xmin::text from deadline where incident = $1 order by id', [id]))
      .rows
  const before = await versions()
  const { version } = granted(await 赵敏.call(incident.get, { params: { incident: id } }))
  granted(
    await 赵敏.call(incident.correct, { params: { incident: id }, body: { narrative: '门锁被撬', version } }),
  )
  expect(await versions()).toEqual(before)
  await town.db.pool.query('delete from deadline where incident = $1', [id])
  await town.restart()
  await town.settle()
  expect((await clocksOf(id)).map(({ clock }) => clock)).toEqual(['dispatch'])
  await 赵敏.closes(id, '重复')
})

test('[DL6] a slip that nobody signs urges at 60 s, is red at 180 s with another unit wished for, and is told once', async () => {
  const id = await accepted({ level: 3 })
  const slip = await 赵敏.sends(id, '城东-1')
  const sign = await clockOf(id, 'sign')
  await town.after(58)
  expect(await toldOf(sign.id)).toEqual([])
  await town.after(4)
  expect(await toldOf(sign.id)).toEqual(['deadline.warned'])
  expect((await clockOf(id, 'sign')).state).toBe('warned')
  await town.after(120)
  const red = ['deadline.warned', 'deadline.overdue', 'deadline.escalated next-unit']
  expect(await toldOf(sign.id)).toEqual(red)
  expect(await clockOf(id, 'sign')).toMatchObject({ state: 'overdue', escalatedTo: ['next-unit'] })
  await town.restart()
  await town.after(121)
  expect(await toldOf(sign.id)).toEqual([...red, 'deadline.escalated supervisor'])
  await presses(slip, 'sign')
  expect(await toldOf(sign.id)).toEqual([...red, 'deadline.escalated supervisor', 'deadline.settled'])
  expect((await clockOf(id, 'sign')).outcome).toBe('breached')
  await 赵敏.moves(slip, 'stand-down', { reason: '误报' })
})

test('[DL5] an arrival in a dead zone counts when it happened; the breach that was told is taken back', async () => {
  const id = await accepted()
  const slip = await 赵敏.sends(id, '城东-1')
  await presses(slip, 'sign')
  await town.after(400)
  const arrive = await clockOf(id, 'arrive')
  expect(arrive).toMatchObject({ state: 'overdue' })
  await presses(slip, 'depart', 390)
  await presses(slip, 'arrive', 200)
  expect(await clockOf(id, 'arrive')).toMatchObject({ state: 'settled', outcome: 'met' })
  expect(await clockOf(id, 'depart')).toMatchObject({ outcome: 'met' })
  expect((await clockOf(id, 'arrive')).overdueAt).toBeDefined()
  expect((await toldOf(arrive.id)).at(-1)).toBe('deadline.settled')
  await 赵敏.moves(slip, 'stand-down', { reason: '误报' })
  expect(await clockOf(id, 'first-feedback')).toMatchObject({ outcome: 'dropped' })
})

test('[DL7] a level that is raised brings the due moment nearer, and says so', async () => {
  const id = await accepted({ level: 3 })
  const before = await clockOf(id, 'dispatch')
  expect(before.dueAt).toBe(plusSeconds(before.startedAt, 300))
  const { version } = granted(await 赵敏.call(incident.get, { params: { incident: id } }))
  granted(await 赵敏.call(incident.correct, { params: { incident: id }, body: { level: 1, version } }))
  expect((await clockOf(id, 'dispatch')).dueAt).toBe(plusSeconds(before.startedAt, 30))
  expect(await toldOf(before.id)).toEqual(['deadline.changed'])
  await 赵敏.closes(id, '重复')
})

test('[DL7] what has ended stays as it ended, whatever level is recorded later', async () => {
  const id = await accepted({ level: 3 })
  await town.after(100)
  const slip = await 赵敏.sends(id, '城东-1')
  const before = await clockOf(id, 'dispatch')
  expect(before.outcome).toBe('met')
  const { version } = granted(await 赵敏.call(incident.get, { params: { incident: id } }))
  granted(await 赵敏.call(incident.correct, { params: { incident: id }, body: { level: 1, version } }))
  expect(await clockOf(id, 'dispatch')).toEqual({ ...before, level: 1 })
  await 赵敏.moves(slip, 'cancel', { reason: '派错' })
  await 赵敏.closes(id, '重复')
})

test('[DL14] a report that is declined and restored has a clock of its own again', async () => {
  const report = await 林秋.sends()
  await 赵敏.receives(report)
  const moves = (who: StaffHere, move: 'invalidate' | 'restore') =>
    who.call(reports.moveReport, { params: { report }, body: { move, reason: '误拨' } })
  granted(await moves(值班长, 'invalidate'))
  await town.after(50)
  granted(await moves(值班长, 'restore'))
  const id = await 赵敏.accepts(report)
  const clocks = (await clocksOf(id)).filter(({ clock }) => clock === 'accept')
  expect(clocks.map(({ state }) => state)).toEqual(['settled', 'settled'])
  expect(Date.parse(clocks[1]!.startedAt) - Date.parse(clocks[0]!.stoppedAt!)).toBeGreaterThan(49_000)
  await 赵敏.closes(id, '重复')
})

test('[DL8] an incident on hold stands still; its clock goes on with what was left', async () => {
  const id = await accepted({ level: 3 })
  const due = (await clockOf(id, 'dispatch')).dueAt!
  await town.after(100)
  const body = { move: 'hold', reason: '等报警人回复', nextAt: plusSeconds(town.clock.now(), 3_600) }
  granted(await 赵敏.call(incident.moveIncident, { params: { incident: id }, body }))
  await town.after(1_000)
  const paused = await clockOf(id, 'dispatch')
  expect(paused).toMatchObject({ state: 'paused', paused: { reason: '等报警人回复' } })
  expect(paused.dueAt).toBeUndefined()
  expect(paused.leftSeconds).toBeGreaterThan(190)
  granted(await 赵敏.call(incident.moveIncident, { params: { incident: id }, body: { move: 'resume' } }))
  const after = await clockOf(id, 'dispatch')
  expect(after.state).not.toBe('overdue')
  const stood = Date.parse(after.dueAt!) - Date.parse(due)
  expect(Math.round(stood / 1_000)).toBe(1_000)
  await 赵敏.closes(id, '重复')
})

test('[DL8] a supervisor pauses one clock with a reason and lets it go on; nobody else does, and it is on record', async () => {
  const id = await accepted({ level: 3 })
  const { id: deadline, dueAt } = await clockOf(id, 'dispatch')
  const params = { deadline }
  const pause = (who: StaffHere, reason: string, seconds = 3_600) =>
    who.call(api.pause, { params, body: { reason, until: plusSeconds(town.clock.now(), seconds) } })
  expect(refusedBy(await pause(赵敏, '等家属'))).toMatch(/denied|not-found/)
  expect(refusedBy(await pause(值班长, ' '))).toBe('reason.missing')
  expect(refusedBy(await pause(值班长, '等家属', -1))).toBe('deadline.in-past')
  const paused = granted(await pause(值班长, '等家属'))
  expect(paused).toMatchObject({ state: 'paused', paused: { reason: '等家属' } })
  expect(refusedBy(await pause(值班长, '再等'))).toBe('deadline.already-paused')
  await town.after(900)
  expect(await toldOf(deadline)).toEqual(['deadline.changed'])
  const going = granted(await 值班长.call(api.resume, { params }))
  expect(Math.round((Date.parse(going.dueAt!) - Date.parse(dueAt!)) / 1_000)).toBe(900)
  expect(refusedBy(await 值班长.call(api.resume, { params }))).toBe('deadline.not-paused')
  const acts = await town.db.pool.query('select act from audit where object = $1 order by id', [deadline])
  expect(acts.rows.map(({ act }: { act: string }) => act)).toEqual([
    'refused:reason.missing',
    'refused:deadline.in-past',
    'deadline.pause',
    'refused:deadline.already-paused',
    'deadline.resume',
    'refused:deadline.not-paused',
  ])
  await 赵敏.closes(id, '重复')
  expect(await clockOf(id, 'dispatch')).toMatchObject({ outcome: 'dropped' })
})

test('[DL8] a pause that nobody ends is over when it was said to be, and the clock goes on', async () => {
  const id = await accepted({ level: 3 })
  const { id: deadline, dueAt } = await clockOf(id, 'dispatch')
  const until = plusSeconds(town.clock.now(), 400)
  granted(await 值班长.call(api.pause, { params: { deadline }, body: { reason: '等家属', until } }))
  await town.after(399)
  expect((await clockOf(id, 'dispatch')).state).toBe('paused')
  await town.after(3)
  const after = await clockOf(id, 'dispatch')
  expect(after).toMatchObject({ state: 'running' })
  expect(Math.round((Date.parse(after.dueAt!) - Date.parse(dueAt!)) / 1_000)).toBe(400)
  expect(await toldOf(deadline)).toEqual(['deadline.changed', 'deadline.changed'])
  await 赵敏.closes(id, '重复')
})

test('[DL10] a new policy is for clocks that begin under it; one in the wrong order is refused, an unreadable one replaced', async () => {
  const early = await accepted({ level: 3 })
  const policy = structuredClone(defaultDeadlinePolicy)
  policy.clocks.dispatch.limits = { targetSeconds: 10, warnSeconds: 20, dueSeconds: 40 }
  const wrong = structuredClone(policy)
  wrong.clocks.sign.limits.warnSeconds = 999
  expect(refusedBy(await 值班长.call(api.setPolicy, { body: { policy: wrong } }))).toBe('input.invalid')
  expect(refusedBy(await 赵敏.call(api.setPolicy, { body: { policy } }))).toMatch(/denied/)
  granted(await 值班长.call(api.setPolicy, { body: { policy } }))
  const late = await accepted({ level: 3 })
  const span = ({ startedAt, dueAt }: Deadline) => (Date.parse(dueAt!) - Date.parse(startedAt)) / 1_000
  expect(span(await clockOf(early, 'dispatch'))).toBe(300)
  expect(span(await clockOf(late, 'dispatch'))).toBe(40)
  expect(granted(await 值班长.call(api.policy)).now.policy.clocks.dispatch.limits.dueSeconds).toBe(40)
  await town.db.pool.query(`update deadline_policy set policy = '{"version": 1, "clocks": 7}'`)
  expect(span(await clockOf(await accepted({ level: 3 }), 'dispatch'))).toBe(300)
  expect(town.logged()).toContain('a deadline policy cannot be read')
})

test('[DL11] the board has my desk with the most overdue first, and nothing of another desk', async () => {
  await town.after(700)
  const board = granted(await 赵敏.call(api.board))
  expect(board.counts.overdue).toBeGreaterThanOrEqual(2)
  const dues = board.deadlines.flatMap(({ state, dueAt }) => (state === 'paused' ? [] : (dueAt ?? [])))
  expect(dues).toEqual(dues.toSorted())
  const 绍兴 = await town.staff('zhaomin@shaoxing')
  expect(granted(await 绍兴.call(api.board)).deadlines).toEqual([])
  const params = { incident: board.deadlines[0]!.incident! }
  expect(refusedBy(await 绍兴.call(api.ofIncident, { params }))).toBe('incident.not-found')
})

test('[DL12] the sheet counts each slip in its range, and those of one incident with several apart', async () => {
  const from = town.clock.now()
  const one = await accepted()
  await presses(await 赵敏.sends(one, '城东-1'), 'sign')
  const two = await accepted()
  const signed = await 赵敏.sends(two, '城东-1')
  await 赵敏.sends(two, '城东-2')
  await town.after(45)
  await presses(signed, 'sign')
  const { single, several } = granted(await 赵敏.call(api.buckets, { query: { from, to: town.clock.now() } }))
  expect(single.sign).toMatchObject({ counts: [1, 0, 0, 0, 0], total: 1, running: 0 })
  expect(several.sign).toMatchObject({ counts: [0, 1, 0, 0, 0], total: 1, running: 1 })
})
