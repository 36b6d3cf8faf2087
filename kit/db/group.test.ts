import { expect, test } from 'vitest'
import { openGroup } from './group.ts'

const soon = () => new Promise((done) => setImmediate(done))
const turns = async (n: number) => {
  for (let i = 0; i < n; i++) await soon()
}

/** A round that ends when the test says so, and by itself only if that is what is tried. */
function byHand(rule: {
  lanes: number
  most: number
  enough?: number
  hasExpress?: boolean
  restMs?: number
  mostMs?: number
}) {
  const rounds: { items: readonly number[]; end: (fault?: Error) => void }[] = []
  const group = openGroup<number, string>({
    mostMs: 1e9,
    ...rule,
    isOnesFault: (fault) => (fault as Error).message === 'poison',
    work: (items) =>
      new Promise((done, failed) => {
        rounds.push({
          items,
          end: (fault) => (fault ? failed(fault) : done(items.map((item) => `done ${item}`))),
        })
      }),
  })
  return { group, rounds }
}

test('[KI19] alone it goes at once; what comes meanwhile goes together in the next round', async () => {
  const { group, rounds } = byHand({ lanes: 1, most: 10 })
  const first = group.put(1)
  await turns(1)
  const later = [2, 3, 4].map((item) => group.put(item))
  await turns(2)
  expect(rounds.map(({ items }) => items)).toEqual([[1]])
  rounds[0]!.end()
  expect(await first).toBe('done 1')
  await turns(2)
  expect(rounds[1]!.items).toEqual([2, 3, 4])
  rounds[1]!.end()
  expect(await Promise.all(later)).toEqual(['done 2', 'done 3', 'done 4'])
})

test('[KI19] a second round sets out beside the first only for enough, and none takes more than the most', async () => {
  const { group, rounds } = byHand({ lanes: 2, most: 3, enough: 2 })
  void group.put(1)
  await turns(1)
  void group.put(2)
  await turns(2)
  expect(rounds).toHaveLength(1)
  for (const item of [3, 4, 5]) void group.put(item)
  await turns(2)
  expect(rounds.map(({ items }) => items)).toEqual([[1], [2, 3, 4]])
  expect(group.waiting()).toBe(1)
  for (const round of rounds) round.end()
  await turns(3)
  expect(rounds[2]!.items).toEqual([5])
})

test('[KI19] who ranks first goes first, however many came before', async () => {
  const { group, rounds } = byHand({ lanes: 1, most: 2 })
  void group.put(0)
  await turns(1)
  for (const item of [1, 2, 3]) void group.put(item, 2)
  void group.put(4, 1)
  void group.put(5, 0)
  rounds[0]!.end()
  await turns(3)
  expect(rounds[1]!.items).toEqual([5, 4])
  rounds[1]!.end()
  await turns(3)
  expect(rounds[2]!.items).toEqual([1, 2])
})

test('[KI19] a round that one item spoils is tried item by item, and only that one fails', async () => {
  const { group, rounds } = byHand({ lanes: 1, most: 10 })
  const all = Promise.allSettled([1, 2, 3].map((item) => group.put(item)))
  await turns(2)
  rounds[0]!.end(new Error('poison'))
  for (const [n, isBad] of [false, true, false].entries()) {
    await turns(2)
    expect(rounds[n + 1]!.items).toEqual([n + 1])
    rounds[n + 1]!.end(isBad ? new Error('poison') : undefined)
  }
  expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('[KI19] when the connection is lost nothing is tried again: nobody knows what was kept', async () => {
  const { group, rounds } = byHand({ lanes: 1, most: 10 })
  const all = Promise.allSettled([1, 2].map((item) => group.put(item)))
  await turns(2)
  rounds[0]!.end(new Error('connection lost'))
  expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(rounds).toHaveLength(1)
})

test('[KI19] the first rank does not wait for a round of others; behind one of their own they gather', async () => {
  const { group, rounds } = byHand({ lanes: 1, most: 10, hasExpress: true })
  void group.put(1, 2)
  await turns(2)
  void group.put(2, 2)
  void group.put(3, 0)
  await turns(2)
  expect(rounds.map(({ items }) => items)).toEqual([[1], [3]])
  for (const item of [4, 5]) void group.put(item, 0)
  await turns(2)
  expect(rounds).toHaveLength(2)
  rounds[1]!.end()
  await turns(3)
  expect(rounds[2]!.items).toEqual([4, 5])
})

test('[KI19] the last rank rests between its rounds while others come, and only then', async () => {
  const { group, rounds } = byHand({ lanes: 1, most: 1, restMs: 40 })
  const serve = async (n: number) => {
    while (rounds.length < n) await turns(1)
    rounds[n - 1]!.end()
    await turns(3)
  }
  for (const item of [1, 2]) void group.put(item, 2)
  await serve(1)
  expect(rounds).toHaveLength(2)
  await serve(2)
  void group.put(3, 1)
  await serve(3)
  for (const item of [4, 5]) void group.put(item, 2)
  const began = performance.now()
  await serve(4)
  await serve(5)
  expect(rounds.map(({ items }) => items[0])).toEqual([1, 2, 3, 4, 5])
  expect(performance.now() - began).toBeGreaterThanOrEqual(39)
})

test('[KI19] a round that never comes back is given up, and the next one sets out', async () => {
  const { group, rounds } = byHand({ lanes: 1, most: 10, mostMs: 30 })
  const lost = group.put(1)
  await turns(2)
  const next = group.put(2)
  await expect(lost).rejects.toThrow('did not come back')
  await turns(3)
  rounds[1]!.end()
  expect(await next).toBe('done 2')
})

test('[KI19] a rest that ends while it is looked at leaves nobody waiting', async () => {
  // Each look at the clock takes half a millisecond, and the press falls into every tenth before the end of the rest.
  for (let tenth = 0; tenth < 70; tenth++) {
    const beganMs = performance.now()
    let passed = 0
    const nowMs = () => performance.now() - beganMs + (passed += 0.5)
    const group = openGroup<number, number>({
      lanes: 1,
      most: 1,
      restMs: 24,
      nowMs,
      work: async (items) => items,
    })
    await group.put(1, 1)
    await group.put(2, 2)
    passed += 17 + tenth / 10
    let isDone = false
    void group.put(3, 2).then(() => (isDone = true))
    for (let waits = 0; !isDone && waits < 100; waits++) await new Promise((done) => setTimeout(done, 2))
    expect([tenth, isDone]).toEqual([tenth, true])
  }
})
