import { expect, test } from 'vitest'
import type { ReportRow } from '@open110/core/watch'
import { memoryStore } from '@open110/core/store'
import { openReportStates } from '@open110/modules/report'
import { followed } from './Follow.tsx'
import { loadTracking, stopTracking, tracking } from './tracking.ts'

const row = (id: string, mode: string, state = 'received') => ({ id, mode, state }) as ReportRow
const none = new Set<string>()

test('[CI33] the newest open silent or location report is followed from every page but its own', () => {
  const rows = [row('rp_t', 'text'), row('rp_s', 'silent'), row('rp_l', 'location')]
  expect(followed(rows, none, '/notes')).toBe('rp_s')
  expect(followed(rows, none, '/r/rp_s')).toBe('rp_l')
  expect(followed(rows, new Set(['rp_s', 'rp_l']), '/')).toBeUndefined()
  expect(followed(undefined, none, '/')).toBeUndefined()
})

test('[CI33] it ends with the report', () => {
  for (const state of ['done', 'invalid', 'declined', 'transferred'])
    expect(followed([row('rp_s', 'silent', state)], none, '/')).toBeUndefined()
  for (const state of openReportStates)
    expect(followed([row('rp_s', 'silent', state)], none, '/')).toBe('rp_s')
})

test('[CI33] who has stopped it is not followed after a reload either', async () => {
  const disk = new Map<string, unknown>()
  const store = memoryStore(disk)
  stopTracking(store, 'rp_s', true)
  expect(followed([row('rp_s', 'silent')], tracking.get(), '/')).toBeUndefined()
  tracking.set(none)
  await loadTracking(store)
  expect(followed([row('rp_s', 'silent')], tracking.get(), '/')).toBeUndefined()
  stopTracking(store, 'rp_s', false)
  expect(followed([row('rp_s', 'silent')], tracking.get(), '/')).toBe('rp_s')
  await Promise.resolve()
  expect(disk.has('still')).toBe(false)
})
