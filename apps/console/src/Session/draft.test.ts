import { expect, test } from 'vitest'
import { keyring, openDrafts } from './draft.state.ts'
import { keepSession, keptSession, type Keep } from './session.state.ts'

function shelf(): Keep & { size(): number } {
  const held = new Map<string, string>()
  return {
    getItem: (name) => held.get(name) ?? null,
    setItem: (name, value) => void held.set(name, value),
    removeItem: (name) => void held.delete(name),
    size: () => held.size,
  }
}

test('[CS8] a draft comes back after a reload, each report its own, and goes only when cleared', () => {
  const keep = shelf()
  openDrafts(keep).write('message', 'rp_a', '请待在')
  openDrafts(keep).write('message', 'rp_b', '您好')
  const again = openDrafts(keep)
  expect(again.read('message', 'rp_a')).toBe('请待在')
  expect(again.read('acceptance', 'rp_a')).toBeUndefined()
  again.clear('message', 'rp_a')
  expect(again.read('message', 'rp_a')).toBeUndefined()
  expect(again.read('message', 'rp_b')).toBe('您好')
})

test('[CS8] a press repeated after silence carries the same key; other words, or an answer, make a new one', () => {
  let made = 0
  const keys = keyring(() => `key-${++made}`)
  const first = keys.keyFor({ words: '你好' })
  expect(keys.keyFor({ words: '你好' })).toBe(first)
  expect(keys.keyFor({ words: '你好吗' })).not.toBe(first)
  const second = keys.keyFor({ words: '你好' })
  keys.answered()
  expect(keys.keyFor({ words: '你好' })).not.toBe(second)
})

test('[CS8] a kept session that cannot be read is no session', () => {
  const keep = shelf()
  keep.setItem('open110.console.session', '{"token":1}')
  expect(keptSession(keep)).toBeUndefined()
  keepSession(keep, undefined)
  expect(keep.size()).toBe(0)
})
