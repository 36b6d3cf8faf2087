import { expect, test } from 'vitest'
import { memoryStore, type KeyStore } from '@open110/core/store'
import { momentOf } from '@open110/kit/time'
import { openDraft } from './write.state.ts'

const settle = () => new Promise<void>((done) => setImmediate(done))

function openPhone(given: { store?: KeyStore; held?: Map<string, unknown> } = {}) {
  const held = given.held ?? new Map<string, unknown>()
  const store = given.store ?? memoryStore(held)
  let serial = 0
  let nowMs = Date.parse('2026-11-21T19:11:00.000Z')
  const open = () =>
    openDraft({
      store,
      newId: () => `id${++serial}`,
      now: () => momentOf(nowMs),
      digest: async (file) => `sha-${file.size}`,
    })
  return { open, held, pass: (hours: number) => (nowMs += hours * 3_600_000) }
}
const photo = new Blob(['0123456789'], { type: 'image/jpeg' })

test('[CI4] the page dies in the middle of a sentence: the sentence and the photo are there again', async () => {
  const { open } = openPhone()
  const first = open()
  first.change({ words: '有人在撬' })
  first.change({ words: '有人在撬我家的门', callSafe: false })
  await first.addFile('1.jpg', 'image/jpeg', photo)
  await settle()
  const second = open()
  await settle()
  expect(second.draft.get()).toMatchObject({ words: '有人在撬我家的门', callSafe: false, isRestored: true })
  expect(second.draft.get().files).toMatchObject([{ name: '1.jpg', sha256: 'sha-10', isKept: true }])
})

test('[CI4] the draft keeps its id, so that the report of a second life is the report of the first', async () => {
  const { open } = openPhone()
  const first = open()
  first.change({ words: '一' })
  await settle()
  const second = open()
  await settle()
  expect(second.close(undefined).said.id).toBe(first.close(undefined).said.id)
})

test('[CI4] once sent, no late saving brings the draft back', async () => {
  const { open, held } = openPhone()
  const drafting = open()
  drafting.change({ words: '一' })
  const { also } = drafting.close(undefined)
  await settle()
  expect(also).toEqual({ draft: undefined })
  held.delete('draft')
  drafting.change({ words: '二' })
  await settle()
  expect(held.has('draft')).toBe(false)
})

test('[CI4] a draft of yesterday is not put before a frightened person, and its photos go', async () => {
  const { open, held, pass } = openPhone()
  const first = open()
  await first.addFile('1.jpg', 'image/jpeg', photo)
  await settle()
  pass(25)
  const second = open()
  await settle()
  expect(second.draft.get().files).toEqual([])
  expect([...held.keys()]).toEqual([])
})

test('[CI4] a phone without room still hands the bytes to the outbox', async () => {
  const { open } = openPhone({ store: { ...memoryStore(), put: () => Promise.reject(new Error('quota')) } })
  const drafting = open()
  await drafting.addFile('1.jpg', 'image/jpeg', photo)
  await settle()
  expect(drafting.close(undefined).files).toMatchObject([{ of: 'id1', file: photo }])
})

test('[CI4] what is empty is left out, and a mark on the board becomes a place', () => {
  const { open } = openPhone()
  const drafting = open()
  drafting.change({ words: '  ', pin: { eastMetres: 300, northMetres: 0 } })
  const fix = {
    lng: 119.9226,
    lat: 28.4676,
    crs: 'wgs84',
    accuracyMetres: 10,
    at: momentOf(0),
    source: 'gps',
  } as const
  const { said } = drafting.close(fix)
  expect(said).not.toHaveProperty('words')
  expect(said.pin!.lng).toBeGreaterThan(fix.lng)
  expect(said.pin!.source).toBe('hand')
})
