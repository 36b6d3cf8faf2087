import { expect, test } from 'vitest'
import { refuse } from '@open110/kit/refuse'
import { asking, mayChime, sorted, unread } from './duty.state.ts'
import { forget } from './session.state.ts'
import { cardOf, mapShelf, openPhone, slipId } from './test-duty.ts'

const movesAsked = (asked: { name: string; body?: unknown }[]) =>
  asked.filter(({ name }) => name === 'dispatch.move').map(({ body }) => (body as { move: string }).move)

test('[FD1] [FD3] 城东-1 signs, departs and arrives in a dead zone; the desk hears it in order and once', async () => {
  const { duty, timers, server } = openPhone(cardOf('issued'))
  await timers.pass(0)
  server.isReachable = false
  duty.press(slipId, 'sign')
  duty.press(slipId, 'depart')
  duty.press(slipId, 'arrive')
  await timers.pass(5_000)
  const offline = sorted(duty.get()).open[0]!
  expect(offline.card.slip.state).toBe('issued')
  expect(offline.state).toBe('on-scene')
  expect(offline.waiting).toHaveLength(3)
  expect(offline.open).toEqual(['settle'])

  server.isReachable = true
  await timers.pass(60_000)
  expect(movesAsked(server.asked)).toEqual(['sign', 'depart', 'arrive'])
  const keys = server.asked.filter(({ name }) => name === 'dispatch.move').map(({ key }) => key)
  expect(new Set(keys).size).toBe(3)
  expect(duty.get().presses).toEqual([])
  expect(sorted(duty.get()).open[0]!.state).toBe('on-scene')
})

test('[FD1] the phone is switched off with a step in it; the next start sends it with the same key and time', async () => {
  const shelf = mapShelf()
  const first = openPhone(cardOf('issued'), shelf)
  await first.timers.pass(0)
  first.server.isReachable = false
  first.duty.press(slipId, 'sign')
  await first.timers.pass(100)
  const pressed = first.duty.get().presses[0]!
  first.duty.close()

  const second = openPhone(cardOf('issued'), shelf)
  await second.timers.pass(100)
  expect(second.server.asked.find(({ name }) => name === 'dispatch.move')).toMatchObject({
    key: pressed.key,
    body: { move: 'sign', madeAt: pressed.madeAt },
  })
})

test('[FD2] the slip was cancelled meanwhile: the reason is told and the steps that stood on it are gone', async () => {
  const { duty, timers, server } = openPhone(cardOf('issued'))
  await timers.pass(0)
  server.isReachable = false
  duty.press(slipId, 'sign')
  duty.press(slipId, 'depart')
  server.refuses = refuse('slip.already-cancelled')
  server.card = cardOf('cancelled')
  server.isReachable = true
  await timers.pass(60_000)
  expect(movesAsked(server.asked)).toEqual(['sign'])
  expect(duty.get().presses).toEqual([])
  expect(duty.get().turnedDown.map(({ press, refusal }) => [press.move, refusal.refused])).toEqual([
    ['sign', 'slip.already-cancelled'],
  ])
})

test('[FD3] after a reload without network the last card is shown with its time', async () => {
  const shelf = mapShelf()
  const first = openPhone(cardOf('signed'), shelf)
  await first.timers.pass(0)
  first.duty.close()
  const second = openPhone(cardOf('signed'), shelf)
  second.server.isReachable = false
  expect(second.duty.get()).toMatchObject({ phase: 'ready', link: 'connecting' })
  expect(second.duty.get().seenAt).toBeDefined()
  expect(sorted(second.duty.get()).open).toHaveLength(1)
})

test('[FD4] “he has a knife now” arrives while the car is rolling; it stays new until it is confirmed', async () => {
  const shelf = mapShelf()
  const { duty, timers, server, heard } = openPhone(cardOf('en-route'), shelf)
  await timers.pass(0)
  expect(asking(duty.get())).toBe(0)
  const card = cardOf('en-route', { supplements: [{ at: '2026-11-21T14:05:00.000Z', words: '他有刀' }] })
  server.card = card
  server.tell(JSON.stringify({ head: 1 }))
  server.tell(JSON.stringify({ cursor: 2, type: 'report.supplemented', at: '', data: {} }))
  await timers.pass(10)
  expect(heard).toEqual(['supplement'])
  expect(unread(duty.get().cards[0]!, duty.get().readUntil).map(({ words }) => words)).toEqual(['他有刀'])

  duty.confirmRead(duty.get().cards[0]!)
  expect(asking(duty.get())).toBe(0)
  duty.close()
  const again = openPhone(card, shelf)
  await again.timers.pass(10)
  expect(asking(again.duty.get())).toBe(0)
})

test('[FD5] the phone is silent on the way to somebody who hides, and rings for everybody else', async () => {
  const hiding = openPhone(cardOf('en-route', { callSafe: false }))
  await hiding.timers.pass(0)
  expect(mayChime(hiding.duty.get())).toBe(false)
  const open = openPhone(cardOf('en-route', { callSafe: true }))
  await open.timers.pass(0)
  expect(mayChime(open.duty.get())).toBe(true)
  const unsigned = openPhone(cardOf('issued', { callSafe: false }))
  await unsigned.timers.pass(0)
  expect(mayChime(unsigned.duty.get())).toBe(true)
  expect(unsigned.heard).toEqual(['slip'])
})

test('[FD7] a step of 城东-1 is not sent in the name of 城东-2', async () => {
  const shelf = mapShelf()
  const first = openPhone(cardOf('issued'), shelf)
  await first.timers.pass(0)
  first.server.isReachable = false
  first.duty.press(slipId, 'sign')
  first.duty.close()
  const other = openPhone(cardOf('issued'), shelf, 'un_00000000000000000000000002')
  await other.timers.pass(60_000)
  expect(movesAsked(other.server.asked)).toEqual([])
  expect(other.duty.get().presses).toHaveLength(1)
})

test('[FD10] signing out forgets people and keeps the waiting step', async () => {
  const shelf = mapShelf()
  shelf.write('session', { token: 't' })
  const { duty, timers, server } = openPhone(cardOf('issued'), shelf)
  await timers.pass(0)
  server.isReachable = false
  duty.press(slipId, 'sign')
  duty.close()
  forget(shelf)
  expect([...shelf.kept.keys()]).toEqual(['presses'])
})

test('[FD3] the network goes right after a step was answered: the screen does not step back', async () => {
  const { duty, timers, server } = openPhone(cardOf('signed'))
  await timers.pass(0)
  server.failsAfter = 'dispatch.move'
  duty.press(slipId, 'depart')
  await timers.pass(500)
  expect(duty.get().presses).toEqual([])
  expect(sorted(duty.get()).open[0]!.state).toBe('en-route')
})
