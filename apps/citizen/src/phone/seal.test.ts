import { afterEach, expect, test, vi } from 'vitest'
import { memoryStore } from '@open110/core/store'
import { openSeal } from './seal.ts'

afterEach(() => vi.unstubAllGlobals())
const words = new TextEncoder().encode('我在衣柜里')

test('[CI17] what one life seals the next one opens, with a key that cannot be taken out', async () => {
  const kept = new Map<string, unknown>()
  const first = await openSeal(memoryStore(kept))()
  const sealed = await first!.seal(words)
  expect(Buffer.from(sealed).includes(Buffer.from(words))).toBe(false)
  const second = await openSeal(memoryStore(kept))()
  expect(await second!.open(sealed)).toEqual(words)
  const key = kept.get('seal') as CryptoKey
  expect(key.extractable).toBe(false)
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
})

test('[CI17] the same words are never sealed alike, and what was changed does not open', async () => {
  const seal = await openSeal(memoryStore())()
  const [one, other] = [await seal!.seal(words), await seal!.seal(words)]
  expect(one).not.toEqual(other)
  one[one.length - 1]! ^= 1
  await expect(seal!.open(one)).rejects.toThrow()
})

test('[CI17] two pages that open at once make one key', async () => {
  const kept = new Map<string, unknown>()
  const [one, other] = await Promise.all([openSeal(memoryStore(kept))(), openSeal(memoryStore(kept))()])
  expect(await other!.open(await one!.seal(words))).toEqual(words)
})

test('[CI17] without WebCrypto, or where no key can be kept, there is no seal; an unreadable store is another matter', async () => {
  const refusing = async () => Promise.reject(new Error('DataCloneError'))
  expect(await openSeal({ ...memoryStore(), put: refusing })()).toBeUndefined()
  let isUp = false
  const store = memoryStore()
  const sealOf = openSeal({ ...store, get: (key) => (isUp ? store.get(key) : refusing()) })
  await expect(sealOf()).rejects.toThrow()
  isUp = true
  expect(await sealOf()).toBeDefined()
  vi.stubGlobal('crypto', {})
  expect(await openSeal(memoryStore())()).toBeUndefined()
})
