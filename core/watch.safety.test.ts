import { expect, test } from 'vitest'
import type { Call } from '@open110/kit/client/call'
import { handTurned } from './fake/timers.fake.ts'
import { openWatch } from './watch.ts'

const at = '2026-11-21T19:11:00.000Z'

test('[CI14] a message that came under the cover is delivered, and read only when the cover is lifted', async () => {
  const clock = handTurned()
  const marks: unknown[] = []
  let isRead = false
  const call = (async (contract: { name: string }, sent?: { body?: unknown }) => {
    if (contract.name === 'message.mark') marks.push(sent?.body)
    const report = {
      id: 'rp_a',
      state: 'received',
      deliveredAt: at,
      ladder: [],
      messages: [{ seq: 3 }],
      attachments: [],
    }
    return contract.name === 'report.list' ? [report] : report
  }) as unknown as Call
  const watch = openWatch({
    call,
    session: { token: () => 'token', citizen: () => 'ct_1', ready: async () => {}, renew: async () => {} },
    timers: clock.timers,
    open: () => ({ send: () => {}, close: () => {} }),
    isVisible: () => true,
    isRead: () => isRead,
    answered: () => {},
  })
  watch.look('rp_a')
  await clock.settle()
  expect(marks).toEqual([{ delivered: 3 }])
  isRead = true
  watch.refresh()
  await clock.settle()
  expect(marks).toEqual([{ delivered: 3 }, { delivered: 3, read: 3 }])
  watch.close()
})
