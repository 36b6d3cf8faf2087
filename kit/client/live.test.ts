import { expect, test } from 'vitest'
import { handTurned } from '@open110/core/fake/timers.fake'
import type { LiveFrame } from '../pure/event.ts'
import { openLive, type LiveState, type OpenSocket } from './live.ts'

/** A client with a clock turned by hand and a server that says what the test says. */
function openSeat(given: { since?: number; heartbeatMs?: number; beatMs?: number } = {}) {
  const clock = handTurned()
  const states: LiveState[] = []
  const events: number[] = []
  const passed: string[] = []
  const openedAtMs: number[] = []
  let refetches = 0
  let at: Parameters<OpenSocket>[0] | undefined
  let sent: Record<string, unknown>[] = []
  let isClosed = false
  const live = openLive(
    {
      open: (on) => {
        openedAtMs.push(clock.timers.nowMs())
        at = on
        sent = []
        isClosed = false
        return {
          send: (text) => void sent.push(JSON.parse(text) as Record<string, unknown>),
          close: () => (isClosed = true),
        }
      },
      timers: clock.timers,
      token: () => 'a token',
      topics: ['desk:lishui'],
      ...given,
    },
    {
      event: ({ cursor }: LiveFrame) => void events.push(cursor),
      passing: ({ type }) => void passed.push(type),
      refetch: () => (refetches += 1),
      state: (state) => void states.push(state),
    },
  )
  return {
    live,
    clock,
    states,
    events,
    passed,
    openedAtMs,
    refetches: () => refetches,
    sent: () => sent,
    isClosed: () => isClosed,
    greets: () => at!.open(),
    drops: () => at!.close(),
    says: (frame: object) => at!.message(JSON.stringify(frame)),
    tells: (...cursors: number[]) =>
      cursors.forEach((cursor) => at!.message(JSON.stringify({ cursor, type: 'test', at: '', data: {} }))),
    /** A server in good health for so long. */
    async beats(seconds: number, head: number) {
      for (let second = 0; second < seconds; second++) {
        await clock.pass(1_000)
        at!.message(JSON.stringify({ head }))
      }
    },
  }
}

test('[LV8] an open socket is not yet live: the head is; two seconds of silence make it stale, to the millisecond', async () => {
  const seat = openSeat()
  seat.greets()
  expect(seat.live.state()).toBe('connecting')
  seat.says({ head: 10 })
  expect([seat.live.state(), seat.live.cursor()]).toEqual(['live', 10])
  await seat.beats(60, 10)
  expect(seat.states).toEqual(['live'])
  await seat.clock.pass(1_999)
  expect(seat.live.state()).toBe('live')
  await seat.clock.pass(1)
  expect(seat.live.state()).toBe('stale')
  expect(seat.live.silentMs()).toBe(2_000)
  seat.says({ head: 10 })
  expect(seat.states).toEqual(['live', 'stale', 'live'])
})

test('[LV8] a citizen is told every five seconds and becomes stale after six', async () => {
  const seat = openSeat({ heartbeatMs: 5_000 })
  seat.greets()
  seat.says({ head: 10 })
  await seat.clock.pass(5_999)
  expect(seat.live.state()).toBe('live')
  await seat.clock.pass(1)
  expect(seat.live.state()).toBe('stale')
})

test('[LV8] a silent socket is given up after five seconds, and how long nothing was heard is counted across tries', async () => {
  const seat = openSeat()
  seat.greets()
  seat.says({ head: 10 })
  await seat.clock.pass(4_999)
  expect(seat.openedAtMs).toEqual([0])
  await seat.clock.pass(200)
  expect(seat.isClosed()).toBe(false)
  expect(seat.openedAtMs).toEqual([0, 5_100])
  expect(seat.live.silentMs()).toBe(5_199)
})

test('[LV8] reconnects wait longer and longer, never all at once, up to five seconds; one answer resets them', async () => {
  const seat = openSeat()
  for (let tries = 0; tries < 7; tries++) {
    seat.drops()
    await seat.clock.pass(5_000)
  }
  const waits = seat.openedAtMs.slice(1).map((atMs, index) => Math.min(atMs - 5_000 * index, 5_000))
  expect(waits).toEqual([100, 300, 1_000, 2_000, 5_000, 5_000, 5_000])
  seat.greets()
  seat.says({ head: 1 })
  seat.drops()
  await seat.clock.pass(100)
  expect(seat.openedAtMs.length).toBe(9)
  expect(seat.live.state()).toBe('stale')
})

test('[LV8] it says where it left off, fetches everything once, and hears nothing twice', async () => {
  const seat = openSeat()
  seat.greets()
  expect(seat.sent()[0]).toEqual({ auth: 'a token', topics: ['desk:lishui'] })
  seat.tells(8)
  seat.says({ head: 10 })
  expect(seat.refetches()).toBe(1)
  seat.tells(11, 12, 12, 11)
  seat.drops()
  await seat.clock.pass(100)
  seat.greets()
  expect(seat.sent()[0]).toEqual({ auth: 'a token', topics: ['desk:lishui'], since: 12 })
  seat.tells(12, 13)
  seat.says({ head: 20 })
  seat.tells(15, 21)
  expect(seat.events).toEqual([8, 11, 12, 13, 21])
  expect([seat.refetches(), seat.live.cursor()]).toEqual([1, 21])
})

test('[LV8] what an old socket still says is not heard', async () => {
  const seat = openSeat({ since: 5 })
  const old = { tells: seat.tells, drops: seat.drops }
  seat.greets()
  seat.says({ head: 5 })
  seat.live.reconnect()
  old.tells(6)
  old.drops()
  await seat.clock.pass(100)
  expect([seat.events, seat.openedAtMs.length, seat.refetches()]).toEqual([[], 2, 0])
})

test('[LV8] a gap means fetching everything again and going on from the head, even one below the old cursor', async () => {
  const seat = openSeat({ since: 1_000 })
  seat.greets()
  seat.says({ gap: true })
  seat.says({ head: 300 })
  seat.tells(301)
  expect([seat.refetches(), seat.events, seat.live.cursor()]).toEqual([1, [301], 301])
})

test('[LV8] new topics reach the server even before it has answered, and again after a reconnect', async () => {
  const seat = openSeat()
  seat.greets()
  seat.live.listen(['desk:lishui', 'report:rp_1'])
  expect(seat.sent().at(-1)).toEqual({ topics: ['desk:lishui', 'report:rp_1'] })
  seat.drops()
  seat.live.listen(['desk:lishui', 'report:rp_2'])
  await seat.clock.pass(100)
  expect(seat.sent()).toEqual([])
  seat.greets()
  expect(seat.sent()[0]).toEqual({ auth: 'a token', topics: ['desk:lishui', 'report:rp_2'] })
})

test('[LV8] it gives a sign of life at once and every two seconds, or as seldom as its owner says', async () => {
  const quick = openSeat()
  quick.greets()
  quick.says({ head: 1 })
  await quick.beats(20, 1)
  expect(quick.sent().filter(({ beat }) => beat)).toHaveLength(11)
  const patient = openSeat({ beatMs: 15_000 })
  patient.greets()
  patient.says({ head: 1 })
  await patient.beats(45, 1)
  expect(patient.sent().filter(({ beat }) => beat)).toHaveLength(4)
})

test('[LV8] a page whose timers sleep in the background still answers each heartbeat that is due', () => {
  let nowMs = 0
  let beats = 0
  let server: Parameters<OpenSocket>[0] | undefined
  openLive(
    {
      open: (on) => {
        server = on
        return { send: (text) => void (beats += Number(text.includes('beat'))), close: () => {} }
      },
      timers: { nowMs: () => nowMs, after: () => () => {}, random: () => 0 },
      token: () => 'a token',
      topics: [],
    },
    { event: () => {}, refetch: () => {}, state: () => {} },
  )
  server!.open()
  for (; nowMs < 20_000; nowMs += 1_000) server!.message('{"head":1}')
  expect(beats).toBe(10)
})

test('[LV8] signed out is the end: no further try, no further state', async () => {
  const seat = openSeat()
  seat.greets()
  seat.says({ head: 1 })
  seat.says({ refused: 'session.signed-out' })
  seat.drops()
  seat.live.reconnect()
  await seat.clock.pass(60_000)
  expect([seat.states, seat.openedAtMs.length, seat.isClosed()]).toEqual([['live', 'signed-out'], 1, true])
})

test('[LV8] closed by its owner it never opens again', async () => {
  const seat = openSeat()
  seat.greets()
  seat.live.close()
  seat.drops()
  await seat.clock.pass(60_000)
  expect([seat.openedAtMs.length, seat.isClosed()]).toEqual([1, true])
})

test('[LV18] what passes is shown as it comes, is a sign of life, and moves no cursor', async () => {
  const seat = openSeat()
  seat.greets()
  seat.says({ head: 10 })
  await seat.clock.pass(1_500)
  seat.says({ type: 'unit.places', at: '', data: {} })
  await seat.clock.pass(1_500)
  expect([seat.passed, seat.events, seat.live.cursor(), seat.live.state()]).toEqual([
    ['unit.places'],
    [],
    10,
    'live',
  ])
})
