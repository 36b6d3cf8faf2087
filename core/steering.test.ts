import { expect, test } from 'vitest'
import type { Timers } from '@open110/kit/client/live'
import { momentOf } from '@open110/kit/time'
import { fakeHouse } from './fake/house.fake.ts'
import { openPhone, type ReporterPhone } from './phone.ts'
import { memoryStore } from './store.ts'

/** A line of chances that is the same in every run. */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Plan = {
  phones: number
  /** Of ten requests so many fail. */
  failing: number
  failure: { status: number; text: string } | 'lost'
  /** Minutes between two messages of one person. */
  messageMinutes: number
  warmMinutes: number
  minutes: number
}
const broken = { status: 500, text: '' }
const busy = { status: 503, text: '{"code":"request.busy","facts":{"seconds":3.5}}' }

/** So many phones with an open report; what the server hears of them once the beginning is over. */
async function load(plan: Plan) {
  const random = chances(110)
  const clock = manyTimers(random)
  const fails = chances(7)
  const phones: ReporterPhone[] = []
  const houses: ReturnType<typeof fakeHouse>[] = []
  let isBroken = false
  let keys = 0
  for (let index = 0; index < plan.phones; index++) {
    const house = fakeHouse(() => (isBroken && fails() * 10 < plan.failing ? plan.failure : undefined))
    houses.push(house)
    const phone = openPhone({
      store: memoryStore(),
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
    phones.push(phone)
    const beat = () => clock.timers.after(5_000, () => (house.beat(), beat()))
    beat()
    const drop = () => clock.timers.after(60_000 * (1 + random()), () => (house.drop(), drop()))
    drop()
    clock.timers.after(random() * 60_000, () => {
      void phone.outbox.press([
        {
          id: 'a',
          parcel: { kind: 'report', body: { mode: 'text', words: '有人撬门', madeAt: clock.now() } },
        },
      ])
      // The page of a report that nobody has opened yet: it asks again and again.
      clock.timers.after(1_000, () => void phone.watch.look('rp_2'))
    })
    let serial = 0
    const talk = () =>
      clock.timers.after(plan.messageMinutes * 60_000 * (0.5 + random()), () => {
        const id = `m${++serial}`
        void phone.outbox.press([{ id, of: 'a', parcel: { kind: 'message', body: { words: id } } }])
        talk()
      })
    talk()
  }
  await clock.pass(70_000)
  isBroken = true
  await clock.pass(plan.warmMinutes * 60_000)
  const before = houses.map(({ heard }) => heard.length)
  await clock.pass(plan.minutes * 60_000)
  const after = houses.map(({ heard }) => heard.length)
  const heard = after.reduce((sum, count, index) => sum + count - before[index]!, 0)
  isBroken = false
  if (plan.failing > 0) await clock.pass(4 * 60_000)
  const lost = phones.flatMap(({ outbox }) => outbox.items().filter(({ shows }) => shows !== 'delivered'))
  const doubled = houses.filter(({ rows }) => rows.size !== 1)
  for (const { outbox, watch } of phones) {
    outbox.close()
    watch.close()
  }
  return { heard, lost: lost.length, doubled: doubled.length }
}

test.each([
  ['500, and says nothing', { phones: 1_000, failure: broken, messageMinutes: 1, warmMinutes: 6 }],
  ['503, and asks for time', { phones: 100, failure: busy, messageMinutes: 1, warmMinutes: 6 }],
  ['drops the connection', { phones: 100, failure: 'lost', messageMinutes: 1, warmMinutes: 6 }],
  [
    '500, to people who write three times a minute',
    { phones: 100, failure: broken, messageMinutes: 1 / 3, warmMinutes: 6 },
  ],
] as const)(
  '[CO20] a server that fails half of what it is asked (%s) hears a fifth more at most, and loses nothing',
  async (name, given) => {
    const plan = { ...given, minutes: 3 }
    const well = await load({ ...plan, failing: 0 })
    const ill = await load({ ...plan, failing: 5 })
    const ratio = ill.heard / well.heard
    process.stdout.write(
      `${plan.phones} phones, half fails with ${name}: ${well.heard} → ${ill.heard}, × ${ratio.toFixed(3)}\n`,
    )
    expect(well.heard).toBeGreaterThan(plan.phones * plan.minutes * 6)
    expect(ratio).toBeLessThanOrEqual(1.2)
    expect([ill.lost, ill.doubled]).toEqual([0, 0])
  },
  120_000,
)

/** The same for a thousand phones: whatever is due at one moment runs, and everything that follows of it. */
function manyTimers(random: () => number) {
  let nowMs = 0
  const due = new Map<number, Set<() => void>>()
  const heap: number[] = []
  const swap = (a: number, b: number) => ([heap[a], heap[b]] = [heap[b]!, heap[a]!])
  const add = (atMs: number) => {
    let at = heap.push(atMs) - 1
    for (; at > 0 && heap[(at - 1) >> 1]! > heap[at]!; at = (at - 1) >> 1) swap(at, (at - 1) >> 1)
  }
  const take = () => {
    const first = heap[0]
    const last = heap.pop()
    if (heap.length && last !== undefined) {
      heap[0] = last
      for (let at = 0; ;) {
        const [left, right] = [2 * at + 1, 2 * at + 2]
        let least = at
        if (left < heap.length && heap[left]! < heap[least]!) least = left
        if (right < heap.length && heap[right]! < heap[least]!) least = right
        if (least === at) break
        swap(at, least)
        at = least
      }
    }
    return first
  }
  const timers: Timers = {
    nowMs: () => nowMs,
    after(ms, act) {
      const atMs = nowMs + Math.max(0, ms)
      const acts = due.get(atMs) ?? new Set()
      if (!due.has(atMs)) add(atMs)
      due.set(atMs, acts.add(act))
      return () => acts.delete(act)
    },
    random,
  }
  const calm = () => new Promise<void>((done) => setImmediate(done))
  const pass = async (ms: number) => {
    const endMs = nowMs + ms
    await calm()
    while (heap.length && heap[0]! <= endMs) {
      const atMs = take()!
      const acts = due.get(atMs)
      due.delete(atMs)
      nowMs = atMs
      if (!acts?.size) continue
      for (const act of acts) act()
      await calm()
    }
    nowMs = endMs
  }
  const startMs = Date.parse('2026-11-21T19:11:00.000Z')
  return { timers, now: () => momentOf(startMs + nowMs), pass }
}
