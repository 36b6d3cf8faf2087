import { expect, test } from 'vitest'
import type { SeenItem } from '@open110/core/item'
import type { ReportRow } from '@open110/core/watch'
import { truthOf, waitingCount } from './home.state.ts'

const now = '2026-11-21T19:11:18.000Z'
const item = (id: string, shows: SeenItem['shows'], kind: 'report' | 'message' = 'report') =>
  ({ id, shows, of: id, parcel: { kind, body: { mode: 'text' } } }) as SeenItem
const row = (id: string, rest: Partial<ReportRow> = {}): ReportRow => ({
  id,
  receiptCode: '7K2M-9QXT-4HPC',
  mode: 'text',
  gist: '',
  state: 'delivered',
  step: 'delivered',
  deliveredAt: '2026-11-21T19:11:00.000Z',
  desk: { id: 'lishui', name: '丽水110' },
  unread: 0,
  ...rest,
})
const received = { state: 'received', receivedAt: '2026-11-21T19:11:10.000Z' } as const

test.each([
  ['nothing to say', [], [], undefined],
  ['nobody has opened it yet', [], [row('rp_a')], { kind: 'waiting', id: 'rp_a', waitedSeconds: 18 }],
  [
    'what nobody has opened comes before what is in hand',
    [],
    [row('rp_b', received), row('rp_a')],
    { kind: 'waiting', id: 'rp_a' },
  ],
  [
    'what has not left comes before everything',
    [item('x', 'queued')],
    [row('rp_a')],
    { kind: 'sending', id: 'x', shows: 'queued' },
  ],
  ['an old one is asked about', [item('x', 'ask')], [row('rp_a')], { kind: 'ask', id: 'x' }],
  [
    'in hand, with its news',
    [],
    [row('rp_b', { ...received, unread: 2 })],
    { kind: 'open', state: 'received', unread: 2 },
  ],
  ['done is done', [], [row('rp_c', { state: 'done' })], undefined],
] as const)('[CI5] %s', (_, items, rows, truth) => {
  const found = truthOf({ items, rows, now })
  if (truth) expect(found).toMatchObject(truth)
  else expect(found).toBeUndefined()
})

test('[CI5] messages wait as well', () => {
  expect(waitingCount([item('a', 'delivered'), item('b', 'queued', 'message'), item('c', 'sending')])).toBe(2)
})
