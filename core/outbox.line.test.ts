import { Unanswered } from '@open110/kit/client/call'
import { expect, test } from 'vitest'
import { openPhone, photo, report } from './fake/phone.fake.ts'

const said = (words: string) => ({ kind: 'message', body: { words } }) as const
const texts = (log: readonly string[]) => log.filter((each) => each.endsWith('.send'))

test('[CO22] a message that hangs on a dead line holds up no alarm, and an alarm that hangs no other', async () => {
  const hung = new Set<string>()
  const { launch, police, clock, line, shows } = openPhone()
  const outbox = launch()
  await outbox.press([{ id: 'a', parcel: report }])
  await clock.pass(100)
  line.carry = (name) => (hung.has(name) ? new Promise(() => {}) : Promise.resolve())
  hung.add('message.send')
  await outbox.press([{ id: 'm', of: 'a', parcel: said('他上楼了') }])
  await clock.pass(100)
  hung.add('report.send')
  await outbox.press([{ id: 'b', parcel: report }])
  await clock.pass(100)
  hung.delete('report.send')
  await outbox.press([{ id: 'c', parcel: report }])
  await clock.pass(0)
  expect(shows(outbox)).toEqual(['delivered', 'sending', 'sending', 'delivered'])
  expect(texts(police.log)).toEqual(['report.send', 'report.send'])
})

test('[CO22] on a line that carries a slice in five seconds, media make way for the next alarm and the next words', async () => {
  const { launch, police, clock, line } = openPhone()
  line.carry = (name) =>
    new Promise<void>((done) => void clock.timers.after(name.startsWith('upload') ? 5_000 : 400, done))
  const outbox = launch()
  await outbox.press([
    { id: 'a', parcel: report },
    { id: 'p1', of: 'a', parcel: photo('s1'), file: 'x' },
    { id: 'p2', of: 'a', parcel: photo('s2'), file: 'x' },
  ])
  await clock.pass(12_000)
  const pressedAtMs = clock.timers.nowMs()
  const there = new Map<string, number>()
  outbox.watch(() => {
    for (const { id, shows } of outbox.items())
      if (shows === 'delivered' && !there.has(id)) there.set(id, clock.timers.nowMs() - pressedAtMs)
  })
  const before = police.log.length
  await outbox.press([{ id: 'b', parcel: report }])
  await outbox.press([{ id: 'm', of: 'a', parcel: said('他走了') }])
  await clock.pass(120_000)
  expect([there.get('b'), there.get('m')]).toEqual([400, 400])
  expect(texts(police.log.slice(before, before + 2))).toHaveLength(2)
  expect(police.attachments).toHaveLength(2)
})

const limitMs = 15_000
test.each([
  ['refuses every connection', 0],
  ['swallows every request', limitMs],
] as const)(
  '[CO23] a line that %s comes back without a word: the alarm is there within five seconds',
  async (_, swallowsMs) => {
    for (let after = 0; after < 60; after++) {
      const { launch, clock, line, police, shows } = openPhone({
        random: () => ((after * 7) % 10) / 10 + 0.099,
      })
      let isUp = false
      line.carry = async () => {
        if (isUp) return
        await new Promise<void>((done) => void clock.timers.after(swallowsMs, done))
        throw new Unanswered('no answer')
      }
      const outbox = launch()
      void outbox.press([{ id: 'a', parcel: report }])
      await clock.pass(20_000 + after * 977)
      isUp = true
      await clock.pass(5_000)
      expect([after, shows(outbox)]).toEqual([after, ['delivered']])
      expect(police.kept).toHaveLength(1)
      outbox.close()
    }
  },
)

test('[CO23] online or foreground: a new try at once, beside one that hangs', async () => {
  const { launch, clock, line, police, shows } = openPhone()
  line.carry = () => new Promise(() => {})
  const outbox = launch()
  await outbox.press([{ id: 'a', parcel: report }])
  await clock.pass(2_000)
  line.carry = () => Promise.resolve()
  expect(shows(outbox)).toEqual(['sending'])
  outbox.wake()
  await clock.pass(0)
  expect(shows(outbox)).toEqual(['delivered'])
  expect(police.kept.map(({ key }) => key)).toEqual(['key-1'])
})

test('[CO23] a server in trouble gets one copy beside the first, not four', async () => {
  let heard = 0
  const { launch, clock, line } = openPhone()
  line.fateOf = (name) => (name === 'upload.create' ? 'fault' : 'ok')
  line.carry = (name) => {
    if (name !== 'report.send' || heard === 0) {
      if (name === 'report.send') heard += 1
      return Promise.resolve()
    }
    heard += 1
    return new Promise(() => {})
  }
  const outbox = launch()
  await outbox.press([
    { id: 'a', parcel: report },
    { id: 'p', of: 'a', parcel: photo('s'), file: 'x' },
  ])
  await clock.pass(50)
  heard = 1
  await outbox.press([{ id: 'b', parcel: report }])
  await clock.pass(14_000)
  expect(heard).toBe(3)
})

test('[CO5] a proxy that asks for an hour keeps an alarm for half a minute, give or take', async () => {
  const tries: number[] = []
  const { launch, clock, line } = openPhone()
  line.fateOf = (name) => {
    if (name === 'report.send') tries.push(clock.timers.nowMs())
    return 'ok'
  }
  line.carry = (name) =>
    name === 'report.send' && tries.length === 1
      ? Promise.reject(new Unanswered('maintenance', { status: 503, retryAfterSeconds: 3_600 }))
      : Promise.resolve()
  const outbox = launch()
  await outbox.press([{ id: 'a', parcel: report }])
  await clock.pass(60_000)
  expect(tries).toHaveLength(2)
  expect(tries[1]! - tries[0]!).toBeGreaterThanOrEqual(30_000)
})

test('[CO6] what may be there is not called unsent: after a lost answer, and in the next life of the page', async () => {
  const { launch, clock, line, shows } = openPhone()
  line.fateOf = () => 'lost-after'
  const first = launch()
  await first.press([{ id: 'a', parcel: report }])
  await clock.pass(100)
  expect(shows(first)).toEqual(['unknown'])
  first.close()
  line.fateOf = () => 'busy'
  const second = launch()
  await clock.pass(100)
  expect(shows(second)).toEqual(['unknown'])
  // A server that turned it away before reading it has not got it.
  await second.press([{ id: 'b', parcel: report }])
  await clock.pass(100)
  expect(shows(second)).toEqual(['unknown', 'queued'])
})

test('[CO7] the phone dies in the middle of a photo and comes back three days later: the report was there, the photo gets whole', async () => {
  let patches = 0
  const { launch, police, clock, line, shows } = openPhone()
  line.carry = (name) =>
    name === 'upload.patch' && ++patches > 2 ? new Promise(() => {}) : Promise.resolve()
  const first = launch()
  await first.press([
    { id: 'a', parcel: report },
    { id: 'p', of: 'a', parcel: photo('s'), file: 'x' },
  ])
  await clock.pass(1_000)
  expect(police.kept).toHaveLength(1)
  first.close()
  clock.forget()
  await clock.pass(3 * 24 * 3_600_000)
  line.carry = () => Promise.resolve()
  const second = launch()
  await clock.pass(1_000)
  expect(shows(second)).toContain('delivered')
  expect(police.log.filter((each) => each.startsWith('patch'))).toEqual([
    'patch 100',
    'patch 200',
    'patch 300',
    'patch 400',
  ])
  expect(police.attachments.map(({ sha256 }) => sha256)).toEqual(['s'])
})
