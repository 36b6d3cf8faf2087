import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import * as desk from '@open110/modules/desk/api'
import * as incident from '@open110/modules/incident/api'
import * as report from '@open110/modules/report/api'
import * as thread from '@open110/modules/thread/api'
import { granted, openTown, refusedBy, type CitizenHere, type StaffHere, type Town } from '@open110/town'

let town: Town
let 林秋: CitizenHere
let 赵敏: StaffHere
beforeAll(async () => {
  town = await openTown()
  林秋 = await town.citizen('林秋')
  赵敏 = await town.staff('zhaomin@lishui')
  await 赵敏.sits(3)
})
afterAll(() => town.close())

const received = async () => {
  const id = await 林秋.sends()
  await 赵敏.receives(id)
  return id
}
const messages = async (who: { call: CitizenHere['call'] }, id: string, after?: string) =>
  granted(await who.call(thread.listMessages, { params: { report: id }, query: { after } }))
const send = (who: { call: CitizenHere['call'] }, id: string, words: string, key: string) =>
  who.call(thread.sendMessage, { params: { report: id }, body: { words }, key })
const marks = async (
  who: { call: CitizenHere['call'] },
  id: string,
  body: { delivered?: number; read?: number },
) => granted(await who.call(thread.markRead, { params: { report: id }, body }))
const markEvents = async (id: string) => {
  const told = query({
    name: 'test.marks-told',
    takes: z.object({ report: z.string() }),
    gives: z.object({ side: z.string(), read: z.number() }),
    sql: `select data->>'side' as side, (data->>'read')::int as read from event
           where type = 'message.marked' and data->>'report' = :report order by cursor`,
  })
  return (await town.db.all(told, { report: id })).map(({ side, read }) => `${side} ${read}`)
}

test('[TH1] twenty who write at once make one order without a hole, the same for both sides', async () => {
  const id = await received()
  const written = await Promise.all(
    Array.from({ length: 20 }, (_, n) => (n % 2 ? 赵敏 : 林秋).writes(id, `第${n}句`)),
  )
  const whole = Array.from({ length: 20 }, (_, n) => n + 1)
  expect(written.toSorted((a, b) => a - b)).toEqual(whole)
  const mine = await messages(林秋, id)
  expect(mine.map(({ seq }) => seq)).toEqual(whole)
  expect(mine.map(({ words }) => words)).toEqual((await messages(赵敏, id)).map(({ words }) => words))
  expect((await messages(林秋, id, '17')).map(({ seq }) => seq)).toEqual([18, 19, 20])
  for (const odd of ['-1', '1.5', 'x', '1e99', '99999999999'])
    expect((await messages(林秋, id, odd)).length).toBeGreaterThanOrEqual(0)
})

test('[TH2] one press, repeated at once and a day later, is one message with one answer', async () => {
  const id = await received()
  const thrice = await Promise.all([1, 2, 3].map(() => send(林秋, id, '他上楼了', 'press-1')))
  const first = granted(thrice[0]!)
  for (const answer of thrice) expect(granted(answer)).toEqual(first)
  await town.after(86_400)
  赵敏 = await town.staff('zhaomin@lishui')
  await 赵敏.sits(3)
  expect(granted(await send(林秋, id, '他上楼了', 'press-1'))).toEqual(first)
  expect(refusedBy(await send(林秋, id, '他下楼了', 'press-1'))).toBe('idempotency.key-reused')
  expect((await messages(林秋, id)).map(({ words }) => words)).toEqual(['他上楼了'])
  const keyless = 林秋.call(thread.sendMessage, { params: { report: id }, body: { words: '没有钥匙' } })
  expect(refusedBy(await keyless)).toBe('idempotency.key-missing')
})

test('[TH3] each side sees how far the other was given and has read; marks only grow and end at the last message', async () => {
  const id = await received()
  await 林秋.writes(id, '一')
  await 林秋.writes(id, '二')
  await 赵敏.writes(id, '三')
  const seen = async () =>
    (await messages(林秋, id)).map(({ deliveredAt, readAt }) => [
      deliveredAt !== undefined,
      readAt !== undefined,
    ])
  expect(await seen()).toEqual([
    [false, false],
    [false, false],
    [false, false],
  ])
  expect(await marks(赵敏, id, { delivered: 2 })).toEqual({ delivered: 2, read: 0 })
  expect(await marks(赵敏, id, { read: 1 })).toEqual({ delivered: 2, read: 1 })
  expect(await seen()).toEqual([
    [true, true],
    [true, false],
    [false, false],
  ])
  expect(await marks(赵敏, id, { delivered: 1, read: 0 })).toEqual({ delivered: 2, read: 1 })
  expect(await marks(赵敏, id, { read: -5 })).toEqual({ delivered: 2, read: 1 })
  expect(await marks(赵敏, id, { read: 2_000_000_000 })).toEqual({ delivered: 3, read: 3 })
  const before = await messages(林秋, id)
  expect(await marks(赵敏, id, { read: 99 })).toEqual({ delivered: 3, read: 3 })
  expect(await messages(林秋, id)).toEqual(before)
  expect(before[2]).toMatchObject({ from: 'desk' })
  expect(before[2]?.readAt).toBeUndefined()
  expect(await marks(林秋, id, { read: 3 })).toEqual({ delivered: 3, read: 3 })
  expect((await messages(赵敏, id))[2]?.readAt).toBeDefined()
  expect(await markEvents(id)).toEqual(['desk 0', 'desk 1', 'desk 3', 'citizen 3'])
})

test('[TH3] a mark that is no number of a message is refused, and a dialogue without messages has none', async () => {
  const id = await received()
  expect(await marks(林秋, id, { read: 7 })).toEqual({ delivered: 0, read: 0 })
  const odd = 林秋.call(thread.markRead, { params: { report: id }, body: { read: 99_999_999_999 } })
  expect(refusedBy(await odd)).toBe('input.invalid')
})

test('[TH3] what is unread is counted for each side', async () => {
  const id = await received()
  await 林秋.writes(id, '一')
  await 林秋.writes(id, '二')
  await 赵敏.writes(id, '收到')
  const atDesk = async () =>
    granted(await 赵敏.call(desk.queue, { params: { desk: 'lishui' } })).find((row) => row.report === id)
      ?.unread
  const onPhone = async () => granted(await 林秋.call(report.list)).find((row) => row.id === id)?.unread
  expect([await atDesk(), await onPhone()]).toEqual([2, 1])
  await marks(赵敏, id, { delivered: 3, read: 1 })
  await marks(林秋, id, { read: 3 })
  expect([await atDesk(), await onPhone()]).toEqual([1, 0])
})

test('[TH4] a tap fills its field before and after acceptance, and stays behind what a person has entered', async () => {
  const id = await received()
  await 赵敏.asks(id, 'weapon')
  await 林秋.answers(id, 'weapon', 'knife')
  const answers = async () => granted(await 赵敏.call(report.get, { params: { report: id } })).staff?.answers
  expect(await answers()).toEqual({ weapon: 'knife' })
  const kept = await 赵敏.accepts(id)
  const facts = async () => {
    const { facts: now } = granted(await 赵敏.call(incident.get, { params: { incident: kept } }))
    return Object.fromEntries(
      Object.entries(now).map(([field, { value, from }]) => [field, `${value} ${from}`]),
    )
  }
  expect(await facts()).toEqual({ weapon: 'knife answer' })
  await 林秋.answers(id, 'hurt', 'yes')
  await 林秋.answers(id, 'weapon', 'gun')
  expect(await facts()).toEqual({ weapon: 'gun answer', injured: 'yes answer' })
  const { version } = granted(await 赵敏.call(incident.get, { params: { incident: kept } }))
  const entered = { version, facts: { weapon: '水果刀' } }
  granted(await 赵敏.call(incident.correct, { params: { incident: kept }, body: entered }))
  await 林秋.answers(id, 'weapon', 'none')
  expect(await facts()).toEqual({ weapon: '水果刀 desk', injured: 'yes answer' })
})

test('[TH4] an answer to no question, and a question nobody knows, are refused and fill nothing', async () => {
  const id = await received()
  const answer = (question: string, option: string) =>
    林秋.call(thread.sendMessage, {
      params: { report: id },
      body: { answer: { question, option } },
      key: `${question}-${option}`,
    })
  for (const [question, option] of [
    ['hurt', 'perhaps'],
    ['colour', 'red'],
    ['toString', 'yes'],
  ] as const) {
    expect(refusedBy(await answer(question, option))).toBe('message.answer-invalid')
  }
  const inHerName = { answer: { question: 'hurt', option: 'no' } }
  const byDesk = 赵敏.call(thread.sendMessage, {
    params: { report: id },
    body: inHerName,
    key: 'in-her-name',
  })
  expect(refusedBy(await byDesk)).toBe('message.answer-invalid')
  const ask = 赵敏.call(thread.ask, { params: { report: id }, body: { question: 'constructor' } })
  expect(refusedBy(await ask)).toBe('message.question-invalid')
  expect(granted(await 赵敏.call(report.get, { params: { report: id } })).staff?.answers).toEqual({})
  expect(await messages(林秋, id)).toEqual([])
})

test('[TH5] the reporter reads seats, colleagues read names, and nobody’s name is anywhere on the phone', async () => {
  const id = await received()
  await 赵敏.writes(id, '我们在听')
  await 赵敏.accepts(id)
  const colleague = await town.staff('wangtao@lishui')
  expect((await messages(林秋, id))[0]?.by).toBe('3号席')
  expect((await messages(colleague, id))[0]?.by).toBe('赵敏')
  for (const seen of [await 林秋.view(id), await messages(林秋, id)])
    expect(JSON.stringify(seen)).not.toContain('赵敏')
})

test('[TH6] a desk writes and asks only after a person has received; the reporter may write from the start', async () => {
  const id = await 林秋.sends()
  expect(await 林秋.writes(id, '他还在门外')).toBe(1)
  expect(refusedBy(await send(赵敏, id, '收到', 'too-early'))).toBe('report.not-received')
  const ask = () => 赵敏.call(thread.ask, { params: { report: id }, body: { question: 'hurt' } })
  expect(refusedBy(await ask())).toBe('report.not-received')
  await 赵敏.receives(id)
  expect(granted(await send(赵敏, id, '收到', 'too-early')).seq).toBe(2)
  expect(granted(await ask()).seq).toBe(3)
})

test('[TH6] words of nothing but blanks are no message', async () => {
  const id = await received()
  expect(refusedBy(await send(林秋, id, '  \n ', 'blank'))).toBe('message.words-missing')
  const picture = 林秋.call(thread.sendMessage, {
    params: { report: id },
    body: { attachment: 'ev_of-somebody-else' },
    key: 'p',
  })
  expect(refusedBy(await picture)).toBe('attachment.not-found')
})
