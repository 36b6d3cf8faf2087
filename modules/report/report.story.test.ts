import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { isRefusal } from '@open110/kit/refuse'
import { query } from '@open110/kit/server/db'
import { NewReport } from '@open110/modules/report'
import * as report from '@open110/modules/report/api'
import { granted, openTown, refusedBy, type Town } from '@open110/town'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

test('[RP3] 林秋 cannot speak; she writes, and knows she was heard only when a person opened it', async () => {
  const 林秋 = await town.citizen('林秋')
  const 赵敏 = await town.staff('zhaomin@lishui')
  const id = await 林秋.sends({ words: '有人在撬我家的门,我不能出声' })
  await town.settle()
  expect(await 林秋.sees(id)).toEqual(['已送达'])
  expect(refusedBy(await 赵敏.call(report.receive, { params: { report: id } }))).toBe('desk.not-signed-in')
  await 赵敏.sits(1)
  await 赵敏.receives(id)
  expect(await 林秋.sees(id)).toEqual(['已送达', '已接收'])
  const again = await 赵敏.call(report.receive, { params: { report: id } })
  expect(refusedBy(again)).toBe('report.already-received')
  expect(isRefusal(again) && again.facts['by']).toBe('赵敏')
  await town.after(3600)
  expect(await 林秋.sees(id)).toEqual(['已送达', '已接收'])
  await 赵敏.leaves(1)
})

test('[RP3] another desk cannot receive it: for 绍兴 the report does not exist', async () => {
  const 林秋 = await town.citizen('林秋')
  const 绍兴 = await town.staff('zhaomin@shaoxing')
  await 绍兴.sits(1)
  const id = await 林秋.sends()
  expect(refusedBy(await 绍兴.call(report.receive, { params: { report: id } }))).toBe('report.not-found')
  expect(refusedBy(await 绍兴.call(report.get, { params: { report: id } }))).toBe('report.not-found')
  await 绍兴.leaves(1)
})

test('[RP11] another citizen and somebody without a session see nothing', async () => {
  const 林秋 = await town.citizen('林秋')
  const 陈国强 = await town.citizen('陈国强')
  const id = await 林秋.sends()
  expect(refusedBy(await 陈国强.call(report.get, { params: { report: id } }))).toBe('report.not-found')
  expect(refusedBy(await town.caller()(report.get, { params: { report: id } }))).toBe('session.signed-out')
  expect(granted(await 陈国强.call(report.list))).toEqual([])
})

test('[RP1] [RP2] the same press is one report with one answer, at any later time; another body is refused', async () => {
  const 林秋 = await town.citizen('林秋')
  const send = (words: string) => 林秋.call(report.send, { body: { mode: 'text', words }, key: 'one-press' })
  const [first, second] = await Promise.all([send('救命'), send('救命')])
  expect(granted(second)).toEqual(granted(first))
  await town.after(86_400)
  expect(granted(await send('救命'))).toEqual(granted(first))
  expect(refusedBy(await send('另一句'))).toBe('idempotency.key-reused')
  expect(granted(await 林秋.call(report.list)).length).toBe(1)
  expect(refusedBy(await 林秋.call(report.send, { body: { mode: 'text' } }))).toBe('idempotency.key-missing')
})

test('[RP6] a supplement lies beside the original, which the database itself will not let anybody change', async () => {
  const 林秋 = await town.citizen('林秋')
  const id = await 林秋.sends({ words: '门口有一个人' })
  await 林秋.adds(id, '他有一把刀')
  const seen = await 林秋.view(id)
  expect(seen.words).toBe('门口有一个人')
  expect(seen.supplements.map(({ words }) => words)).toEqual(['他有一把刀'])
  const change = query({ name: 'test.change-original', sql: `update report set words = '没事了'` })
  await expect(town.db.run(change)).rejects.toThrow()
})

test('[RP9] nobody at the desk: others are shown it at 10 s, the supervisor is alarmed at 20 s, the phone knows when', async () => {
  const 林秋 = await town.citizen('林秋')
  const answer = granted(
    await 林秋.call(report.send, {
      body: { mode: 'silent', tag: 'burglary', fix: { lng: 119.9231, lat: 28.4538, crs: 'wgs84' } },
      key: 'night',
    }),
  )
  expect(answer.fallbackAfterSeconds).toBe(15)
  expect(answer.guidance).toBe('guidance.no-desk')
  const 杭州 = await town.staff('zhaomin@hangzhou')
  await town.after(9)
  expect(await 杭州.queue()).not.toContain(answer.id)
  await town.after(2)
  expect(await 杭州.queue()).toContain(answer.id)
  await town.after(10)
  const alarms = query({
    name: 'test.alarms',
    sql: `select data from event where type = 'report.unreceived'`,
  })
  const told = (await town.db.all(alarms)) as { data: { report: string } }[]
  expect(told.filter(({ data }) => data.report === answer.id)).toHaveLength(1)
})

test('[RP10] a report is taken freely for 20 seconds and from a silent seat; later a supervisor says why', async () => {
  const 林秋 = await town.citizen('林秋')
  const 赵敏 = await town.staff('zhaomin@lishui')
  const 王涛 = await town.staff('wangtao@lishui')
  const 值班长 = await town.staff('officer@lishui')
  await 赵敏.sits(1)
  await 王涛.sits(2)
  await 值班长.sits(3)
  const id = await 林秋.sends()
  const take = (who: typeof 赵敏, reason?: string) =>
    who.call(report.take, { params: { report: id }, body: { reason } })
  expect(refusedBy(await take(王涛))).toBe('report.not-received')
  await 赵敏.receives(id)
  expect(granted(await take(王涛)).how).toBe('take')
  await town.after(25)
  expect(refusedBy(await take(赵敏))).toBe('report.take-denied')
  expect(refusedBy(await take(值班长))).toBe('reason.missing')
  expect(granted(await take(值班长, '王涛去处理另一起')).how).toBe('override')
  await 赵敏.sits(1)
  await town.after(46)
  await 赵敏.sits(1)
  expect(granted(await take(赵敏)).how).toBe('reclaim')
  for (const [who, seat] of [
    [赵敏, 1],
    [王涛, 2],
    [值班长, 3],
  ] as const)
    await who.leaves(seat)
})

test('[RP8] the receipt code shows the public part, and guessing is slowed down for the guesser alone', async () => {
  const 林秋 = await town.citizen('林秋')
  const id = await 林秋.sends()
  const { receiptCode } = await 林秋.view(id)
  const ask = (code: string, from: string) =>
    town.caller(undefined, from)(report.byCode, { params: { code } })
  const seen = granted(await ask(receiptCode.toLowerCase(), '10.0.0.1'))
  expect(Object.keys(seen).toSorted()).toEqual(['deliveredAt', 'desk', 'ladder', 'receiptCode', 'state'])
  for (let i = 0; i < 5; i++)
    expect(refusedBy(await ask('AAAA-AAAA-AAAA', '10.0.0.2'))).toMatch(/^receipt\.(code-invalid|not-found)$/)
  await expect(ask(receiptCode, '10.0.0.2')).rejects.toThrow('not answered')
  expect(granted(await ask(receiptCode, '10.0.0.1')).receiptCode).toBe(receiptCode)
})

test('[RP4] a report without place, identity or a right clock is taken, ranked and flagged', async () => {
  const 林秋 = await town.citizen('林秋')
  const send = 林秋.call(report.send, {
    body: { mode: 'text', words: '救命', madeAt: '1999-01-01T00:00:00Z' },
    key: 'bare',
  })
  const answer = granted(await send)
  expect(answer.desk).toEqual({ id: 'hangzhou', name: '杭州市公安局110' })
  const 杭州 = await town.staff('zhaomin@hangzhou')
  const seen = granted(await 杭州.call(report.get, { params: { report: answer.id } }))
  expect(seen.staff?.flags).toEqual(
    expect.arrayContaining(['no-place', 'unidentified', 'clock-wrong', 'danger-words']),
  )
  expect(seen.staff?.urgency.level).toBe(1)
})

test('[RP4] nothing that can be sent as JSON makes report.send answer anything but a receipt', async () => {
  const 林秋 = await town.citizen('林秋')
  let press = 0
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.constantFrom(...Object.keys(NewReport.shape), '其他'), fc.jsonValue()),
      async (body) => {
        const answer = await 林秋.call(report.send, { body: body as never, key: `fuzz-${press++}` })
        expect(granted(answer).state).toBe('delivered')
      },
    ),
    { numRuns: 150, seed: 110 },
  )
  for (const words of ['\0', '\ud800', 'a\0b', '\u202e反', '😀'.repeat(9_000)]) {
    granted(
      await 林秋.call(report.send, {
        body: { mode: 'text', words, place: { words } },
        key: `odd-${press++}`,
      }),
    )
  }
})

test('[RP4] [RP6] a part that nobody can read is flagged and kept as it came; long words are kept whole', async () => {
  const 林秋 = await town.citizen('林秋')
  const words = '他在门外。'.repeat(9_000)
  const body = { mode: 'text', words, fix: { lng: '一百二十', lat: 28 } } as never
  const answer = granted(await 林秋.call(report.send, { body, key: 'unreadable' }))
  const 杭州 = await town.staff('zhaomin@hangzhou')
  const seen = granted(await 杭州.call(report.get, { params: { report: answer.id } }))
  expect(seen.words).toBe(words)
  expect(seen.staff?.flags).toContain('part-unreadable')
  const original = query({
    name: 'test.original',
    takes: z.object({ id: z.string() }),
    sql: `select original->'fix' as fix from report where id = :id`,
  })
  expect(await town.db.one(original, { id: answer.id })).toEqual({ fix: { lng: '一百二十', lat: 28 } })
})

test('[RP4] somebody in Myanmar is given the consular line, also when nobody sits at the duty desk', async () => {
  const 林秋 = await town.citizen('林秋')
  const fix = { lng: 98.51, lat: 16.69, crs: 'wgs84' }
  const answer = granted(
    await 林秋.call(report.send, { body: { mode: 'text', words: '我回不去', fix }, key: 'abroad' }),
  )
  expect(answer.guidance).toBe('guidance.overseas')
})
