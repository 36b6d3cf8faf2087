import { afterEach, expect, test, vi } from 'vitest'
import type { SeenItem } from '@open110/core/item'
import { citizen } from '@open110/core/words/zh/citizen'
import { truthOf, waitingCount } from '../Home/home.state.ts'
import { go, place } from '../app/path.ts'
import { hide, isOpened, isOwn, leaveQuiet, markOwn, reveal, watchQuiet } from '../app/quiet.ts'
import type { ReportRow } from '@open110/core/watch'
import { shownOf, silentLines } from './shown.state.ts'

const now = '2026-11-21T19:11:18.000Z'
const report = (id: string, mode: string, shows: SeenItem['shows'] = 'queued') =>
  ({
    id,
    of: id,
    shows,
    state: 'queued',
    isKept: true,
    madeAt: now,
    parcel: { kind: 'report', body: { mode } },
  }) as SeenItem
const message = (id: string, of: string) =>
  ({
    id,
    of,
    shows: 'queued',
    state: 'queued',
    isKept: true,
    parcel: { kind: 'message', body: { words: '他' } },
  }) as SeenItem
const row = (id: string, mode: string) =>
  ({
    id,
    mode,
    state: 'received',
    deliveredAt: now,
    receivedAt: now,
    desk: { id: 'd', name: '丽水市公安局' },
    unread: 1,
  }) as ReportRow

afterEach(() => vi.unstubAllGlobals())

test('[CI15] the first page and the list know nothing of a silent report, sent or waiting, nor of words that belong to one', () => {
  const items = [report('a', 'silent'), message('m', 'a'), message('n', 'rp_s')]
  const shown = shownOf(items, [row('rp_s', 'silent')], false)
  expect(shown).toEqual({ items: [], rows: [] })
  expect(truthOf({ items: shown.items, rows: shown.rows ?? [], now })).toBeUndefined()
  expect(waitingCount(shown.items)).toBe(0)
})

test('[CI15] what hangs on a report that nobody knows just now is not counted; what is openly sent is shown', () => {
  const items = [report('t', 'text'), message('m', 't'), message('n', 'rp_t'), message('o', 'rp_unknown')]
  expect(shownOf(items, undefined, false).items.map(({ id }) => id)).toEqual(['t', 'm'])
  const rows = [row('rp_t', 'text'), row('rp_s', 'silent')]
  const shown = shownOf(items, rows, false)
  expect(shown.items.map(({ id }) => id)).toEqual(['t', 'm', 'n'])
  expect(shown.rows?.map(({ id }) => id)).toEqual(['rp_t'])
})

test('[CI15][CI16] after the way back everything is shown, and the silent page names what was sent', () => {
  const items = [report('a', 'silent'), report('t', 'text')]
  const rows = [row('rp_s', 'silent'), row('rp_t', 'text')]
  expect(shownOf(items, rows, true)).toEqual({ items, rows })
  expect(silentLines(items, rows).map(({ id }) => id)).toEqual(['a', 'rp_s'])
})

/** A browser's address, history and the storage of one tab. */
function openTab(kept = new Map<string, string>()) {
  const location = { pathname: '/' }
  const history = {
    state: null as unknown,
    replaceState: (state: unknown, _: string, path: string) =>
      void ((history.state = state), (location.pathname = path)),
    pushState: (state: unknown, _: string, path: string) =>
      void ((history.state = state), (location.pathname = path)),
  }
  vi.stubGlobal('location', location)
  vi.stubGlobal('history', history)
  vi.stubGlobal('scrollTo', () => {})
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
  watchQuiet()
  return kept
}

test('[CI15][CI16] the way back opens, in a new tab too; covering, the back button and leaving close', () => {
  const kept = openTab()
  expect(isOpened.get()).toBe(false)
  reveal()
  expect([isOpened.get(), place.get().path]).toEqual([true, '/n'])
  // A reload of this tab stays open, another tab does not begin so.
  openTab(new Map(kept))
  expect(isOpened.get()).toBe(true)
  hide()
  expect(isOpened.get()).toBe(false)
  reveal()
  place.set({ path: '/notes', isQuiet: true })
  expect(isOpened.get()).toBe(false)
  reveal()
  leaveQuiet()
  expect([isOpened.get(), place.get().path]).toEqual([false, '/'])
  openTab()
  expect(isOpened.get()).toBe(false)
})

test('[CI32] who has sent from this tab sees after a reload that it was sent; the first page does not, and a cover ends it', () => {
  const kept = openTab()
  markOwn()
  expect([isOwn.get(), isOpened.get()]).toEqual([true, false])
  openTab(new Map(kept))
  expect([isOwn.get(), isOpened.get()]).toEqual([true, false])
  expect(shownOf([], [row('rp_s', 'silent')], isOpened.get()).rows).toEqual([])
  hide()
  expect(isOwn.get()).toBe(false)
  markOwn()
  leaveQuiet()
  expect(isOwn.get()).toBe(false)
  openTab()
  expect(isOwn.get()).toBe(false)
})

test('[CI30] whatever quiet page is open, the browser is told of one address; of a page that is not quiet, its own', () => {
  openTab()
  const told = (path: string, quiet: boolean) => {
    go(path, { quiet })
    return [location.pathname, place.get().path]
  }
  expect(told('/r/rp_a', true)).toEqual(['/n', '/r/rp_a'])
  expect(told('/notes', true)).toEqual(['/notes', '/notes'])
  expect(told('/n', true)).toEqual(['/n', '/n'])
  expect(told('/r/rp_a', false)).toEqual(['/r/rp_a', '/r/rp_a'])
})

test('[CI16] the page on which it was sent says how to come back', () => {
  for (const key of ['silent.back-hint', 'silent.again-hint'] as const)
    expect(citizen[key]).toMatch(/隐藏.*标题三下.*110|隐藏[\s\S]*这样回来/)
})
