import { expect, test } from 'vitest'
import { openPhone, photo, report } from './fake/phone.fake.ts'
import { memoryStore, type KeyStore } from './store.ts'

/** A store that has no room, or cannot be read, as long as the test says so. */
function troubledStore(held: Map<string, unknown>) {
  const state = { isFull: false, isUnreadable: false }
  const kept = memoryStore(held)
  const store: KeyStore = {
    get: kept.get,
    list: (prefix) => (state.isUnreadable ? Promise.reject(new Error('unreadable')) : kept.list(prefix)),
    put: (entries) => (state.isFull ? Promise.reject(new Error('full')) : kept.put(entries)),
  }
  return { store, state }
}

test('[CO3] no room for the word of a picture that is there: it is said all the same, by this life or the next', async () => {
  const held = new Map<string, unknown>()
  const { store, state } = troubledStore(held)
  const { launch, police, clock, line } = openPhone({ store })
  const first = launch()
  await first.press([{ id: 'a', parcel: report }])
  await clock.pass(100)
  await first.press([{ id: 'p', of: 'a', parcel: { ...photo('s'), isSaid: true }, file: 'x' }])
  line.fateOf = (name) => (name === 'message.send' ? 'lost-before' : 'ok')
  state.isFull = true
  await clock.pass(10_000)
  expect(first.items().map(({ id }) => id)).toContain('p-said')
  line.fateOf = () => 'ok'
  await clock.pass(60_000)
  expect(police.kept.filter(({ name }) => name === 'message.send')).toHaveLength(1)
})

test('[CO3][CO4] a store that cannot be read at the start is read again by itself', async () => {
  const held = new Map<string, unknown>()
  const { store, state } = troubledStore(held)
  const { launch, police, clock, line, shows } = openPhone({ store, fateOf: () => 'lost-before' })
  const first = launch()
  await first.press([{ id: 'a', parcel: report }])
  first.close()
  clock.forget()
  state.isUnreadable = true
  const second = launch()
  await clock.pass(1_000)
  expect(shows(second)).toEqual([])
  line.fateOf = () => 'ok'
  state.isUnreadable = false
  await clock.pass(5_000)
  expect(shows(second)).toEqual(['delivered'])
  expect(police.log).toEqual(['report.send'])
})

test('[CO3] the phone had no room for the report: what is kept later is kept with it, and with its bytes', async () => {
  const held = new Map<string, unknown>()
  const { store, state } = troubledStore(held)
  const { launch, police, clock, line } = openPhone({ store })
  state.isFull = true
  line.fateOf = (name) => (name === 'upload.patch' ? 'lost-before' : 'ok')
  const first = launch()
  void first.press([
    { id: 'a', parcel: report },
    { id: 'p', of: 'a', parcel: photo('s'), file: 'x' },
  ])
  await clock.pass(100)
  expect(first.items()[0]).toMatchObject({ shows: 'delivered' })
  state.isFull = false
  void first.press([{ id: 'm', of: 'a', parcel: { kind: 'message', body: { words: '他上楼了' } } }])
  line.fateOf = () => 'lost-before'
  await first.agree('p')
  await clock.pass(100)
  first.close()
  clock.forget()
  line.fateOf = () => 'ok'
  const second = launch()
  await clock.pass(60_000)
  expect(second.items().filter(({ shows }) => shows !== 'delivered')).toEqual([])
  expect(police.attachments).toHaveLength(1)
  expect(police.kept.map(({ name }) => name)).toEqual(['report.send', 'message.send'])
})

test('[CO5] a server that is well again gets five pictures within the minute, not one a minute', async () => {
  const { launch, police, clock, line } = openPhone({
    fateOf: (name) => (name.startsWith('upload') ? 'busy' : 'ok'),
  })
  const outbox = launch()
  const photos = [1, 2, 3, 4, 5].map((n) => ({ id: `p${n}`, of: 'a', parcel: photo(`s${n}`), file: 'x' }))
  await outbox.press([{ id: 'a', parcel: report }, ...photos])
  await clock.pass(180_000)
  line.fateOf = () => 'ok'
  await clock.pass(60_000)
  expect(police.attachments).toHaveLength(5)
})

test('[CO6] an upload that ended while the server has nothing to show for it is not delivered, and its bytes stay', async () => {
  const { launch, police, clock, held, shows } = openPhone()
  const { upload } = police
  let isSealed = false
  police.upload = async (given) => (isSealed ? upload(given) : {})
  const outbox = launch()
  await outbox.press([
    { id: 'a', parcel: report },
    { id: 'p', of: 'a', parcel: photo('s'), file: 'x' },
  ])
  await clock.pass(10_000)
  expect(shows(outbox)).toEqual(['delivered', 'queued'])
  expect([...held.keys()]).toContain('file/p')
  isSealed = true
  await clock.pass(60_000)
  expect(shows(outbox)).toEqual(['delivered', 'delivered'])
  expect(police.attachments).toHaveLength(1)
})
