import { expect, test } from 'vitest'
import type { QueueRow } from '@open110/modules/report'
import {
  ageText,
  fixTone,
  metresText,
  momentText,
  secondsSince,
  signingTone,
  waitingTone,
} from './age.state.ts'
import {
  answerTarget,
  arrange,
  arrive,
  chipsOf,
  groupOf,
  isAtWork,
  isSettled,
  nothingShown,
  release,
  stepFrom,
} from './queue.state.ts'
import { headHeight, rowAt, rowHeight, scrollTo, topOf, windowOf } from './window.state.ts'

const 赵敏 = 'st_zhaomin'
const at = (seconds: number) =>
  new Date(Date.parse('2026-03-01T04:00:00.000Z') + seconds * 1000).toISOString()
const row = (report: string, more: Partial<QueueRow> = {}): QueueRow => ({
  report: report as QueueRow['report'],
  receiptCode: report,
  state: 'delivered',
  urgency: 3,
  mode: 'text',
  gist: `警情 ${report}`,
  place: '莲都区',
  deliveredAt: at(0),
  waitedSeconds: 0,
  flags: [],
  needs: [],
  language: 'zh-CN',
  attachments: 0,
  unread: 0,
  ...more,
})
const all = new Set(['waiting', 'mine', 'others', 'ended'] as const)

test('[CS2] the most urgent comes first, then whoever has waited longest', () => {
  const rows = [
    row('c', { deliveredAt: at(5) }),
    row('b', { urgency: 1, deliveredAt: at(9) }),
    row('a', { deliveredAt: at(1) }),
  ]
  expect(arrange(rows, 赵敏).waiting).toEqual(['b', 'a', 'c'])
})

test('[CS2] a report lies with whoever answers for it', () => {
  const owner = {
    staff: 赵敏 as NonNullable<QueueRow['owner']>['staff'],
    name: '赵敏',
    seat: 3,
    state: 'live' as const,
  }
  expect(groupOf(row('a'), 赵敏)).toBe('waiting')
  expect(groupOf(row('a', { state: 'handling', owner }), 赵敏)).toBe('mine')
  expect(groupOf(row('a', { state: 'received', owner }), 'st_other')).toBe('others')
  expect(groupOf(row('a', { state: 'done', owner }), 赵敏)).toBe('ended')
})

test('[CS2] A answers the selected report if it waits, else the most urgent one', () => {
  const rows = [row('a'), row('b', { urgency: 1 }), row('c', { state: 'received' })]
  expect(answerTarget(rows, 赵敏, 'a')?.report).toBe('a')
  expect(answerTarget(rows, 赵敏, 'c')?.report).toBe('b')
  expect(answerTarget(rows, 赵敏, undefined)?.report).toBe('b')
  expect(answerTarget([], 赵敏, undefined)).toBeUndefined()
})

test('[CS1] a hand in the list holds every row where it is; the newcomers are counted', () => {
  const before = arrive(nothingShown, [row('a'), row('b', { deliveredAt: at(3) })], 赵敏, false)
  const held = arrive(before, [row('a'), row('b', { urgency: 1 }), row('c', { urgency: 1 })], 赵敏, true)
  expect(held.order.waiting).toEqual(['a', 'b'])
  expect(held.newcomers).toBe(1)
  expect(held.rows.get('b')?.urgency).toBe(1) // the content is fresh, the place is not
  expect(isSettled(held)).toBe(false)
  const after = release(held)
  expect(after.order.waiting).toEqual(['b', 'c', 'a'])
  expect(after.newcomers).toBe(0)
  expect(isSettled(after)).toBe(true)
})

test('[CS1] a report that leaves the desk under the hand keeps its place until the hand rests', () => {
  const before = arrive(nothingShown, [row('a'), row('b')], 赵敏, false)
  const held = arrive(before, [row('b')], 赵敏, true)
  expect(held.order.waiting).toEqual(['a', 'b'])
  expect(held.rows.get('a')?.gist).toBe('警情 a')
  expect(release(held).order.waiting).toEqual(['b'])
  expect(release(held).rows.has('a')).toBe(false)
})

test('[CS1] the hand rests after two seconds, and an empty list is never held', () => {
  expect(isAtWork(undefined, 10_000)).toBe(false)
  expect(isAtWork(8_001, 10_000)).toBe(true)
  expect(isAtWork(8_000, 10_000)).toBe(false)
  expect(arrive(nothingShown, [row('a')], 赵敏, true).order.waiting).toEqual(['a'])
})

test('[CS2] the arrows walk the list as it is shown and stop at its ends', () => {
  const { order } = arrive(
    nothingShown,
    [row('a'), row('b', { deliveredAt: at(3) }), row('c', { state: 'received' })],
    赵敏,
    false,
  )
  expect(stepFrom(order, undefined, 1, all)).toBe('a')
  expect(stepFrom(order, 'b', 1, all)).toBe('c')
  expect(stepFrom(order, 'c', 1, all)).toBe('c')
  expect(stepFrom(order, 'a', -1, all)).toBe('a')
  expect(stepFrom(nothingShown.order, undefined, 1, all)).toBeUndefined()
})

test('[CS17] what a silent seat has received stands at the head with its age, only behind a waiting P1, and A takes it', () => {
  const owner = { staff: 'st_wang', name: '王涛', seat: 2, state: 'stale' as const }
  const dropped = row('d', { state: 'received', urgency: 4, owner, deliveredAt: at(0) })
  const rows = [
    row('a', { urgency: 2, deliveredAt: at(5) }),
    dropped,
    row('b', { urgency: 3, deliveredAt: at(6) }),
  ]
  expect(arrange(rows, 赵敏).waiting).toEqual(['d', 'a', 'b'])
  expect(answerTarget(rows, 赵敏, undefined)?.report).toBe('d')
  const alarm = row('s', { urgency: 1, mode: 'silent', deliveredAt: at(9) })
  expect(arrange([...rows, alarm], 赵敏).waiting).toEqual(['s', 'd', 'a', 'b'])
  const alive = { ...dropped, owner: { ...owner, state: 'live' as const } }
  expect(arrange([rows[0]!, alive], 赵敏)).toMatchObject({ waiting: ['a'], others: ['d'] })
  expect(arrange([{ ...dropped, state: 'accepted' }], 赵敏).others).toEqual(['d'])
})

test('[CS3] the colour of a wait turns at 15 and at 20 seconds', () => {
  expect([0, 14, 15, 19, 20, 900].map(waitingTone)).toEqual([
    'fresh',
    'fresh',
    'late',
    'late',
    'overdue',
    'overdue',
  ])
  expect([59, 60, 180].map(signingTone)).toEqual(['fresh', 'late', 'overdue'])
  expect([59, 60, 300].map(fixTone)).toEqual(['fresh', 'late', 'overdue'])
})

test('[CS3] an age keeps its width and never runs backwards', () => {
  expect([0, 9, 75, 3599, 3661, 90_000].map(ageText)).toEqual([
    '0:00',
    '0:09',
    '1:15',
    '59:59',
    '1:01:01',
    '1天01时',
  ])
  expect(secondsSince(at(10), Date.parse(at(0)))).toBe(0)
  expect(momentText(at(0), Date.parse(at(86_400 * 2)))).toMatch(/^\d\d-\d\d \d\d:\d\d:\d\d$/)
  expect([0.4, 35.4, 124, 2_340, 25_000].map(metresText)).toEqual([
    '1 米',
    '35 米',
    '120 米',
    '2.3 公里',
    '25 公里',
  ])
})

test('[CS2] chips name what changes the answer, silence first', () => {
  const 林秋 = row('a', {
    mode: 'silent',
    flags: ['no-call', 'out-of-area', 'clock-wrong'],
    needs: ['mute'],
    language: 'en',
  })
  expect(chipsOf(林秋)).toEqual(['silent', 'need:mute', 'language:en', 'out-of-area'])
  expect(chipsOf(row('c', { urgedAt: at(9), flags: ['danger-words'] }))).toEqual(['urged', 'danger-words'])
})

test('[CS14] five thousand rows draw a screenful', () => {
  const rows = Array.from({ length: 5_000 }, (_, index) =>
    row(String(index).padStart(5, '0'), { deliveredAt: at(index) }),
  )
  const started = performance.now()
  const { order } = arrive(nothingShown, rows, 赵敏, false)
  const drawn = windowOf(order, all, 100_000, 800)
  expect(performance.now() - started).toBeLessThan(400)
  expect(drawn.height).toBe(4 * headHeight + 5_000 * rowHeight)
  const waiting = drawn.groups[0]!
  expect(waiting.ids.length).toBeLessThan(30)
  const [first] = waiting.ids
  expect(waiting.from * rowHeight + headHeight).toBeLessThanOrEqual(100_000)
  expect(rowAt(order, all, topOf(order, all, first!)! + 1)).toBe(first)
})

test('[CS14] bringing a row into view moves the list as little as it can', () => {
  expect(scrollTo(500, 100, 800)).toBe(100)
  expect(scrollTo(1_000, 100, 800)).toBe(1_000 + rowHeight - 800)
  expect(scrollTo(50, 400, 800)).toBe(50 - headHeight)
})
