import { expect, test } from 'vitest'
import { defaultPolicy, type Seat } from '@open110/modules/desk'
import type { QueueRow } from '@open110/modules/report'
import { alarmsOf, hush, noRinging, ring, titleOf } from './alarm.state.ts'

const startMs = Date.parse('2026-03-01T04:00:00.000Z')
const row = (report: string, urgency: number, more: Partial<QueueRow> = {}): QueueRow => ({
  report: report as QueueRow['report'],
  receiptCode: report,
  state: 'delivered',
  urgency,
  mode: 'text',
  gist: '',
  place: '',
  deliveredAt: new Date(startMs).toISOString(),
  waitedSeconds: 0,
  flags: [],
  needs: [],
  language: 'zh-CN',
  attachments: 0,
  unread: 0,
  ...more,
})
const seat = (state: Seat['state']): Seat => ({ desk: 'lishui', seat: 3, state })

test('[CS6] P1 sounds again and again until somebody has received it', () => {
  const first = ring(noRinging, [row('a', 1)], false)
  expect(first.play).toBe('p1')
  expect(ring(first.ringing, [row('a', 1)], false).play).toBe('p1')
  expect(ring(first.ringing, [row('a', 1, { state: 'received' })], false).play).toBeUndefined()
})

test('[CS6] hushed here, it is quiet here; the next P1 sounds', () => {
  const quiet = hush(noRinging, [row('a', 1)])
  expect(ring(quiet, [row('a', 1)], false).play).toBeUndefined()
  expect(ring(quiet, [row('a', 1), row('b', 1)], false).play).toBe('p1')
})

test('[CS51] what somebody in danger to life adds sounds once, each time anew; of others it only shows', () => {
  const at = (seconds: number) => new Date(startMs + seconds * 1_000).toISOString()
  const known = ring(noRinging, [row('a', 1, { state: 'accepted' })], true).ringing
  const gun = row('a', 1, { state: 'accepted', supplementedAt: at(9) })
  const heard = ring(known, [gun], false)
  expect(heard.play).toBe('p2')
  expect(ring(heard.ringing, [gun], false).play).toBeUndefined()
  expect(ring(heard.ringing, [{ ...gun, supplementedAt: at(20) }], false).play).toBe('p2')
  expect(ring(known, [{ ...gun, urgency: 2 }], false).play).toBeUndefined()
  expect(ring(noRinging, [gun], true).play).toBeUndefined()
})

test('[CS6] P2 sounds once for each report, and not for what was there at sign-in; the rest never', () => {
  expect(ring(noRinging, [row('a', 2)], true).play).toBeUndefined()
  const once = ring(noRinging, [row('a', 2)], false)
  expect(once.play).toBe('p2')
  expect(ring(once.ringing, [row('a', 2)], false).play).toBeUndefined()
  expect(ring(once.ringing, [row('a', 2), row('b', 3), row('c', 5)], false).play).toBeUndefined()
})

test('[CS6] the title carries the count', () => {
  expect(titleOf([], '丽水110')).toBe('丽水110')
  expect(titleOf([row('a', 3), row('b', 4)], '丽水110')).toBe('●(2) 丽水110')
  expect(titleOf([row('a', 1), row('b', 2, { state: 'received' })], '丽水110')).toBe('▲(1) 丽水110')
})

test("[CS7] an unreceived report alarms from the supervisor's limit on and ends with its cause", () => {
  const late = (seconds: number, more?: Partial<QueueRow>) =>
    alarmsOf([row('a', 2, more)], [seat('live')], defaultPolicy, startMs + seconds * 1000)
  expect(late(19)).toEqual([])
  expect(late(20)).toMatchObject([{ kind: 'unreceived', reports: ['a'], waitedSeconds: 20 }])
  expect(late(60, { state: 'received' })).toEqual([])
})

test('[CS7] another late report is another alarm, so a dismissed one does not hide it', () => {
  const [one] = alarmsOf([row('a', 2)], [seat('live')], defaultPolicy, startMs + 30_000)
  const [two] = alarmsOf([row('a', 2), row('b', 2)], [seat('live')], defaultPolicy, startMs + 30_000)
  expect(one?.id).not.toBe(two?.id)
})

test('[CS7] nobody in a live seat, or a lost seat with unread words, is an alarm', () => {
  expect(alarmsOf([], [seat('stale'), seat('empty')], defaultPolicy, startMs)).toMatchObject([
    { kind: 'unstaffed' },
  ])
  expect(alarmsOf([], undefined, defaultPolicy, startMs)).toEqual([])
  const owner = {
    staff: 'st_a' as NonNullable<QueueRow['owner']>['staff'],
    name: '赵敏',
    seat: 3,
    state: 'stale' as const,
  }
  const lost = row('a', 2, { state: 'received', owner, unread: 2 })
  expect(alarmsOf([lost], [seat('live')], defaultPolicy, startMs)).toMatchObject([
    { kind: 'owner-lost', reports: ['a'] },
  ])
})

test('[CS6] [CS17] a P1 whose seat has fallen silent sounds again, and the desk is told that it is to be taken over', () => {
  const owner = { staff: 'st_wang', name: '王涛', seat: 2, state: 'stale' as const }
  const dropped = row('a', 1, { state: 'received', owner })
  expect(ring(noRinging, [dropped], false).play).toBe('p1')
  expect(alarmsOf([dropped], [seat('live')], defaultPolicy, startMs)).toMatchObject([
    { kind: 'owner-lost', reports: ['a'] },
  ])
  expect(titleOf([dropped], '丽水')).toBe('▲(1) 丽水')
})
