import { expect, test } from 'vitest'
import { openPhone, photo, report, words } from './fake/phone.fake.ts'
import { memoryStore } from './store.ts'

test('[CO1] 林秋 presses twice in her fright: it is one report', async () => {
  const { launch, police, clock } = openPhone()
  const outbox = launch()
  await Promise.all([
    outbox.press([{ id: 'a', parcel: report }]),
    outbox.press([{ id: 'a', parcel: report }]),
  ])
  await clock.pass(0)
  expect(police.log).toEqual(['report.send'])
})

test('[CO1][CO3] the answer is lost and the page dies: the next life sends the same key, and it is one report', async () => {
  const { launch, police, clock, line, shows } = openPhone({ fateOf: () => 'lost-after' })
  const first = launch()
  await first.press([{ id: 'a', parcel: report }])
  await clock.pass(100)
  expect(shows(first)).toEqual(['unknown'])
  first.close()
  line.fateOf = () => 'ok'
  const second = launch()
  await clock.pass(100)
  expect(shows(second)).toEqual(['delivered'])
  expect(police.kept.map(({ key }) => key)).toEqual(['key-1'])
})

test('[CO2] three photos wait for the report, and the report waits for none of them', async () => {
  const { launch, police, clock } = openPhone()
  const outbox = launch()
  await outbox.press([
    { id: 'p1', of: 'a', parcel: photo('s1'), file: 'x' },
    { id: 'p2', of: 'a', parcel: photo('s2'), file: 'x' },
    { id: 'a', parcel: report },
    { id: 'm', of: 'a', parcel: { kind: 'message', body: { words: '在二楼' } } },
  ])
  await clock.pass(1_000)
  expect(police.log.filter((line) => !line.startsWith('patch'))).toEqual([
    'report.send',
    'message.send',
    'attachment',
    'attachment',
  ])
})

test('[CO2] words written during an upload go first; the upload then goes on where it was', async () => {
  const { launch, police, clock, line } = openPhone()
  const outbox = launch()
  await outbox.press([
    { id: 'a', parcel: report },
    { id: 'p', of: 'a', parcel: photo('s'), file: 'x' },
  ])
  let pressed: Promise<void> | undefined
  line.fateOf = (name) => {
    if (name === 'upload.patch' && !pressed) {
      pressed = outbox.press([{ id: 'm', of: 'a', parcel: { kind: 'message', body: { words: '他上楼了' } } }])
    }
    return 'ok'
  }
  await clock.pass(2_000)
  await pressed
  const message = police.log.indexOf('message.send')
  expect(message).toBeGreaterThan(police.log.indexOf('patch 100'))
  expect(message).toBeLessThan(police.log.indexOf('patch 400'))
  expect(police.log.filter((each) => each.startsWith('patch'))).toEqual([
    'patch 100',
    'patch 200',
    'patch 300',
    'patch 400',
  ])
})

test('[CO4] whatever brings hope drains it: online, foreground, or its own timer', async () => {
  let isUp = false
  const { launch, clock, shows } = openPhone({ fateOf: () => (isUp ? 'ok' : 'lost-before') })
  const outbox = launch()
  await outbox.press([{ id: 'a', parcel: report }])
  await clock.pass(500)
  isUp = true
  outbox.wake()
  await clock.pass(0)
  expect(shows(outbox)).toEqual(['delivered'])

  isUp = false
  await outbox.press([{ id: 'b', parcel: report }])
  await clock.pass(60_000)
  isUp = true
  await clock.pass(46_000)
  expect(shows(outbox)).toEqual(['delivered', 'delivered'])
})

test('[CO4] a success takes the waiting of the line from the others', async () => {
  const { launch, clock, line, shows } = openPhone({ fateOf: () => 'lost-before' })
  const outbox = launch()
  await outbox.press([{ id: 'a', parcel: report }])
  await clock.pass(40_000)
  line.fateOf = () => 'ok'
  await outbox.press([{ id: 'b', parcel: report }])
  await clock.pass(0)
  expect(shows(outbox)).toEqual(['delivered', 'delivered'])
})

test('[CO5] it never gives up, and leaves a failing server more and more alone', async () => {
  const tries: number[] = []
  const { launch, clock } = openPhone({
    fateOf: (name) => {
      if (name === 'report.send') tries.push(clock.timers.nowMs())
      return 'fault'
    },
  })
  const outbox = launch()
  await outbox.press([{ id: 'a', parcel: report }])
  await clock.pass(10 * 60_000)
  const gaps = tries.slice(1).map((at, index) => at - tries[index]!)
  expect(gaps.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 15_000])
  expect(gaps.slice(5).every((gap) => gap === 30_000)).toBe(true)
  expect(tries.length).toBeGreaterThan(20)
})

test('[CO5] a server that asks for seven seconds gets seven seconds, whatever else brings hope', async () => {
  const tries: number[] = []
  const { launch, clock } = openPhone({
    fateOf: (name) => {
      if (name === 'report.send') tries.push(clock.timers.nowMs())
      return tries.length > 1 ? 'ok' : 'busy'
    },
  })
  const outbox = launch()
  await outbox.press([{ id: 'a', parcel: report }])
  for (let second = 0; second < 6; second++) {
    outbox.wake()
    await clock.pass(1_000)
  }
  expect(tries).toHaveLength(1)
  await clock.pass(5_000)
  expect(tries).toHaveLength(2)
})

test('[CO6] sending is not delivered: while the answer is out, and after it is lost', async () => {
  const { launch, clock, line, shows } = openPhone({ fateOf: () => 'lost-after' })
  const outbox = launch()
  const told: string[] = []
  outbox.watch(() => told.push(shows(outbox).join()))
  await outbox.press([{ id: 'a', parcel: report }])
  await clock.pass(3_000)
  expect(new Set(told)).toEqual(new Set(['queued', 'sending', 'unknown']))
  line.fateOf = () => 'ok'
  await clock.pass(60_000)
  expect(told.at(-1)).toBe('delivered')
})

test('[CO7] the network dies at a half of the photo: it resumes there, and is one photo', async () => {
  let patches = 0
  const { launch, police, clock, line } = openPhone({
    fateOf: (name) => (name === 'upload.patch' && ++patches > 2 ? 'lost-before' : 'ok'),
  })
  const first = launch()
  await first.press([
    { id: 'a', parcel: report },
    { id: 'p', of: 'a', parcel: photo('s'), file: 'x' },
  ])
  await clock.pass(5_000)
  expect(first.items()[1]).toMatchObject({ shows: 'queued', sentBytes: 200 })
  first.close()
  clock.forget()
  line.fateOf = () => 'ok'
  const second = launch()
  await clock.pass(5_000)
  expect(police.log.filter((each) => each.startsWith('patch'))).toEqual([
    'patch 100',
    'patch 200',
    'patch 300',
    'patch 400',
  ])
  expect(police.attachments).toHaveLength(1)
  expect(second.items().map(({ shows }) => shows)).toContain('delivered')
})

test('[CO7] an upload that ended unheard is recognised by its digest', async () => {
  const { launch, police, clock, line } = openPhone()
  line.fateOf = (name) =>
    name === 'upload.patch' && police.uploads.values().next().value?.bytes === 300 ? 'lost-after' : 'ok'
  const outbox = launch()
  await outbox.press([
    { id: 'a', parcel: report },
    { id: 'p', of: 'a', parcel: photo('s'), file: 'x' },
  ])
  await clock.pass(10_000)
  expect(police.attachments).toHaveLength(1)
  expect(outbox.items()[1]).toMatchObject({ shows: 'delivered', attachment: police.attachments[0]!.id })
})

test('[CO7] a picture in the dialogue is said once it is there, and said once', async () => {
  const { launch, police, clock } = openPhone()
  const outbox = launch()
  await outbox.press([{ id: 'a', parcel: report }])
  await clock.pass(100)
  await outbox.press([{ id: 'p', of: 'a', parcel: { ...photo('s'), isSaid: true }, file: 'x' }])
  await clock.pass(2_000)
  expect(
    police.kept.filter(({ name }) => name === 'message.send').map(({ body }) => JSON.parse(body)),
  ).toEqual([{ attachment: police.attachments[0]!.id, clientId: 'p-said' }])
})

test('[CO8] a report of this morning is not sent by itself in the evening', async () => {
  const { launch, police, clock, line, shows } = openPhone({ fateOf: () => 'lost-before' })
  const first = launch()
  await first.press([
    { id: 'a', parcel: report },
    { id: 'p', of: 'a', parcel: photo('s'), file: 'x' },
  ])
  first.close()
  clock.forget()
  await clock.pass(31 * 60_000)
  line.fateOf = () => 'ok'
  const second = launch()
  await clock.pass(60_000)
  expect(police.log).toEqual([])
  expect(shows(second)).toEqual(['ask', 'queued'])
  await second.agree('a')
  await clock.pass(5_000)
  expect(shows(second)).toEqual(['delivered', 'delivered'])
  expect(police.kept[0]!.key).toBe('key-1')
})

test('[CO8] what is dropped is gone with its photos, and nothing was sent', async () => {
  const { launch, police, clock, held } = openPhone({ fateOf: () => 'lost-before' })
  const outbox = launch()
  await outbox.press([
    { id: 'a', parcel: report },
    { id: 'p', of: 'a', parcel: photo('s'), file: 'x' },
  ])
  await clock.pass(100)
  expect(await outbox.drop('a')).toBe(true)
  expect([...held.keys()]).toEqual([])
  await clock.pass(60_000)
  expect(police.log).toEqual([])
})

test('[CO9] a phone that cannot store, or whose store hangs, sends all the same and says so', async () => {
  for (const put of [() => Promise.reject(new Error('quota')), () => new Promise<void>(() => {})]) {
    const { launch, clock, line } = openPhone({
      store: { ...memoryStore(), put },
      fateOf: () => 'lost-before',
    })
    const outbox = launch()
    void outbox.press([{ id: 'a', parcel: report }])
    await clock.pass(3_000)
    expect(outbox.items()[0]).toMatchObject({ shows: 'unknown', isKept: false })
    line.fateOf = () => 'ok'
    await clock.pass(90_000)
    expect(outbox.items()[0]).toMatchObject({ shows: 'delivered' })
  }
})

test('[CO10] after delivery the phone no longer holds what was said', async () => {
  const { launch, clock, held } = openPhone()
  const outbox = launch()
  await outbox.press(
    [
      { id: 'a', parcel: report },
      { id: 'p', of: 'a', parcel: photo('s'), file: 'x' },
    ],
    { draft: undefined },
  )
  await clock.pass(5_000)
  expect([...held.keys()]).toEqual(['outbox/a'])
  expect(JSON.stringify([...held.values()])).not.toContain(words)
})

test('[CO11] a refused message is shown with its reason; the next one goes', async () => {
  const { launch, police, clock, shows } = openPhone()
  const outbox = launch()
  await outbox.press([{ id: 'a', parcel: report }])
  await clock.pass(100)
  police.refuse('message.answer-invalid')
  await outbox.press([{ id: 'm1', of: 'a', parcel: { kind: 'message', body: { words: '1' } } }])
  await clock.pass(100)
  police.refuse()
  await outbox.press([{ id: 'm2', of: 'a', parcel: { kind: 'message', body: { words: '2' } } }])
  await clock.pass(100)
  expect(shows(outbox)).toEqual(['delivered', 'refused', 'delivered'])
  expect(outbox.items()[1]!.refusal?.refused).toBe('message.answer-invalid')
})

test('[CO12] signed out between two words: the session is opened anew and the words are kept', async () => {
  const { launch, police, clock, renewed, shows } = openPhone()
  const outbox = launch()
  await outbox.press([{ id: 'a', parcel: report }])
  await clock.pass(100)
  police.refuse('session.signed-out')
  await outbox.press([{ id: 'm', of: 'a', parcel: { kind: 'message', body: { words: '1' } } }])
  await clock.pass(100)
  expect(renewed.length).toBe(1)
  expect(shows(outbox)).toEqual(['delivered', 'queued'])
  police.refuse()
  await clock.pass(3_000)
  expect(shows(outbox)).toEqual(['delivered', 'delivered'])
})
