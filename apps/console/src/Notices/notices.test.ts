import { expect, test } from 'vitest'
import type { QueueRow } from '@open110/modules/report'
import { nothingTold, tell, urgedElsewhere } from './notices.state.ts'

const at = (seconds: number) => `2026-11-21T02:00:${String(seconds).padStart(2, '0')}.000Z`
const row = (report: string, urgedAt?: string) =>
  ({ report, receiptCode: `码${report}`, ...(urgedAt ? { urgedAt } : {}) }) as unknown as QueueRow

test('[CS30] who waits for an answer is read from the queue: also after a reload, the longest wait first, the open one apart', () => {
  const queue = [row('a'), row('b', at(20)), row('c', at(10)), row('d', at(5))]
  expect(urgedElsewhere(queue, 'd').map(({ report }) => report)).toEqual(['c', 'b'])
  expect(urgedElsewhere(queue, undefined)[0]).toEqual({ report: 'd', receiptCode: '码d', urgedAt: at(5) })
  expect(urgedElsewhere([row('a')], undefined)).toEqual([])
  // The event only makes the queue old; nothing is remembered of it here.
  expect(tell(nothingTold, { type: 'report.urged', data: { report: 'a' } })).toBe(nothingTold)
})
