import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import { defaultPolicy } from '@open110/modules/desk'
import * as desk from '@open110/modules/desk/api'
import { addPolicy } from '@open110/modules/desk/server'
import * as report from '@open110/modules/report/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const sitDown = (who: StaffHere, seat: number | string, at = who.org) =>
  who.call(desk.signIn, { params: { desk: at, seat: String(seat) } })
const seatsSeenBy = async (who: StaffHere) =>
  granted(await who.call(desk.seats, { params: { desk: who.org } })).seats.map(({ state, staffName }) => [
    state,
    staffName,
  ])
const people = async (city: string) => ({
  赵敏: await town.staff(`zhaomin@${city}`),
  王涛: await town.staff(`wangtao@${city}`),
  值班长: await town.staff(`officer@${city}`),
})

const told = (type: string, at: string) =>
  town.db.all(
    query({
      name: 'test.told',
      takes: z.object({ type: z.string(), desk: z.string() }),
      gives: z.object({ data: z.record(z.string(), z.unknown()), hearers: z.array(z.string()) }),
      sql: `select data, hearers from event where type = :type and data->>'desk' = :desk order by cursor`,
    }),
    { type, desk: at },
  )

test('[DE1] a seat is one person’s, and a person has one seat', async () => {
  const { 赵敏, 王涛: 汪韬 } = await people('lishui')
  await 赵敏.sits(1)
  const no = await sitDown(汪韬, 1)
  expect(refusedBy(no)).toBe('desk.seat-taken')
  expect(no).toMatchObject({ facts: { by: '赵敏', seat: 1 } })
  await 汪韬.sits(2)
  await 赵敏.sits(3)
  expect(await seatsSeenBy(汪韬)).toEqual([
    ['empty', undefined],
    ['live', '汪韬'],
    ['live', '赵敏'],
    ['empty', undefined],
  ])
  expect(refusedBy(await 汪韬.call(desk.signOut, { params: { desk: 'lishui', seat: '3' } }))).toBe(
    'desk.not-yours',
  )
  await 赵敏.sits(3)
  await 赵敏.leaves(3)
  await 汪韬.leaves(2)
})

test('[DE1] three who sit down at once get one seat between them, and one person who presses two seats gets one', async () => {
  const { 赵敏, 王涛: 汪韬, 值班长 } = await people('lishui')
  const taken = await Promise.all([赵敏, 汪韬, 值班长].map((who) => sitDown(who, 1)))
  expect(taken.filter((answer) => 'seat' in answer)).toHaveLength(1)
  for (const who of [赵敏, 汪韬, 值班长])
    await who.call(desk.signOut, { params: { desk: 'lishui', seat: '1' } })
  const both = await Promise.all([2, 3, 4].map((seat) => sitDown(赵敏, seat)))
  for (const answer of both) granted(answer)
  expect((await seatsSeenBy(赵敏)).filter(([, name]) => name === '赵敏')).toHaveLength(1)
})

test('[DE2] a silent seat is shown as stale to all, keeps what it holds, and may be sat at by somebody else', async () => {
  const { 赵敏, 王涛 } = await people('shaoxing')
  const 陈国强 = await town.citizen('陈国强')
  await 赵敏.sits(1)
  const id = await 陈国强.sends()
  await 赵敏.receives(id)
  const owner = async () => granted(await 王涛.call(report.get, { params: { report: id } })).staff?.owner
  expect(await owner()).toMatchObject({ name: '赵敏', seat: 1, state: 'live' })
  await town.after(46)
  expect((await seatsSeenBy(王涛))[0]).toEqual(['stale', '赵敏'])
  await town.after(3600)
  expect(await owner()).toMatchObject({ name: '赵敏', state: 'stale' })
  const stale = (await told('desk.seat-changed', 'shaoxing')).filter(({ data }) => data['state'] === 'stale')
  expect(stale).toEqual([{ data: { desk: 'shaoxing', seat: 1, state: 'stale' }, hearers: ['org:shaoxing'] }])
  granted(await sitDown(王涛, 1))
  expect(await owner()).toMatchObject({ name: '赵敏', state: 'empty' })
  await 王涛.leaves(1)
})

test('[DE2] a beat on the live connection brings a silent seat back to life', async () => {
  const { 赵敏 } = await people('ningbo')
  await 赵敏.sits(1)
  await town.after(46)
  expect((await seatsSeenBy(赵敏))[0]?.[0]).toBe('stale')
  const socket = new WebSocket(`${(await town.listen()).replace('http', 'ws')}/api/v1/live`)
  await once(socket, 'open')
  socket.send(JSON.stringify({ auth: 赵敏.token, topics: [] }))
  socket.send('{"beat":true}')
  await expect.poll(async () => (await seatsSeenBy(赵敏))[0]?.[0]).toBe('live')
  expect((await told('desk.seat-changed', 'ningbo')).map(({ data }) => data['state'])).toEqual([
    'live',
    'stale',
    'live',
  ])
  socket.terminate()
})

test('[DE3] the last seat is left or falls silent: the desk is told at once, once, and new reporters know', async () => {
  const { 赵敏, 王涛 } = await people('jiaxing')
  const 沈佳宁 = await town.citizen('沈佳宁')
  const guidance = async () => (await 沈佳宁.view(await 沈佳宁.sends())).guidance
  const alarms = async () => (await told('desk.unstaffed', 'jiaxing')).length
  expect(await guidance()).toBe('guidance.no-desk')
  await 赵敏.sits(1)
  await 王涛.sits(2)
  expect(await guidance()).not.toBe('guidance.no-desk')
  await 王涛.leaves(2)
  expect(await alarms()).toBe(0)
  await 赵敏.leaves(1)
  expect(await alarms()).toBe(1)
  expect((await told('desk.unstaffed', 'jiaxing'))[0]?.hearers).toEqual(['org:jiaxing'])
  expect(await guidance()).toBe('guidance.no-desk')
  await 赵敏.sits(1)
  await town.after(46)
  expect(await alarms()).toBe(2)
  expect(await guidance()).toBe('guidance.no-desk')
  await town.after(600)
  expect(await alarms()).toBe(2)
})

test('[DE4] what waits comes first, the most urgent of it before the rest, and of equals whoever waited longest', async () => {
  const { 赵敏 } = await people('huzhou')
  const 林秋 = await town.citizen('林秋')
  const fix = { lng: 120.0868, lat: 30.8936, crs: 'wgs84', accuracyMetres: 10, at: town.clock.now() }
  const send = (words: string, mode: 'text' | 'silent' = 'text') =>
    林秋.sends({ words, mode, fix, callSafe: true })
  await 赵敏.sits(1)
  const calm = await send('楼上装修很吵')
  const calmLater = await send('楼上还在装修')
  const worked = await send('救命,有人拿刀砍人')
  await 赵敏.receives(worked)
  const workedCalm = await send('电瓶车丢了')
  await 赵敏.receives(workedCalm)
  const danger = await send('救命,有人拿刀', 'silent')
  expect(await 赵敏.queue()).toEqual([danger, calm, calmLater, worked, workedCalm])
  await town.after(5)
  const rows = granted(await 赵敏.call(desk.queue, { params: { desk: 'huzhou' } }))
  expect(rows[0]?.urgency).toBe(1)
  expect(rows[1]?.urgency).toBeGreaterThan(1)
  const waits = rows.map(({ waitedSeconds }) => waitedSeconds)
  expect(waits[1]).toBeGreaterThan(waits[2]!)
  await 赵敏.leaves(1)
})

test('[DE5] a desk’s limits change on their day, for that desk alone', async () => {
  const policyAt = async (city: string) => {
    const 赵敏 = await town.staff(`zhaomin@${city}`)
    return granted(await 赵敏.call(desk.seats, { params: { desk: city } })).policy
  }
  const tomorrow = plusSeconds(town.clock.now(), 86_400)
  const strict = JSON.stringify({
    overflowSeconds: 3,
    staleSeconds: 20,
    firstBeatSeconds: 20,
    takeSeconds: 0,
  })
  await town.db.run(addPolicy, { desk: 'taizhou', validFrom: tomorrow, policy: strict })
  expect(await policyAt('taizhou')).toMatchObject({ overflowSeconds: 10, firstBeatSeconds: 45 })
  await town.after(86_401)
  expect(await policyAt('taizhou')).toEqual({
    ...defaultPolicy,
    overflowSeconds: 3,
    staleSeconds: 20,
    firstBeatSeconds: 20,
    takeSeconds: 0,
  })
  expect(await policyAt('jinhua')).toMatchObject({ overflowSeconds: 10, firstBeatSeconds: 45 })
  const [台州, 金华] = [await people('taizhou'), await people('jinhua')]
  await 台州.赵敏.sits(1)
  await 金华.赵敏.sits(1)
  await town.after(21)
  expect((await seatsSeenBy(台州.王涛))[0]?.[0]).toBe('stale')
  expect((await seatsSeenBy(金华.王涛))[0]?.[0]).toBe('live')
  expect((await told('desk.unstaffed', 'taizhou')).length).toBe(1)
  expect((await told('desk.unstaffed', 'jinhua')).length).toBe(0)
})

test('[DE6] another bureau’s desk, and a seat that is not there, do not exist', async () => {
  const { 赵敏 } = await people('lishui')
  for (const at of ['shaoxing', 'no-such-desk', '*', '%']) {
    expect(refusedBy(await sitDown(赵敏, 1, at))).toBe('desk.not-found')
    expect(refusedBy(await 赵敏.call(desk.signOut, { params: { desk: at, seat: '1' } }))).toBe(
      'desk.not-found',
    )
    expect(refusedBy(await 赵敏.call(desk.seats, { params: { desk: at } }))).toBe('desk.not-found')
    expect(refusedBy(await 赵敏.call(desk.queue, { params: { desk: at } }))).toBe('desk.not-found')
  }
  for (const seat of ['0', '5', '-1', '1.5', '1e3', 'one', '99999999999']) {
    expect(refusedBy(await sitDown(赵敏, seat))).toBe('desk.not-found')
    expect(refusedBy(await 赵敏.call(desk.signOut, { params: { desk: 'lishui', seat } }))).toBe(
      'desk.not-found',
    )
  }
})
