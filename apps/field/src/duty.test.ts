import { expect, test } from 'vitest'
import { refuse } from '@open110/kit/refuse'
import { asking, askingCount, mayChime, ownPanic, sorted } from './asks.state.ts'
import type { SlipMove } from '@open110/modules/dispatch'
import { forget } from './session.state.ts'
import { cardOf, mapShelf, openPhone, slipId } from './test-duty.ts'

const step = (move: SlipMove) => ({ act: 'move', slip: slipId, move }) as const
const movesAsked = (asked: { name: string; body?: unknown }[]) =>
  asked.filter(({ name }) => name === 'dispatch.move').map(({ body }) => (body as { move: string }).move)

test('[FD1] [FD3] 城东-1 signs, departs and arrives in a dead zone; the desk hears it in order and once', async () => {
  const { duty, timers, server } = openPhone(cardOf('issued'))
  await timers.pass(0)
  server.isReachable = false
  duty.press(step('sign'))
  duty.press(step('depart'))
  duty.press(step('arrive'))
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
  first.duty.press(step('sign'))
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
  duty.press(step('sign'))
  duty.press(step('depart'))
  server.refuses = refuse('slip.already-cancelled')
  server.card = cardOf('cancelled')
  server.isReachable = true
  await timers.pass(60_000)
  expect(movesAsked(server.asked)).toEqual(['sign'])
  expect(duty.get().presses).toEqual([])
  expect(
    duty.get().turnedDown.map(({ press, refusal }) => ['move' in press && press.move, refusal.refused]),
  ).toEqual([['sign', 'slip.already-cancelled']])
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

test('[FD4] “he has a knife now” arrives while the car is rolling; it stops the officer until it is read back, and the desk hears that', async () => {
  const shelf = mapShelf()
  const first = openPhone(cardOf('en-route'), shelf)
  const { duty, timers, server, heard } = first
  await timers.pass(0)
  const at = '2026-11-21T14:05:00.000Z'
  const card = cardOf(
    'en-route',
    { supplements: [{ at, words: '他有刀' }] },
    { unread: [{ what: 'supplement', at }] },
  )
  server.card = card
  server.tell(JSON.stringify({ head: 1 }))
  server.tell(JSON.stringify({ cursor: 2, type: 'report.supplemented', at: '', data: {} }))
  await timers.pass(10)
  expect(heard).toEqual(['supplement'])
  const [ask] = asking(duty.get())
  expect(ask?.lines.map(({ words }) => words)).toEqual(['他有刀'])

  server.isReachable = false
  duty.confirmRead(ask!)
  expect(askingCount(duty.get())).toBe(0)
  await timers.pass(5_000)
  duty.close()
  const again = openPhone(card, shelf)
  await again.timers.pass(10)
  expect(askingCount(again.duty.get())).toBe(0)
  expect(again.server.asked.find(({ name }) => name === 'dispatch.acknowledge')).toMatchObject({
    body: { what: 'supplement', upTo: at, madeAt: expect.any(String) },
  })
})

test('[FD4] a danger is read before a supplement, and a word to hurry comes last', async () => {
  const at = (minute: number) => `2026-11-21T14:0${minute}:00.000Z`
  const phone = openPhone(
    cardOf(
      'en-route',
      { supplements: [{ at: at(3), words: '在二楼' }] },
      {
        unread: [
          { what: 'urge', at: at(2) },
          { what: 'supplement', at: at(3) },
          { what: 'danger', at: at(4), danger: 'gun' },
        ],
        dialogue: [{ id: 1, kind: 'urge', side: 'desk', at: at(2), by: '赵敏' }],
      },
    ),
  )
  await phone.timers.pass(0)
  expect(asking(phone.duty.get()).map(({ what }) => what)).toEqual(['danger', 'supplement', 'urge'])
})

test('[FD11] a slip of the thumb on 到场 is taken back within three seconds and never left the phone', async () => {
  const { duty, timers, server } = openPhone(cardOf('en-route'))
  await timers.pass(0)
  duty.press(step('arrive'))
  await timers.pass(2_900)
  expect(sorted(duty.get()).open[0]!.state).toBe('on-scene')
  const [press] = duty.get().presses
  duty.undo(press!.key)
  await timers.pass(10_000)
  expect(sorted(duty.get()).open[0]!.state).toBe('en-route')
  expect(movesAsked(server.asked)).toEqual([])
})

test('[FD11] what has stood for three seconds leaves with the time of the press, and cannot be taken back without network either', async () => {
  const { duty, timers, server } = openPhone(cardOf('en-route'))
  await timers.pass(0)
  server.isReachable = false
  duty.press(step('arrive'))
  const [press] = duty.get().presses
  await timers.pass(3_100)
  duty.undo(press!.key)
  expect(duty.get().presses).toHaveLength(1)
  server.isReachable = true
  await timers.pass(60_000)
  expect(server.asked.find(({ name }) => name === 'dispatch.move')).toMatchObject({
    body: { move: 'arrive', madeAt: press!.madeAt },
  })
})

test('[FD11] the phone is switched off within the three seconds: it was pressed, and goes with the next start', async () => {
  const shelf = mapShelf()
  const first = openPhone(cardOf('en-route'), shelf)
  await first.timers.pass(0)
  first.duty.press(step('arrive'))
  first.duty.close()
  const second = openPhone(cardOf('en-route'), shelf)
  await second.timers.pass(100)
  expect(movesAsked(second.server.asked)).toEqual(['arrive'])
})

test('[FD12] a call for help does not wait behind a step that hangs, and says whether anybody knows', async () => {
  const { duty, timers, server } = openPhone(cardOf('signed'))
  await timers.pass(0)
  server.slow.add('dispatch.move')
  duty.press(step('sign'))
  duty.press({ act: 'panic', slip: slipId })
  expect(ownPanic(duty.get())).toMatchObject({ state: 'waiting' })
  await timers.pass(10)
  expect(server.asked.some(({ name }) => name === 'unit.panic')).toBe(true)
  expect(duty.get().presses.map(({ act }) => act)).toEqual(['move'])
})

test('[FD12] pressed in a cellar it goes when there is network, before its end does', async () => {
  const { duty, timers, server } = openPhone(cardOf('on-scene'))
  await timers.pass(0)
  server.isReachable = false
  duty.press({ act: 'panic' })
  duty.press({ act: 'panic-end', how: 'safe' })
  await timers.pass(5_000)
  expect(ownPanic(duty.get())).toMatchObject({ state: 'ending' })
  server.isReachable = true
  await timers.pass(60_000)
  expect(server.asked.map(({ name }) => name).filter((name) => name.startsWith('unit.panic'))).toEqual([
    'unit.panic',
    'unit.panic-end',
  ])
})

test('[FD13] a refused step stops only what stands on it: a request for backup goes on', async () => {
  const { duty, timers, server } = openPhone(cardOf('signed'))
  await timers.pass(0)
  server.isReachable = false
  duty.press(step('depart'))
  duty.press(step('arrive'))
  duty.press({ act: 'backup', slip: slipId, kind: 'armed' })
  server.refuses = refuse('move.not-now')
  server.isReachable = true
  await timers.pass(60_000)
  expect(movesAsked(server.asked)).toEqual(['depart'])
  expect(server.asked.filter(({ name }) => name === 'dispatch.backup')).toHaveLength(1)
  expect(duty.get().presses).toEqual([])
})

test('[FD16] the other phone of the unit signed first: this one goes on from there, and nothing is called a failure', async () => {
  const { duty, timers, server } = openPhone(cardOf('issued'))
  await timers.pass(0)
  server.isReachable = false
  duty.press(step('sign'))
  duty.press(step('depart'))
  server.refusesOnce = refuse('move.not-now', { move: 'sign', state: 'signed' })
  server.isReachable = true
  await timers.pass(60_000)
  expect(movesAsked(server.asked)).toEqual(['sign', 'depart'])
  expect(duty.get().turnedDown).toEqual([])
  expect(sorted(duty.get()).open[0]!.state).toBe('en-route')
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

test('[FD1] two pages on one phone: what one keeps is not wiped out by the other', async () => {
  const shelf = mapShelf()
  const one = openPhone(cardOf('issued'), shelf)
  const two = openPhone(cardOf('issued'), shelf)
  await one.timers.pass(0)
  await two.timers.pass(0)
  one.server.isReachable = two.server.isReachable = false
  one.duty.press(step('sign'))
  two.duty.press({ act: 'backup', slip: slipId, kind: 'medical' })
  const kept = shelf.read<{ act: string }[]>('presses') ?? []
  expect(kept.map(({ act }) => act)).toEqual(['move', 'backup'])
})

test('[FD7] a step of 城东-1 is not sent in the name of 城东-2', async () => {
  const shelf = mapShelf()
  const first = openPhone(cardOf('issued'), shelf)
  await first.timers.pass(0)
  first.server.isReachable = false
  first.duty.press(step('sign'))
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
  duty.press(step('sign'))
  duty.close()
  forget(shelf)
  expect([...shelf.kept.keys()]).toEqual(['presses'])
})

test('[FD3] the network goes right after a step was answered: the screen does not step back', async () => {
  const { duty, timers, server } = openPhone(cardOf('signed'))
  await timers.pass(0)
  server.failsAfter = 'dispatch.move'
  duty.press(step('depart'))
  await timers.pass(3_500)
  expect(duty.get().presses).toEqual([])
  expect(sorted(duty.get()).open[0]!.state).toBe('en-route')
})
