import { expect, test } from 'vitest'
import { fakePolice, type Fate } from './fake/police.fake.ts'
import { fakeSeal } from './fake/seal.fake.ts'
import { handTurned } from './fake/timers.fake.ts'
import { openOutbox } from './outbox.ts'
import { sealedStore, type Seal } from './seal.ts'
import { memoryStore } from './store.ts'

const words = '他回来了,我在衣柜里 🙏'
const report = { kind: 'report', body: { mode: 'silent', tag: 'violence', words } } as const
const photo = { name: '1.jpg', type: 'image/jpeg', bytes: 400, sha256: 's' }

function openPhone(seal: Seal | undefined) {
  const clock = handTurned()
  const line = { fateOf: (_: string): Fate => 'ok' }
  const police = fakePolice((name) => line.fateOf(name))
  const disk = new Map<string, unknown>()
  let keys = 0
  const launch = () => {
    const outbox = openOutbox({
      store: sealedStore(memoryStore(disk), async () => seal),
      call: police.call,
      upload: police.upload,
      session: { ready: async () => {}, renew: async () => {} },
      timers: clock.timers,
      now: clock.now,
      newKey: () => `key-${++keys}`,
      alone: async (act) => (await act(), true),
    })
    outbox.wake()
    return outbox
  }
  return { clock, line, police, disk, launch }
}

/** Everything a reader of the store can make of it. */
const readable = (disk: Map<string, unknown>) =>
  JSON.stringify([...disk], (_, value: unknown) =>
    value instanceof Uint8Array ? String.fromCharCode(...value) : value,
  )

test('[CO18] what waits without a network cannot be read in the store, and the next life sends it', async () => {
  const { clock, line, police, disk, launch } = openPhone(fakeSeal())
  line.fateOf = () => 'lost-before'
  const first = launch()
  await first.press([{ id: 'a', parcel: report }])
  await first.press([{ id: 'm', of: 'a', parcel: { kind: 'message', body: { words } } }])
  await clock.pass(1_000)
  expect([...disk.keys()]).toEqual(['outbox/a', 'outbox/m'])
  expect(readable(disk)).not.toMatch(/衣柜|silent|violence|words|report/)
  first.close()
  line.fateOf = () => 'ok'
  const second = launch()
  await clock.pass(60_000)
  expect(second.items().map(({ shows }) => shows)).toEqual(['delivered', 'delivered'])
  expect(police.kept.map(({ body }) => (JSON.parse(body) as { words: string }).words)).toEqual([words, words])
})

test('[CO18] a photo that waits is sealed as well, and is the same photo when it is opened', async () => {
  const disk = new Map<string, unknown>()
  const store = sealedStore(memoryStore(disk), async () => fakeSeal())
  await store.put({ 'file/p': new Blob(['a face'], { type: 'image/jpeg' }) })
  expect(readable(disk)).not.toContain('a face')
  const found = (await store.get('file/p')) as Blob
  expect([new TextDecoder().decode(await found.arrayBuffer()), found.type]).toEqual(['a face', 'image/jpeg'])
})

test('[CO18] without a seal it is stored plain and survives; with one, what was stored plain is still read', async () => {
  const disk = new Map<string, unknown>()
  await sealedStore(memoryStore(disk), async () => undefined).put({ 'outbox/a': { id: 'a' } })
  expect(disk.get('outbox/a')).toEqual({ id: 'a' })
  expect(await sealedStore(memoryStore(disk), async () => fakeSeal()).list('outbox/')).toEqual([{ id: 'a' }])
})

test('[CO18] an item whose key is gone holds up no other', async () => {
  const disk = new Map<string, unknown>()
  await sealedStore(memoryStore(disk), async () => fakeSeal(0x11)).put({ 'outbox/a': { id: 'a' } })
  const store = sealedStore(memoryStore(disk), async () => fakeSeal(0x22))
  await store.put({ 'outbox/b': { id: 'b' } })
  expect(await store.list('outbox/')).toEqual([{ id: 'b' }])
})

test('[CO18] what was wiped while another write was being sealed stays wiped', async () => {
  const disk = new Map<string, unknown>()
  let free = () => {}
  const slow: Seal = { ...fakeSeal(), seal: (bytes) => new Promise((done) => (free = () => done(bytes))) }
  const store = sealedStore(memoryStore(disk), async () => slow)
  const kept = store.put({ 'outbox/a': { id: 'a' } })
  const wiped = store.put({ 'outbox/a': undefined })
  await new Promise((done) => setTimeout(done, 0))
  free()
  await Promise.all([kept, wiped])
  expect([...disk.keys()]).toEqual([])
})

test.each([
  ['sealed', fakeSeal()],
  ['plain', undefined],
] as const)('[CO17] a delivered silent report leaves an opaque id, then nothing: %s', async (how, seal) => {
  const { clock, disk, launch } = openPhone(seal)
  const first = launch()
  await first.press([{ id: 'a', parcel: report }])
  await clock.pass(1_000)
  expect(first.items()[0]).toMatchObject({ shows: 'delivered', receipt: { id: 'rp_1' } })
  expect(JSON.stringify(first.items())).not.toMatch(/衣柜|violence|receiptCode|desk/)
  expect([...disk.keys()]).toEqual(['outbox/a'])
  expect(readable(disk)).not.toMatch(/衣柜|violence|silent|receiptCode|desk|2026/)
  if (how === 'plain') expect(readable(disk)).toContain('rp_1')
  first.close()
  // The page that died before its address was the server's finds the way once more.
  const second = launch()
  await clock.pass(1_000)
  expect(second.items()[0]).toMatchObject({
    id: 'a',
    receipt: { id: 'rp_1' },
    parcel: { body: { mode: 'silent' } },
  })
  expect([...disk.keys()]).toEqual([])
})

test('[CO17] as long as a photo hangs on it the phone knows which report it belongs to', async () => {
  const { clock, line, police, disk, launch } = openPhone(fakeSeal())
  line.fateOf = (name) => (name.startsWith('upload') ? 'lost-before' : 'ok')
  const pressed = [
    { id: 'a', parcel: report },
    { id: 'p', of: 'a', parcel: { kind: 'attachment', isSaid: false, file: photo }, file: new Blob(['x']) },
  ] as const
  const first = launch()
  await first.press(pressed)
  await clock.pass(1_000)
  first.close()
  clock.forget()
  const second = launch()
  await clock.pass(1_000)
  expect([...disk.keys()].toSorted()).toEqual(['file/p', 'outbox/a', 'outbox/p'])
  second.close()
  clock.forget()
  line.fateOf = () => 'ok'
  // Reading a file takes turns of its own, so the clock is given several.
  const third = launch()
  for (let turn = 0; turn < 5; turn++) {
    await clock.pass(20_000)
    await new Promise((done) => setTimeout(done, 0))
  }
  expect(police.attachments).toMatchObject([{ report: 'rp_1' }])
  third.close()
  launch()
  await clock.pass(1_000)
  expect([...disk.keys()]).toEqual([])
})

test('[CO26] whatever was tapped or typed, what lies in the store is as long', async () => {
  const disk = new Map<string, unknown>()
  const store = sealedStore(memoryStore(disk), async () => fakeSeal())
  const item = (parcel: object) => ({ version: 1, id: 'a', key: 'k', of: 'rp_a', parcel })
  const parcels = [
    { kind: 'report', body: { mode: 'silent', tag: 'domestic-violence', callSafe: false } },
    { kind: 'report', body: { mode: 'text', words: '楼下有人撬门' } },
    { kind: 'withdrawal', body: { pin: '1234' } },
    { kind: 'withdrawal', body: { pin: '123456' } },
    { kind: 'withdrawal', body: {} },
  ]
  await store.put(Object.fromEntries(parcels.map((parcel, at) => [`outbox/${at}`, item(parcel)])))
  const sizes = [...disk.values()].map((each) => (each as { sealed: Uint8Array }).sealed.length)
  expect(new Set(sizes).size).toBe(1)
  expect(await store.get('outbox/2')).toEqual(item(parcels[2]!))
})
