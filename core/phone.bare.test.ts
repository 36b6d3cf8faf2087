import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { beforeAll, expect, test } from 'vitest'
import { fakeHouse, waiting } from './fake/house.fake.ts'
import { fakeSeal } from './fake/seal.fake.ts'
import { handTurned } from './fake/timers.fake.ts'
import type * as Ladder from './ladder.ts'
import type * as Phone from './phone.ts'
import { memoryStore } from './store.ts'
import type * as Words from './words/citizen.ts'

const entryName = 'reporter-entry'
/** What a client without React imports; a mini-program's bundle is made of the same. */
const entry = `
  export * from '@open110/core/phone'
  export * from '@open110/core/ladder'
  export * from '@open110/core/words/citizen'
`
type Core = typeof Phone & typeof Ladder & typeof Words
let code = ''

beforeAll(async () => {
  const built = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        enforce: 'pre',
        resolveId: (id) => (id.endsWith(entryName) ? `${import.meta.dirname}/${entryName}.ts` : undefined),
        load: (id) => (id.endsWith(`${entryName}.ts`) ? entry : undefined),
      },
    ],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: entryName, formats: ['iife'], name: 'core' },
    },
  })) as Rolldown.RolldownOutput[]
  code = built[0]!.output[0].code
}, 60_000)

const hosts = [
  ...['window', 'self', 'document', 'navigator', 'location', 'history', 'localStorage', 'indexedDB', 'wx'],
  ...['fetch', 'Request', 'Headers', 'XMLHttpRequest', 'WebSocket', 'AbortController', 'AbortSignal', 'Blob'],
  ...[
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'performance',
    'console',
  ],
  ...['URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'atob', 'btoa', 'crypto', 'structuredClone'],
  ...['process', 'Buffer', 'global', 'require', 'module', 'Event', 'EventTarget', 'WebAssembly', 'File'],
]

/** The language and nothing else; no code is made of text either. */
function bareRealm(): Core {
  const realm = createContext({}, { codeGeneration: { strings: false, wasm: false } })
  runInContext('delete globalThis.console; delete globalThis.WebAssembly', realm)
  const found = runInContext(
    `${JSON.stringify(hosts)}.filter((name) => typeof globalThis[name] !== 'undefined')`,
    realm,
  ) as string[]
  expect([...found]).toEqual([])
  runInContext(code.replace(/^(var|const|let) core\s*=/, 'globalThis.core ='), realm)
  return runInContext('core', realm) as Core
}

test('[CO19] in a bare realm, with every port handed in, a whole report goes from the press to 已接收', async () => {
  const core = bareRealm()
  const clock = handTurned()
  const house = fakeHouse()
  const disk = new Map<string, unknown>()
  let keys = 0
  const calm = async () => {
    for (let turn = 0; turn < 8; turn++) await clock.pass(25)
  }
  const launch = () =>
    core.openPhone({
      store: memoryStore(disk),
      seal: async () => fakeSeal(),
      base: 'https://110.example',
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
  const first = launch()
  house.line.isUp = false
  const sees = (phone = first) => phone.outbox.items().map(({ shows }) => shows)

  await first.outbox.press([
    { id: 'a', parcel: { kind: 'report', body: { mode: 'text', words: '有人撬门', madeAt: clock.now() } } },
  ])
  await calm()
  expect(sees()).toEqual(['queued'])
  expect(JSON.stringify([...disk.values()])).not.toContain('撬门')
  first.outbox.close()
  first.watch.close()
  clock.forget()

  // Another life of the page; the network comes back.
  const phone = launch()
  await calm()
  const told: string[] = []
  phone.outbox.watch(() => told.push(sees(phone).join()))
  house.line.isUp = true
  phone.online()
  await calm()
  expect([...new Set(told)]).toEqual(['sending', 'delivered'])
  expect(sees(phone)).toEqual(['delivered'])
  await phone.outbox.press([
    { id: 's', of: 'a', parcel: { kind: 'supplement', body: { words: '在后门' } } },
    { id: 'm', of: 'a', parcel: { kind: 'message', body: { words: '他上楼了' } } },
    {
      id: 'p',
      of: 'a',
      file: { size: 9, type: 'image/jpeg', arrayBuffer: async () => new ArrayBuffer(9) },
      parcel: {
        kind: 'attachment',
        isSaid: false,
        file: { name: '门.jpg', type: 'image/jpeg', bytes: 9, sha256: 'd1' },
      },
    },
  ])
  await calm()
  expect(sees(phone)).toEqual(['delivered', 'delivered', 'delivered', 'delivered'])
  expect(house.heard.filter((name) => !waiting.includes(name))).toEqual([
    'session.open',
    'report.send',
    'live',
    'report.supplement',
    'message.send',
    'upload',
  ])

  const { id } = phone.outbox.items()[0]!.receipt!
  phone.watch.look(id)
  await calm()
  const rungs = () => {
    const { report } = phone.watch.sight(id).get()
    return core.ladderOf({ ...(report ? { report } : {}), waitedSeconds: 0 }).map(({ step }) => step)
  }
  expect(rungs()).toEqual(['delivered', 'waiting'])
  house.receive(id)
  await calm()
  expect(rungs()).toEqual(['delivered', 'received'])
  expect(core.speak('zh-CN')('ladder.received')).toBe('已接收')
})

/** Of a mini-program's 2 MB a package, and of what a slow line carries in a second. */
const budget = { plainKb: 160, gzipKb: 50 }

test('[CO19] what a client without React bundles stays small', () => {
  const plainKb = Buffer.byteLength(code) / 1024
  const gzipKb = gzipSync(code).length / 1024
  process.stdout.write(`core, bundled: ${plainKb.toFixed(1)} KB, ${gzipKb.toFixed(1)} KB gzip\n`)
  // Refused by mini-programs wherever it stands.
  expect(code).not.toMatch(/new Function|\beval\(/)
  expect(plainKb).toBeLessThan(budget.plainKb)
  expect(gzipKb).toBeLessThan(budget.gzipKb)
})
