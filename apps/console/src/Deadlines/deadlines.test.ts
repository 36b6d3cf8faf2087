import { expect, test } from 'vitest'
import type { Deadline } from '@open110/modules/deadline'
import { inOrder, isRed, leftSeconds, pressing, toneOf } from './deadlines.state.ts'
import { soundFor } from '../Notices/notices.state.ts'

const startMs = Date.parse('2026-03-01T04:00:00.000Z')
const at = (seconds: number) => new Date(startMs + seconds * 1_000).toISOString()
const clock = (id: string, dueIn: number, more: Partial<Deadline> = {}): Deadline =>
  ({
    id,
    clock: 'sign',
    subjectKind: 'slip',
    subject: `slip-${id}`,
    incident: `incident-${id}`,
    level: 1,
    owner: { kind: 'unit', id: 'un_a', name: '城东-1' },
    state: 'running',
    startedAt: at(0),
    warnAt: at(dueIn - 30),
    dueAt: at(dueIn),
    escalatedTo: [],
    ...more,
  }) as Deadline

test('[CS23] a clock turns amber and red by its own moments, without a word from the server', () => {
  const one = clock('a', 60)
  expect([0, 29, 30, 59, 60, 90].map((second) => toneOf(one, startMs + second * 1_000))).toEqual([
    'fresh',
    'fresh',
    'late',
    'late',
    'overdue',
    'overdue',
  ])
  expect(leftSeconds(one, startMs + 90_000)).toBe(-30)
})

test('[CS23] a paused clock is never red and says what was left', () => {
  const paused = clock('a', 10, { state: 'paused', leftSeconds: 7 })
  expect(isRed(paused, startMs + 90_000)).toBe(false)
  expect([toneOf(paused, startMs + 90_000), leftSeconds(paused, startMs + 90_000)]).toEqual(['paused', 7])
})

test('[CS23] the most overdue stand first and the paused last; time alone changes no place', () => {
  const all = [clock('c', 300), clock('p', 5, { state: 'paused' }), clock('a', 10), clock('b', 60)]
  expect(inOrder(all).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'p'])
  expect(pressing(all, { slip: 'slip-b' })?.id).toBe('b')
})

const quiet = { panics: [], backups: [], clocks: [] as Deadline[], nowMs: startMs }
test('[CS24] a clock that turns red sounds once for its incident, and only where it presses', () => {
  const first = soundFor(undefined, quiet).sounded
  const red = [clock('a', -1), clock('a2', -1, { incident: 'incident-a' })]
  const heard = soundFor(first, { ...quiet, clocks: red })
  expect(heard.play).toBe('p2')
  expect(
    soundFor(heard.sounded, { ...quiet, clocks: [...red, clock('a3', -1, { incident: 'incident-a' })] }).play,
  ).toBeUndefined()
  expect(soundFor(first, { ...quiet, clocks: [clock('b', -1, { level: 3 })] }).play).toBeUndefined()
  expect(soundFor(first, { ...quiet, clocks: [clock('b', -1, { clock: 'feedback' })] }).play).toBeUndefined()
})

test('[CS24] what was there when the shift began has been told before; an officer in danger rings until somebody has it', () => {
  expect(
    soundFor(undefined, { ...quiet, clocks: [clock('a', -1)], backups: [{ id: 'bk_a' as never }] }).play,
  ).toBeUndefined()
  const raised = { ...quiet, panics: [{ id: 'pa_a' as never, state: 'raised' as const }] }
  const first = soundFor(undefined, raised)
  expect([first.play, soundFor(first.sounded, raised).play]).toEqual(['p1', 'p1'])
  expect(
    soundFor(first.sounded, { ...quiet, panics: [{ id: 'pa_a' as never, state: 'acknowledged' }] }).play,
  ).toBeUndefined()
})
