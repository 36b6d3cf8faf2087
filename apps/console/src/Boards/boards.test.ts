import { expect, test } from 'vitest'
import type { LiveFrame } from '@open110/kit/event'
import type { Call } from '@open110/kit/client/call'
import * as dispatchEvents from '@open110/modules/dispatch/events'
import type { IncidentRow } from '@open110/modules/incident'
import type { Unit } from '@open110/modules/unit'
import { oldBy, openBoards } from './boards.state.ts'
import { cardHeight, choose, dropped, lanesOf, nothingChosen, windowOf, type Card } from './lanes.state.ts'

const incident = (id: string, more: Partial<IncidentRow> = {}): IncidentRow => ({
  id: id as IncidentRow['id'],
  number: `331102202603010000${id}`,
  state: 'accepted',
  level: 3,
  category: '2001',
  place: '',
  gist: '',
  dangers: [],
  reports: 1,
  openSlips: 0,
  acceptedAt: '2026-03-01T04:00:00.000Z',
  changedAt: '2026-03-01T04:00:00.000Z',
  ...more,
})
const unit = (id: string, more: Partial<Unit> = {}): Unit =>
  ({
    id,
    name: id,
    org: 'lishui',
    kind: 'car',
    state: 'ready',
    skills: [],
    members: 2,
    openSlips: 0,
    ...more,
  }) as Unit
const card = (row: Unit): Card => ({ kind: 'unit', id: row.id, row })
const place = (row: IncidentRow): Card => ({ kind: 'incident', id: row.id, row })

/** A server that counts what it is asked, and a live connection that a test speaks for. */
function openHere() {
  let nowMs = 0
  const waiting: { atMs: number; act: () => void }[] = []
  const asked: string[] = []
  let frame: (frame: LiveFrame) => void = () => {}
  const call = (async (contract: { name: string }) => {
    asked.push(contract.name)
    return contract.name === 'closure.board' ? { at: '', loops: [] } : []
  }) as unknown as Call
  const boards = openBoards({
    call,
    desk: 'lishui',
    wallMs: () => nowMs,
    timers: {
      nowMs: () => nowMs,
      after(ms, act) {
        const entry = { atMs: nowMs + ms, act }
        waiting.push(entry)
        return () => waiting.splice(waiting.indexOf(entry), 1)
      },
    },
    hearFrames(on) {
      frame = on.frame
      return () => {}
    },
  })
  return {
    boards,
    asked,
    hear: (type: string) => frame({ type, at: '', cursor: 1, data: {} } as unknown as LiveFrame),
    async pass(ms: number) {
      nowMs += ms
      for (const entry of waiting.splice(0))
        if (entry.atMs <= nowMs) entry.act()
        else waiting.push(entry)
      await new Promise((done) => setTimeout(done))
    },
  }
}

test('[CS21] a board is fetched when somebody looks and when its event comes, never because time passes', async () => {
  const here = openHere()
  await here.pass(0)
  expect(here.asked).toEqual([])
  const stop = here.boards.watch('panics')
  await here.pass(0)
  expect(here.asked).toEqual(['unit.panics'])
  await here.pass(3_600_000)
  expect(here.asked).toEqual(['unit.panics'])
  here.hear('unit.panicked')
  here.hear('unit.panic-moved')
  here.hear('slip.moved')
  await here.pass(1_000)
  await here.pass(1_000)
  expect(here.asked.filter((name) => name === 'unit.panics').length).toBeLessThanOrEqual(3)
  expect(new Set(here.asked)).toEqual(new Set(['unit.panics']))
  stop()
  const before = here.asked.length
  here.hear('unit.panicked')
  await here.pass(10_000)
  expect(here.asked.length).toBe(before)
})

test('[CS21] an empty board says since when this page has seen it empty', async () => {
  const here = openHere()
  await here.pass(5_000)
  here.boards.watch('loops')
  await here.pass(0)
  const { emptySinceMs } = here.boards.get('loops')
  here.hear('slip.moved')
  await here.pass(60_000)
  expect(here.boards.get('loops').emptySinceMs).toBe(emptySinceMs)
  expect(here.boards.get('loops').asOfMs).toBe(65_000)
})

test('[CS21] what says nothing about a board makes none old', () => {
  expect(oldBy('incident.locked')).toEqual([])
  expect(oldBy('message.sent')).toEqual([])
  expect(oldBy('deadline.overdue')).toEqual(['deadlines', 'loops'])
})

test('[CS19] an incident nobody goes to waits, the gravest first; a held one and one with a slip do not', () => {
  const { pending } = lanesOf(
    {
      pending: [
        incident('a', { level: 3 }),
        incident('b', { level: 1 }),
        incident('c', { openSlips: 1 }),
        incident('d', { state: 'pending' }),
      ],
      slips: [],
      units: [],
    },
    '',
  )
  expect(pending.map(({ id }) => id)).toEqual(['b', 'a'])
})

test('[CS19] free units come before busy ones, and who is off stands apart', () => {
  const { units, away } = lanesOf(
    {
      pending: [],
      slips: [],
      units: [unit('busy', { state: 'on-scene', openSlips: 1 }), unit('free'), unit('off', { state: 'off' })],
    },
    '',
  )
  expect([units.map(({ id }) => id), away.map(({ id }) => id)]).toEqual([['free', 'busy'], ['off']])
})

test('[CS19] dropping means the same in both directions, and two units or two incidents mean nothing', () => {
  const [car, other] = [card(unit('car')), card(unit('other'))]
  const scene = place(incident('a'))
  expect(dropped(car, scene, nothingChosen)).toEqual({ units: ['car'], incident: 'a' })
  expect(dropped(scene, car, nothingChosen)).toEqual({ units: ['car'], incident: 'a' })
  expect(dropped(car, other, nothingChosen)).toBeUndefined()
  expect(dropped(scene, place(incident('b')), nothingChosen)).toBeUndefined()
  const both = choose(choose(nothingChosen, car), other)
  expect(dropped(car, scene, both)?.units).toEqual(['car', 'other'])
})

test('[CS19] choosing twice is choosing nothing', () => {
  const scene = place(incident('a'))
  expect(choose(choose(nothingChosen, scene), scene)).toEqual({ units: [] })
  expect(choose(choose(nothingChosen, card(unit('car'))), card(unit('car')))).toEqual({ units: [] })
})

test('[CS22] of two thousand units no more are drawn than fit, and a margin', () => {
  const { from, to } = windowOf(2_000, 1_000 * cardHeight, 900)
  expect(to - from).toBeLessThan(40)
  expect(from).toBeLessThanOrEqual(1_000)
  expect(to).toBeGreaterThanOrEqual(1_000 + Math.ceil(900 / cardHeight))
})

test('[CS21] a call for backup and one for help make their own notices old, by the names that the server gives them', () => {
  const { slipBackupAsked, slipBackupMoved } = dispatchEvents
  for (const { name } of [slipBackupAsked, slipBackupMoved]) expect(oldBy(name)).toContain('backups')
  const cries = Object.values(dispatchEvents).filter(({ name }) => name.includes('panic'))
  expect(cries.length).toBeGreaterThan(0)
  for (const { name } of cries) expect(oldBy(name)).toContain('panics')
})
