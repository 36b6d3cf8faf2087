import { afterEach, expect, test, vi } from 'vitest'
import { fakeHouse } from '@open110/core/fake/house.fake'
import { handTurned } from '@open110/core/fake/timers.fake'
import { openPhone } from '@open110/core/phone'
import { go, place } from '../app/path.ts'
import { enterQuiet, hide, leaveQuiet, reveal, watchQuiet } from '../app/quiet.ts'
import { openStore } from './indexed.ts'
import { openSeal } from './seal.ts'

afterEach(() => vi.unstubAllGlobals())

/** What a browser keeps, where everybody can look into it. */
function openBrowser() {
  const tables = new Map<string, unknown>()
  const request = <T>(result: T) => {
    const asked = { result, onsuccess: () => {} }
    queueMicrotask(() => asked.onsuccess())
    return asked
  }
  const table = {
    get: (key: string) => request(tables.get(key)),
    getAll: ({ lower, upper }: { lower: string; upper: string }) =>
      request([...tables].filter(([key]) => key >= lower && key <= upper).map(([, value]) => value)),
    put: (value: unknown, key: string) => request(tables.set(key, value)),
    delete: (key: string) => request(tables.delete(key)),
  }
  const transaction = () => {
    const running = { objectStore: () => table, oncomplete: () => {} }
    queueMicrotask(() => queueMicrotask(() => running.oncomplete()))
    return running
  }
  vi.stubGlobal('indexedDB', { open: () => request({ transaction }) })
  vi.stubGlobal('IDBKeyRange', { bound: (lower: string, upper: string) => ({ lower, upper }) })
  const kept = { local: new Map<string, string>(), session: new Map<string, string>() }
  const storage = (of: Map<string, string>) => ({
    getItem: (key: string) => of.get(key) ?? null,
    setItem: (key: string, value: string) => void of.set(key, value),
    removeItem: (key: string) => void of.delete(key),
  })
  vi.stubGlobal('localStorage', storage(kept.local))
  vi.stubGlobal('sessionStorage', storage(kept.session))
  const location = { pathname: '/' }
  const entries: { state: unknown; path: string }[] = [{ state: null, path: '/' }]
  const visit = (at: number) => (state: unknown, _: string, path: string) => {
    entries.splice(entries.length - at, at, { state, path })
    location.pathname = path
  }
  vi.stubGlobal('location', location)
  vi.stubGlobal('history', {
    get state() {
      return entries.at(-1)?.state
    },
    pushState: visit(0),
    replaceState: visit(1),
  })
  vi.stubGlobal('scrollTo', () => {})
  vi.stubGlobal('caches', { open: () => Promise.reject(new Error('no page of a reporter opens a cache')) })
  place.set({ path: '/', isQuiet: false })
  watchQuiet()
  const bytesOf = (value: unknown): string =>
    value instanceof Uint8Array
      ? Buffer.from(value).toString('latin1')
      : JSON.stringify(value, (_, each) =>
          each instanceof Uint8Array ? Buffer.from(each).toString('latin1') : (each as unknown),
        )
  return {
    tables,
    kept,
    entries,
    keys: () => [...tables.keys()].toSorted(),
    everything: () =>
      [...tables].map(([key, value]) => `${key} ${bytesOf(value)}`).join('\n') +
      JSON.stringify([[...kept.local], [...kept.session], entries]),
  }
}

function openLife() {
  const clock = handTurned()
  const kept = openStore()
  let keys = 0
  return (house: ReturnType<typeof fakeHouse>) => {
    const phone = openPhone({
      store: kept,
      seal: openSeal(kept),
      base: '',
      transport: house.transport,
      open: house.open,
      upload: () => house.upload,
      timers: clock.timers,
      now: clock.now,
      newKey: () => `key-${++keys}`,
      language: 'zh-CN',
      isVisible: () => true,
      isRead: () => true,
      alone: async (act) => (await act(), true),
    })
    // Sealing takes real time of the machine, and no time of the phone's clock.
    const calm = async (isDone: () => boolean) => {
      for (let turn = 0; turn < 2_000 && !isDone(); turn++) {
        await new Promise((done) => setTimeout(done, 2))
        await clock.pass(turn < 20 ? 50 : 0)
      }
      await clock.pass(50)
    }
    return { phone, calm }
  }
}

const words = '他在打我 别打电话'
const telling = /domestic|silent|他在打我|别打电话|token-|ct_1|rp_|lishui|119\.9|receipt|u4ed6/

test('[CI18] of a covert report that was delivered and received nothing readable stays in the browser, and in the next life nothing at all', async () => {
  const browser = openBrowser()
  const house = fakeHouse()
  const live = openLife()
  const { phone, calm } = live(house)
  enterQuiet('/n')
  const fix = { lng: 119.9, lat: 28.4, crs: 'wgs84', accuracyMetres: 9, source: 'gps' }
  const body = { mode: 'silent' as const, tag: 'domestic-violence', words, callSafe: false, fix, madeAt: '' }
  house.line.isUp = false
  await phone.outbox.press([{ id: 'k7', parcel: { kind: 'report', body } }])
  go('/r/k7', { replace: true, quiet: true })
  await calm(() => phone.outbox.items()[0]?.tries === 1)
  expect(browser.keys()).toEqual(['outbox/k7', 'seal'])
  expect(browser.everything()).not.toMatch(telling)

  house.line.isUp = true
  phone.online()
  const isThere = () => phone.outbox.items().every(({ shows, isKept }) => shows === 'delivered' && isKept)
  await calm(() => isThere() && browser.tables.has('session'))
  const [item] = phone.outbox.items()
  expect(item!.shows).toBe('delivered')
  const { id } = item!.receipt!
  house.receive(id)
  const release = phone.watch.look(id)
  await calm(() => phone.watch.sight(id).get().report?.state === 'received')
  expect(phone.watch.sight(id).get().report?.state).toBe('received')
  release()
  go(`/r/${id}`, { replace: true, quiet: true })
  hide()
  reveal()
  hide()
  phone.outbox.close()
  phone.watch.close()
  // The page is reloaded under its cover.
  const next = live(house)
  await next.calm(() => !browser.tables.has('outbox/k7') && next.phone.session.token() !== undefined)
  expect(browser.keys()).toEqual(['seal', 'session'])
  expect(browser.everything()).not.toMatch(telling)
  expect(house.heard.filter((name) => name === 'session.open')).toHaveLength(1)
  expect([[...browser.kept.session], [...browser.kept.local]]).toEqual([[], []])
  // The entries that the back button finds: the first page and the cover, each with no more than how it looks.
  expect(browser.entries).toEqual([
    { state: { quiet: true }, path: '/notes' },
    { state: { quiet: true }, path: '/notes' },
  ])
  leaveQuiet()
})

test('[CI18] the session and what is being written lie sealed', async () => {
  const browser = openBrowser()
  const { phone, calm } = openLife()(fakeHouse())
  await calm(() => browser.tables.has('session'))
  await phone.store.put({ draft: { words }, 'file/1': new Blob([words]) })
  expect(browser.keys()).toEqual(['draft', 'file/1', 'seal', 'session'])
  expect(browser.everything()).not.toMatch(telling)
  expect(await phone.store.get('draft')).toEqual({ words })
  expect(await ((await phone.store.get('file/1')) as Blob).text()).toBe(words)
})
