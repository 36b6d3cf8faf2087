import { expect, test } from 'vitest'
import { nobody } from '../http/index.ts'
import { openDelivery } from './delivery.ts'
import { liveEvent, type LiveEvent } from './event.ts'
import { framed } from './frame.ts'
import { openGate, openPorch } from './gate.ts'
import { openHeldBack } from './held.ts'
import type { Line } from './line.ts'
import { openListeners } from './listeners.ts'
import { openRecent } from './recent.ts'

const at = '2026-11-21T02:00:00.000Z'
const told = (cursor: number, topics: readonly string[], hearers: readonly string[] = ['all']): LiveEvent =>
  liveEvent({ cursor, type: 'test.told', at, topics, hearers, data: `{"n": ${cursor}}` })

/** Read by the words of RFC 6455 §5.2: final, text, unmasked, and the length in the shortest form. */
function unframed(bytes: Buffer): string {
  expect(bytes[0]).toBe(0x81)
  const short = bytes[1]!
  if (short < 126) return bytes.subarray(2, 2 + short).toString()
  if (short === 127) expect(bytes.readBigUInt64BE(2)).toBeGreaterThan(65_535n)
  else expect(bytes.readUInt16BE(2)).toBeGreaterThan(125)
  const [head, length] = short === 126 ? [4, bytes.readUInt16BE(2)] : [10, Number(bytes.readBigUInt64BE(2))]
  expect(bytes.length).toBe(head + length)
  return bytes.subarray(head).toString()
}
test('[LV16] a frame is what any WebSocket reads, however long the text', () => {
  for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 200_000]) {
    const text = '警'.repeat(length / 3) + 'x'.repeat(length % 3)
    expect(unframed(framed(text))).toBe(text)
  }
})

/** A line with a socket that keeps what is written to it. */
function listener(topics: readonly string[], hears: readonly string[] = ['all']) {
  const writes: string[][] = []
  const socket = {
    writableLength: 0,
    write(bytes: Buffer) {
      writes.push([...bytes.toString('latin1').matchAll(/"cursor":(\d+)/g)].map(([, cursor]) => cursor!))
    },
  }
  const line = { socket, state: 'live', subject: { ...nobody, hears }, topics, at: 0, batch: undefined }
  return { line: line as unknown as Line, socket, writes }
}
const delivery = (dropped: Line[] = []) =>
  openDelivery({
    now: () => at,
    mostBufferedBytes: 100,
    mostPassingBytes: 50,
    drop: (line) => void dropped.push(line),
  })

test('[LV16] what a line hears of a page goes in one write, the same bytes for all who hear the same', async () => {
  const all = delivery()
  const [desk, same, other, deaf] = [
    listener(['desk', 'wall']),
    listener(['wall', 'desk']),
    listener(['report']),
    listener(['desk'], ['nobody here']),
  ]
  for (const { line } of [desk, same, other, deaf]) all.listen(line)
  const written: Buffer[] = []
  for (const { socket } of [desk, same]) {
    const keep = socket.write
    socket.write = (bytes) => (written.push(bytes), keep(bytes))
  }
  all.put(told(1, ['desk', 'wall']))
  all.put(told(2, ['report']))
  all.put(told(3, ['wall']))
  await all.writeAll()
  expect([desk, same, other, deaf].map(({ writes }) => writes)).toEqual([
    [['1', '3']],
    [['1', '3']],
    [['2']],
    [],
  ])
  expect(written[0]).toBe(written[1])
  for (const { line } of [desk, same, other, deaf]) all.leave(line)
  expect(all.topics()).toBe(0)
})

test('[LV7] a line that has left too much unread is dropped instead of being sent more', async () => {
  const dropped: Line[] = []
  const all = delivery(dropped)
  const [slow, quick] = [listener(['desk']), listener(['desk'])]
  for (const { line } of [slow, quick]) all.listen(line)
  slow.socket.writableLength = 101
  all.put(told(1, ['desk']))
  await all.writeAll()
  expect([dropped, slow.writes, quick.writes]).toEqual([[slow.line], [], [['1']]])
})

test('[LV4] who may no longer hear when it is put on the way, or has gone before it is written, hears nothing', async () => {
  const all = delivery()
  const [ended, gone] = [listener(['desk']), listener(['desk'])]
  for (const { line } of [ended, gone]) all.listen(line)
  ended.line.subject = { ...ended.line.subject, endsAt: at }
  all.put(told(1, ['desk']))
  gone.line.state = 'gone'
  await all.writeAll()
  expect([ended.writes, gone.writes]).toEqual([[], []])
})

test('[LV13] the memory of the log is bounded by count and by bytes, and knows from where on it is whole', () => {
  const recent = openRecent({ events: 100, bytes: 30_000 }, { events: [], after: 7 })
  expect(recent.from()).toBe(7)
  for (let n = 8; n < 1_000; n++) recent.keep(told(n, [`report:${n}`, n % 2 === 0 ? 'even' : 'odd']))
  const from = recent.from()
  const kept = recent.since(from)
  expect(kept.length).toBeLessThanOrEqual(100)
  expect(kept.map(({ cursor }) => cursor)).toEqual(Array.from({ length: 999 - from }, (_, n) => from + 1 + n))
  expect(recent.told(['odd', 'even', 'report:990'], 985).map(({ cursor }) => cursor)).toEqual(
    Array.from({ length: 14 }, (_, n) => 986 + n),
  )
  expect([recent.told(['report:8'], from), recent.told(['odd'], 996).length]).toEqual([[], 2])
  recent.forget(990)
  expect(recent.from()).toBe(990)
})

test('[LV13] a gate lets so many in at once, whoever goes first before the others, and each in turn', async () => {
  const gate = openGate(2)
  const order: string[] = []
  let inside = 0
  let most = 0
  const work = (name: string) => async () => {
    most = Math.max(most, (inside += 1))
    order.push(name)
    await new Promise(setImmediate)
    inside -= 1
    if (name === 'b') throw new Error('b failed')
  }
  const all = ['a', 'b', 'c', 'd', 'desk'].map((name) => gate(work(name), name === 'desk'))
  const ended = await Promise.allSettled(all)
  expect([order, most]).toEqual([['a', 'b', 'desk', 'c', 'd'], 2])
  expect(ended.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, true, true])
})

test('[LV13] of what knocks at once so much is let in with each turn of the event loop, in order, and one alone at once', async () => {
  const enter = openPorch(3)
  const inside: number[] = []
  for (let n = 0; n < 8; n++) enter(() => inside.push(n))
  const seen = [inside.length]
  for (let turn = 0; turn < 4; turn++) {
    await new Promise(setImmediate)
    seen.push(inside.length)
  }
  expect(seen).toEqual([3, 6, 8, 8, 8])
  enter(() => inside.push(8))
  expect(inside).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
})

test('[LV12] one wait after the other is one wait, as long as what was seen waiting has not come through', () => {
  const held = openHeldBack()
  // Each event waits two seconds, and each tenth of a second there is another one.
  for (let ms = 0; ms <= 6_000; ms += 100) held.note({ horizon: ms - 2_000 + 1, waits: ms }, ms)
  expect(held.forMs(6_000)).toBeGreaterThan(1_800)
  expect(held.forMs(6_000)).toBeLessThan(2_100)
  held.note({ horizon: 6_001, waits: undefined }, 6_100)
  expect(held.forMs(6_200)).toBe(0)
})

test('[LV16] under one word are those who listen there and nobody else, and nothing is left when they have gone', () => {
  const listeners = openListeners<{ name: string }>()
  const [a, b] = [{ name: 'a' }, { name: 'b' }]
  const heard = (word: string) => {
    const names: string[] = []
    listeners.each(word, ({ name }) => names.push(name))
    return names
  }
  listeners.add('desk', a)
  listeners.add('desk', a)
  listeners.add('desk', b)
  listeners.add('wall', b)
  expect([heard('desk'), heard('wall'), heard('report')]).toEqual([['a', 'b'], ['b'], []])
  listeners.remove('desk', a)
  listeners.remove('wall', a)
  expect([heard('desk'), heard('wall')]).toEqual([['b'], ['b']])
  listeners.remove('desk', b)
  listeners.remove('wall', b)
  expect(listeners.words()).toBe(0)
})

test('[LV18] a line that has not read is left out of what passes, and stays', () => {
  const dropped: Line[] = []
  const all = delivery(dropped)
  const [quick, slow] = [listener(['map']), listener(['map'])]
  for (const { line } of [quick, slow]) all.listen(line)
  Object.assign(slow.socket, { writableLength: 51 })
  all.show(['map'], ['all'], framed('{"cursor":7}'))
  expect([quick.writes, slow.writes, dropped]).toEqual([[['7']], [], []])
})
