import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import * as incident from '@open110/modules/incident/api'
import * as report from '@open110/modules/report/api'
import * as thread from '@open110/modules/thread/api'
import { granted, openTown, refusedBy, type CitizenHere, type StaffHere, type Town } from '@open110/town'

let town: Town
let base: string
let 林秋: CitizenHere
let 丽水: StaffHere
let 杭州: StaffHere
beforeAll(async () => {
  town = await openTown()
  base = await town.listen()
  林秋 = await town.citizen('林秋')
  丽水 = await town.staff('zhaomin@lishui')
  杭州 = await town.staff('zhaomin@hangzhou')
  await 杭州.sits(3)
})
afterAll(() => town.close())

/** Nobody receives for eleven seconds: 杭州 is shown it as well. */
async function overflowed(): Promise<string> {
  const id = await 林秋.sends()
  await town.after(11)
  expect(await 杭州.queue()).toContain(id)
  expect(await 丽水.queue()).toContain(id)
  return id
}
const reads = (who: StaffHere, id: string) => who.call(report.get, { params: { report: id } })
const Told = z.object({ type: z.string(), topics: z.array(z.string()), hearers: z.array(z.string()) })
const toldOf = query({
  name: 'test.told-of',
  takes: z.object({ id: z.string() }),
  gives: Told,
  sql: `select type, topics, hearers from event where data->>'report' = :id order by cursor`,
})
const told = (id: string) => town.db.all(toldOf, { id })

test('[RP18] 杭州 receives what 丽水 did not: it is in its queue, talks, accepts, sends its own unit and closes', async () => {
  const id = await overflowed()
  const form = new FormData()
  const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#234' } })
    .jpeg()
    .toBuffer()
  form.set('file', new Blob([Uint8Array.from(picture)], { type: 'image/jpeg' }), '照片.jpg')
  const authorization = `Bearer ${林秋.token}`
  const sent = await fetch(`${base}/api/v1/reports/${id}/attachments`, {
    method: 'POST',
    headers: { authorization },
    body: form,
  })
  expect(sent.ok).toBe(true)
  const before = (await told(id)).length
  await 杭州.receives(id)
  expect(await 杭州.queue()).toContain(id)
  expect(await 丽水.queue()).not.toContain(id)
  const seen = granted(await reads(杭州, id))
  expect(seen.desk).toMatchObject({ id: 'hangzhou' })
  expect(seen.staff).toMatchObject({
    desk: 'hangzhou',
    firstDesk: '丽水市公安局110',
    owner: { seat: 3, state: 'live' },
  })
  expect(seen.ladder.map(({ by }) => by)).toEqual(['丽水市公安局110', '杭州市公安局110 3号席'])

  await 杭州.writes(id, '收到,先锁门')
  await 林秋.writes(id, '他还在门外')
  const work = await 杭州.accepts(id)
  const own = granted(await 杭州.call(incident.get, { params: { incident: work } }))
  expect(own).toMatchObject({ desk: 'hangzhou' })
  expect(own.number).toMatch(/^331102/)
  const slip = await 杭州.sends(work, '湖滨-1')
  const 民警 = await town.staff('unit-1@hangzhou')
  for (const move of ['sign', 'depart', 'arrive', 'settle'] as const) await 民警.moves(slip, move)
  await 民警.moves(slip, 'report', {
    feedback: { outcome: 'arrested', words: '到场控制一人', officers: 2, caught: 1 },
  })
  const 值班长 = await town.staff('officer@hangzhou')
  await 值班长.moves(slip, 'close')
  await 值班长.closes(work)
  await town.settle()
  expect((await 林秋.sees(id)).at(-1)).toBe('已办结')

  await 丽水.sits(1)
  expect(refusedBy(await reads(丽水, id))).toBe('report.not-found')
  expect(refusedBy(await 丽水.call(report.take, { params: { report: id } }))).toBe('report.not-found')
  expect(refusedBy(await 丽水.call(thread.listMessages, { params: { report: id } }))).toBe('report.not-found')
  await 丽水.leaves(1)
  const after = (await told(id)).slice(before)
  const atLishui = after.filter(
    ({ topics, hearers }) => topics.includes('desk:lishui') || hearers.includes('org:lishui'),
  )
  expect(atLishui.map(({ type }) => type)).toEqual(['report.taken'])
  expect(after.filter(({ hearers }) => hearers.includes('org:hangzhou')).map(({ type }) => type)).toEqual(
    expect.arrayContaining(['report.received', 'message.sent', 'report.moved', 'attachment.ready']),
  )
})

test('[RP18] 丽水 receives after all: 杭州 has nothing more to do with it, and it is nowhere said to come from elsewhere', async () => {
  const id = await overflowed()
  granted(await reads(杭州, id))
  await 丽水.sits(1)
  await 丽水.receives(id)
  expect(await 杭州.queue()).not.toContain(id)
  expect(
    (await told(id)).filter(({ topics }) => topics.includes('desk:hangzhou')).map(({ type }) => type),
  ).toEqual(['report.overflowed', 'report.taken'])
  expect(refusedBy(await reads(杭州, id))).toBe('report.not-found')
  expect(refusedBy(await 杭州.call(report.receive, { params: { report: id } }))).toBe('report.not-found')
  expect(refusedBy(await 杭州.call(report.take, { params: { report: id } }))).toBe('report.not-found')
  expect(granted(await reads(丽水, id)).staff?.firstDesk).toBeUndefined()
  await 丽水.leaves(1)
})

test('[RP18] both press at once: one of them has it, whole, and the other has nothing', async () => {
  await 丽水.sits(1)
  for (let round = 0; round < 4; round++) {
    const id = await overflowed()
    const press = (who: StaffHere) => who.call(report.receive, { params: { report: id } })
    await Promise.all([press(丽水), press(杭州)])
    const sees = await Promise.all([reads(丽水, id), reads(杭州, id)])
    const [has] = sees.filter((one) => !('refused' in one))
    expect(sees.filter((one) => 'refused' in one)).toHaveLength(1)
    const { staff, desk } = granted(has!)
    expect(staff?.owner?.staff).toBe(desk?.id === 'hangzhou' ? 杭州.id : 丽水.id)
    expect(await (desk?.id === 'hangzhou' ? 杭州 : 丽水).queue()).toContain(id)
  }
  await 丽水.leaves(1)
})
