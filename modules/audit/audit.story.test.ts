import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import * as dispatch from '@open110/modules/dispatch/api'
import * as evidence from '@open110/modules/evidence/api'
import * as incident from '@open110/modules/incident/api'
import * as report from '@open110/modules/report/api'
import { openTown, refusedBy, type CitizenHere, type StaffHere, type Town } from '@open110/town'

let town: Town
let 林秋: CitizenHere
let 赵敏: StaffHere
let 值班长: StaffHere
beforeAll(async () => {
  town = await openTown()
  林秋 = await town.citizen('林秋')
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  await 赵敏.sits(1)
  await 值班长.sits(2)
})
afterAll(() => town.close())

const received = async () => {
  const id = await 林秋.sends()
  await 赵敏.receives(id)
  return id
}

/** What is on record about one thing: who did what, with which facts. */
async function recordOf(object: string) {
  const rows = query({
    name: 'test.audit',
    takes: z.object({ object: z.string() }),
    gives: z.object({ actor: z.string(), act: z.string(), facts: z.record(z.string(), z.unknown()) }),
    sql: `select actor, act, facts from audit where object = :object order by id`,
  })
  return town.db.all(rows, { object })
}
const refusals = async (object: string) =>
  (await recordOf(object))
    .filter(({ act }) => act.startsWith('refused:'))
    .map(({ actor, act, facts }) => [actor, act, facts['move']])

test.each([`update audit set actor = 'nobody'`, 'delete from audit', 'truncate audit'])(
  '[AU1] a hand in the database cannot do this: %s',
  async (sql) => {
    await received()
    const count = async () => (await town.db.pool.query('select from audit')).rowCount
    const before = await count()
    expect(before).toBeGreaterThan(0)
    await expect(town.db.pool.query(sql)).rejects.toThrow('audit rows are never changed')
    expect(await count()).toBe(before)
  },
)

test('[AU2] every opening of a sealed original is on record with the one who opened it, and a look at the copy is not', async () => {
  const id = await received()
  const photo = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'blue' } })
    .jpeg()
    .toBuffer()
  const edge = 'edge-of-a-part'
  const attached = await town.house.app.inject({
    method: 'POST',
    url: `/api/v1/reports/${id}/attachments`,
    headers: {
      authorization: `Bearer ${林秋.token}`,
      'content-type': `multipart/form-data; boundary=${edge}`,
    },
    payload: Buffer.concat([
      Buffer.from(`--${edge}\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n`),
      photo,
      Buffer.from(`\r\n--${edge}--\r\n`),
    ]),
  })
  const attachment = attached.json<{ id: string }>().id
  await town.settle()
  const open = async (who: StaffHere, copy: 'original' | 'view') => {
    const headers = { authorization: `Bearer ${who.token}` }
    const url = `/api/v1/attachments/${attachment}/${copy}`
    return (await town.house.app.inject({ method: 'GET', url, headers })).statusCode
  }
  expect(await open(赵敏, 'view')).toBe(200)
  expect(await open(赵敏, 'original')).toBe(404)
  expect(await recordOf(attachment)).toEqual([])
  expect(await open(值班长, 'original')).toBe(200)
  expect(await open(值班长, 'original')).toBe(200)
  const opening = { actor: 值班长.id, act: evidence.original.name, facts: { report: id } }
  expect(await recordOf(attachment)).toEqual([opening, opening])
})

test('[AU2] a refused move of a report is on record: received twice, taken too late, declined without reason or rank', async () => {
  const id = await received()
  const move = (what: 'decline' | 'restore', reason?: string) =>
    赵敏.call(report.moveReport, { params: { report: id }, body: { move: what, reason } })
  expect(refusedBy(await 值班长.call(report.receive, { params: { report: id } }))).toBe(
    'report.already-received',
  )
  expect(refusedBy(await move('decline'))).toBe('reason.missing')
  expect(refusedBy(await move('decline', '不归我们管'))).toBe('report.supervisor-denied')
  expect(refusedBy(await move('restore', '弄错了'))).toBe('move.not-now')
  const 汪韬 = await town.staff('wangtao@lishui')
  await 汪韬.sits(3)
  await town.after(25)
  expect(refusedBy(await 汪韬.call(report.take, { params: { report: id } }))).toBe('report.take-denied')
  expect(await refusals(id)).toEqual([
    [值班长.id, 'refused:report.already-received', 'receive'],
    [赵敏.id, 'refused:reason.missing', 'decline'],
    [赵敏.id, 'refused:report.supervisor-denied', 'decline'],
    [赵敏.id, 'refused:move.not-now', 'restore'],
    [汪韬.id, 'refused:report.take-denied', 'take'],
  ])
  expect((await 林秋.view(id)).state).toBe('received')
})

test('[AU2] a refused move of an incident and of a slip is on record with the state it was refused in', async () => {
  const id = await 赵敏.accepts(await received())
  const moves = (move: string, reason?: string) =>
    赵敏.call(incident.moveIncident, { params: { incident: id }, body: { move, reason } })
  expect(refusedBy(await moves('revive', '再看看'))).toBe('move.not-now')
  expect(refusedBy(await moves('close'))).toBe('incident.feedback-missing')
  expect(await refusals(id)).toEqual([
    [赵敏.id, 'refused:move.not-now', 'revive'],
    [赵敏.id, 'refused:incident.feedback-missing', 'close'],
  ])
  expect((await recordOf(id)).at(-1)?.facts).toEqual({ move: 'close', state: 'accepted' })
  const slip = await 赵敏.sends(id, '城东-1')
  const 民警 = await town.staff('unit-1@lishui')
  expect(refusedBy(await 民警.call(dispatch.moveSlip, { params: { slip }, body: { move: 'arrive' } }))).toBe(
    'move.not-now',
  )
  expect(await refusals(slip)).toEqual([[民警.id, 'refused:move.not-now', 'arrive']])
})

test('[AU2] no word, place or name of a reporter is ever on record', async () => {
  const { rows } = await town.db.pool.query<{ row: string }>('select to_jsonb(a)::text as row from audit a')
  const whole = rows.map(({ row }) => row).join('\n')
  for (const word of ['撬', '119.9', '林秋', 林秋.token]) expect(whole.includes(word)).toBe(false)
})
