import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import * as incident from '@open110/modules/incident/api'
import * as thread from '@open110/modules/thread/api'
import { granted, openTown, type CitizenHere, type StaffHere, type Town } from '@open110/town'

let town: Town
let 赵敏: StaffHere
let 林秋: CitizenHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  林秋 = await town.citizen('林秋')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

test('[TH7] a glance before anybody has received is not told to 林秋 as reading', async () => {
  const id = await 林秋.sends()
  await 林秋.writes(id, '有人吗')
  const mark = () => 赵敏.call(thread.markRead, { params: { report: id }, body: { delivered: 1, read: 1 } })
  expect(granted(await mark())).toEqual({ delivered: 1, read: 0 })
  const read = async () => (await 林秋.view(id)).messages.map(({ readAt }) => readAt !== undefined)
  expect(await read()).toEqual([false])
  await 赵敏.receives(id)
  expect(granted(await mark())).toEqual({ delivered: 1, read: 1 })
  expect(await read()).toEqual([true])
})

test('[TH8] after a thousand messages the newest is still there for both, and the first can be asked for', async () => {
  const id = await 林秋.sends()
  await 赵敏.receives(id)
  await 林秋.writes(id, '第一句')
  const flood = query({
    name: 'test.flood',
    takes: z.object({ report: z.string() }),
    sql: `with more as (insert into message (id, report, seq, at, sender, kind, words)
            select 'ms_' || n, :report, n, now(), 'citizen', 'words', '第' || n || '句' from generate_series(2, 1100) n)
          update thread set last_seq = 1100 where report = :report`,
  })
  await town.db.run(flood, { report: id })
  await 赵敏.writes(id, '民警到门口了')
  const { messages } = await 林秋.view(id)
  expect([messages.length, messages.at(-1)?.words, messages.at(0)?.seq]).toEqual([1000, '民警到门口了', 102])
  const list = async (after: string) =>
    granted(await 赵敏.call(thread.listMessages, { params: { report: id }, query: { after } }))
  expect((await list('1099')).map(({ seq }) => seq)).toEqual([1100, 1101])
  expect((await list('1'))[0]?.seq).toBe(2)
})

test('[TH9] an answer tapped in the moment of acceptance is on the incident, every time', async () => {
  for (let n = 0; n < 8; n++) {
    const id = await 林秋.sends()
    await 赵敏.receives(id)
    await 赵敏.asks(id, 'weapon')
    const [number] = await Promise.all([赵敏.accepts(id), 林秋.answers(id, 'weapon', 'knife')])
    const { facts } = granted(await 赵敏.call(incident.get, { params: { incident: number } }))
    expect(facts['weapon']).toMatchObject({ value: 'knife', from: 'answer' })
  }
})
