import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SeenItem } from '@open110/core/item'
import { fakeHouse } from '@open110/core/fake/house.fake'

const chance = crypto
/** The events of a browser, sent by hand; the network is a house that may be away. */
function openBrowser() {
  const hears = new Map<string, ((event: object) => void)[]>()
  const listen = (type: string, hear: (event: object) => void) => {
    hears.set(type, [...(hears.get(type) ?? []), hear])
  }
  const house = fakeHouse()
  const shown = { visibilityState: 'visible', addEventListener: listen }
  vi.stubGlobal('addEventListener', listen)
  vi.stubGlobal('document', shown)
  vi.stubGlobal('location', { href: 'https://110.example/', pathname: '/' })
  vi.stubGlobal('history', { state: null })
  vi.stubGlobal('navigator', { languages: ['zh-CN'], onLine: true })
  vi.stubGlobal(
    'WebSocket',
    class {
      close = () => {}
    },
  )
  // Sealing is another matter (CI18), and takes turns of its own.
  vi.stubGlobal('crypto', {
    getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => chance.getRandomValues(bytes),
  })
  vi.stubGlobal('fetch', async (url: string, asked: RequestInit) => {
    const { method = 'GET', headers, body } = asked
    const request = {
      method,
      url,
      headers: headers as Record<string, string>,
      ...(body ? { body: body as string } : {}),
    }
    const { status, text } = await house.transport(request)
    return new Response(text, { status })
  })
  const say = (type: string, event: object = {}) => hears.get(type)?.forEach((hear) => hear(event))
  return { house, shown, say }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** What is sealed or sent takes real turns of the machine, and hardly any time of the clock. */
async function calm(isDone: () => boolean = () => true) {
  for (let turn = 0; turn < 5_000 && (turn < 30 || !isDone()); turn++) {
    await new Promise((done) => setImmediate(done))
    if (turn < 30) await vi.advanceTimersByTimeAsync(2)
  }
}

type Browser = ReturnType<typeof openBrowser>
const triggers: readonly [string, (browser: Browser) => void | Promise<unknown>][] = [
  ['online', ({ say }) => say('online')],
  ['the foreground', ({ say }) => say('visibilitychange')],
  ['a page taken from the browser’s memory', ({ say }) => say('pageshow', { persisted: true })],
  ['its timer', () => vi.advanceTimersByTimeAsync(4_000)],
]

test.each(triggers)('[CO4] what waits goes by itself: %s', async (_, brings) => {
  const browser = openBrowser()
  const { startPhone } = await import('./phone.ts')
  browser.house.line.isUp = false
  const phone = startPhone()
  const shows = () => phone.outbox.items().map(({ shows: each }: SeenItem) => each)
  await phone.outbox.press([
    { id: 'a', parcel: { kind: 'report', body: { mode: 'text', words: '有人撬门', madeAt: phone.now() } } },
  ])
  await calm()
  expect(shows()).not.toEqual(['delivered'])
  browser.house.line.isUp = true
  await brings(browser)
  await calm(() => shows()[0] === 'delivered')
  expect(shows()).toEqual(['delivered'])
  phone.outbox.close()
  phone.watch.close()
})

test('[CO4] what waits goes by itself: with the answer to a question', async () => {
  const browser = openBrowser()
  const { startPhone } = await import('./phone.ts')
  const phone = startPhone()
  await calm()
  browser.house.line.isUp = false
  await phone.outbox.press([
    { id: 'a', parcel: { kind: 'report', body: { mode: 'text', words: 'a', madeAt: phone.now() } } },
  ])
  await calm()
  browser.house.line.isUp = true
  phone.watch.refresh()
  await calm(() => phone.outbox.items().every(({ shows }: SeenItem) => shows === 'delivered'))
  expect(phone.outbox.items().map(({ shows }: SeenItem) => shows)).toEqual(['delivered'])
  phone.outbox.close()
  phone.watch.close()
})

test('[CO6] a browser that was offline before the try and after it knows that nothing has left', async () => {
  const browser = openBrowser()
  const { startPhone } = await import('./phone.ts')
  const phone = startPhone()
  await calm()
  browser.house.line.isUp = false
  const press = (id: string) =>
    phone.outbox.press([
      { id, parcel: { kind: 'report', body: { mode: 'text', words: id, madeAt: phone.now() } } },
    ])
  await press('a')
  await calm()
  vi.stubGlobal('navigator', { languages: ['zh-CN'], onLine: false })
  await press('b')
  await calm(() => phone.outbox.items().every(({ tries }: SeenItem) => tries > 0))
  expect(phone.outbox.items().map(({ shows }: SeenItem) => shows)).toEqual(['unknown', 'queued'])
  phone.outbox.close()
  phone.watch.close()
})

test('[CO4] what waits goes by itself: with the answer to something else', async () => {
  const browser = openBrowser()
  const { startPhone } = await import('./phone.ts')
  const phone = startPhone()
  await calm()
  browser.house.line.isUp = false
  const report = (id: string) =>
    phone.outbox.press([
      { id, parcel: { kind: 'report', body: { mode: 'text', words: id, madeAt: phone.now() } } },
    ])
  await report('a')
  await calm()
  browser.house.line.isUp = true
  await report('b')
  await calm(() => phone.outbox.items().every(({ shows }: SeenItem) => shows === 'delivered'))
  expect(phone.outbox.items().map(({ shows }: SeenItem) => shows)).toEqual(['delivered', 'delivered'])
  phone.outbox.close()
  phone.watch.close()
})
