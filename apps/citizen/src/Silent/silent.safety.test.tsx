import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'
import type { SeenItem } from '@open110/core/item'
import { speak } from '@open110/core/words/citizen'
import { openReportStates, type ReportView } from '@open110/modules/report'
import { cell } from '@open110/core/cell'
import { PhoneContext } from '../app/hooks.ts'
import { barColour } from '../app/looks.ts'
import { place, placeOf } from '../app/path.ts'
import { isOpened } from '../app/quiet.ts'
import type { Phone } from '../app/phone.ts'
import { quietGuidance } from '../Report/report.state.ts'

vi.stubGlobal('navigator', { userAgent: '', languages: ['zh-CN'], onLine: true })
afterEach(() => place.set({ path: '/', isQuiet: false }))

const at = '2026-11-21T19:11:00.000Z'
const say = speak('zh-CN')
const report = {
  id: 'rp_a',
  receiptCode: '7K2M-9QXT-4HPC',
  mode: 'silent',
  tag: 'burglary',
  state: openReportStates[1],
  deliveredAt: at,
  desk: { id: 'lishui', name: '丽水' },
  ladder: [
    { step: 'delivered', at },
    { step: 'received', at, by: '3号席' },
  ],
  timeline: [],
  supplements: [],
  messages: [{ id: 'ms_1', seq: 1, at, from: 'desk', kind: 'words', words: '躲好' }],
  attachments: [],
  fallbackAfterSeconds: 15,
  guidance: 'guidance.out-of-area',
} as unknown as ReportView
const file = {
  id: 'f',
  of: 'rp_a',
  shows: 'sending',
  sentBytes: 1,
  madeAt: at,
  parcel: { kind: 'attachment', isSaid: false, file: { name: 'a.jpg', type: '', bytes: 9 } },
} as unknown as SeenItem
const items = [file]
const phone = {
  say,
  language: 'zh-CN',
  now: () => at,
  nowMs: () => 0,
  isOnline: cell(false),
  session: { token: () => undefined },
  outbox: { items: () => items, watch: () => () => {} },
  locator: { sight: cell({ state: 'asking' }), follow: () => () => {} },
  ownTags: cell([]),
  watch: {
    link: cell('stale'),
    list: cell({ isUnanswered: true }),
    sight: () => sight,
    look: () => () => {},
    silentSeconds: () => 9,
  },
} as unknown as Phone
const sight = cell({ report, problem: 'unanswered' })

async function drawn(isQuiet: boolean, isUnsure = false): Promise<string> {
  place.set({ path: '/r/rp_a', isQuiet, ...(isUnsure ? { isUnsure } : {}) })
  const { Report } = await import('../Report/Report.tsx')
  return renderToStaticMarkup(
    <PhoneContext value={phone}>
      <Report id="rp_a" />
    </PhoneContext>,
  )
}

test('[CI12] everything that could be spoken by itself is mute on the quiet page', async () => {
  const page = await drawn(true)
  expect(page).toContain('躲好')
  expect(page).toContain(say('report.stale', { seconds: 9 }))
  expect(page.match(/role="(status|alert|log)"|aria-live="(polite|assertive)"/g)).toBeNull()
})

test('[CI19] a silent report found in the browser’s history shows nothing, unless the way back was used in this tab', async () => {
  expect(await drawn(true, true)).toBe('')
  isOpened.set(true)
  expect(await drawn(true, true)).toContain('躲好')
  isOpened.set(false)
  expect(await drawn(true)).toContain('躲好')
})

test('[CI12] no guidance tells somebody in hiding to make a call, and what is not known is not said', async () => {
  for (const key of ['no-desk', 'no-place', 'out-of-area', 'overseas', 'offshore']) {
    const words = quietGuidance(say, `guidance.${key}`) ?? ''
    expect(words).not.toBe('')
    expect(words).not.toMatch(/拨打|电话|热线|110/)
  }
  expect(quietGuidance(say, 'guidance.of-tomorrow')).toBeUndefined()
  expect(await drawn(true)).not.toMatch(/拨打|tel:/)
})

test('[CI13] an address without its entry in the history is quiet until it is known; others are as they were left', () => {
  expect(placeOf('/r/rp_a', null)).toEqual({ path: '/r/rp_a', isQuiet: true, isUnsure: true })
  expect(placeOf('/r/rp_a', { quiet: false })).toEqual({ path: '/r/rp_a', isQuiet: false })
  expect(placeOf('/r/rp_a', { quiet: true })).toEqual({ path: '/r/rp_a', isQuiet: true })
  expect(placeOf('/', null)).toEqual({ path: '/', isQuiet: false })
})

test.each([
  ['/n', null, true],
  ['/notes', null, true],
  ['/r/rp_a', null, true],
  ['/r/rp_a', { quiet: false }, false],
  ['/', null, false],
  ['/report', null, false],
])('[CI13] before the first paint %s with %o is quiet: %s', (pathname, state, isQuiet) => {
  const dataset: Record<string, string> = {}
  const page = { title: '记事', documentElement: { dataset }, querySelector: () => bar }
  let colour = ''
  const bar = { setAttribute: (_: string, value: string) => (colour = value) }
  runInNewContext(readFileSync(new URL('../../public/looks.js', import.meta.url), 'utf8'), {
    document: page,
    location: { pathname },
    history: { state },
    localStorage: { getItem: () => '{"theme":"light"}' },
    matchMedia: () => ({ matches: false }),
  })
  expect([page.title, dataset['theme'], dataset['quiet']]).toEqual(
    isQuiet ? ['记事', 'dark', 'yes'] : ['互联网110', 'light', undefined],
  )
  expect(colour).toBe(barColour({ theme: 'light', large: false }, isQuiet))
})
