import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import * as incident from '@open110/modules/incident/api'
import * as report from '@open110/modules/report/api'
import * as thread from '@open110/modules/thread/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'

let town: Town
let 赵敏: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

const here = { fix: { lng: 119.92, lat: 28.455, crs: 'wgs84' } }
const story = '货车起火,消防已到,请不要靠近'
const says = (id: string, words: string, key = randomUUID()) =>
  赵敏.call(thread.broadcast, { params: { incident: id }, body: { words }, key })

test('[TH20] one answer: its words to those who may be told, a quiet line to the silent, and the same press answers once', async () => {
  const 陈国强 = await town.citizen('陈国强')
  const 林秋 = await town.citizen('林秋')
  const open = await 陈国强.sends({ ...here, words: '货车起火' })
  await 赵敏.receives(open)
  const id = await 赵敏.accepts(open)
  const silent = await 林秋.sends({ mode: 'silent', tag: 'fire', words: '' })
  await 赵敏.receives(silent)
  granted(await 赵敏.call(incident.mergeReport, { params: { incident: id }, body: { report: silent } }))

  const key = randomUUID()
  const told = granted(await says(id, story, key))
  expect(told).toEqual({ ordinary: 1, covert: 1, skipped: [] })
  expect(granted(await says(id, story, key))).toEqual(told)
  const [loud] = (await 陈国强.view(open)).messages
  const [quiet] = (await 林秋.view(silent)).messages
  expect(loud).toMatchObject({ words: story, by: '1号席' })
  expect(loud?.quiet).toBeUndefined()
  expect(quiet).toMatchObject({ quiet: true, by: '1号席' })
  for (const word of ['火', '消防', '警', '110']) expect(quiet?.words).not.toContain(word)
  expect((await 林秋.view(silent)).messages).toHaveLength(1)

  const sent = query({
    name: 'test.sent',
    takes: z.object({ report: z.string() }),
    gives: z.object({ quiet: z.optional(z.boolean()) }),
    sql: `select (data->>'quiet')::boolean as quiet from event where type = 'message.sent' and data->>'report' = :report`,
  })
  expect(await town.db.all(sent, { report: silent })).toEqual([{ quiet: true }])
  expect(await town.db.all(sent, { report: open })).toEqual([{}])
  // Both may answer, each in a dialogue of their own.
  await 林秋.writes(silent, '我还在里面')
  expect((await 陈国强.view(open)).messages).toHaveLength(1)
})

test('[TH21] an ordinary answer is counted on the list of its reporter, a quiet one is not', async () => {
  const [陈国强, 林秋] = [await town.citizen('陈国强'), await town.citizen('林秋')]
  const open = await 陈国强.sends({ ...here, words: '货车起火,有浓烟' })
  await 赵敏.receives(open)
  const id = await 赵敏.accepts(open)
  const silent = await 林秋.sends({ mode: 'silent', tag: 'fire', words: '' })
  await 赵敏.receives(silent)
  granted(await 赵敏.call(incident.mergeReport, { params: { incident: id }, body: { report: silent } }))
  granted(await says(id, story))
  const unreadOf = async (who: typeof 林秋, one: string) =>
    granted(await who.call(report.list)).find((row) => row.id === one)?.unread
  expect(await unreadOf(陈国强, open)).toBe(1)
  expect(await unreadOf(林秋, silent)).toBe(0)
  // What is written to the silent one by hand is counted: it is shown on quiet pages alone.
  await 赵敏.writes(silent, '请待在原处')
  expect(await unreadOf(林秋, silent)).toBe(1)
})

test('[TH20] nothing goes out without words, to an incident of others, or from one that is part of another', async () => {
  const 陈国强 = await town.citizen('陈国强')
  const make = async () => {
    const report = await 陈国强.sends(here)
    await 赵敏.receives(report)
    return 赵敏.accepts(report)
  }
  const [one, two] = [await make(), await make()]
  expect(refusedBy(await says(one, '   '))).toBe('message.words-missing')
  granted(await 赵敏.call(incident.mergeIncident, { params: { incident: two }, body: { into: one } }))
  expect(refusedBy(await says(two, story))).toBe('incident.already-closed')
  expect(granted(await says(one, story)).ordinary).toBe(2)
  const 绍兴 = await town.staff('zhaomin@shaoxing')
  const theirs = 绍兴.call(thread.broadcast, {
    params: { incident: one },
    body: { words: story },
    key: randomUUID(),
  })
  expect(refusedBy(await theirs)).toBe('incident.not-found')
})
