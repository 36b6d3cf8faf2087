import { expect, test } from 'vitest'
import { onLine, openingLine, type Line, type LineSign } from './line.state.ts'

const after = (signs: readonly (readonly [number, LineSign])[], from: Line = openingLine(0)): Line =>
  signs.reduce((line, [ms, sign]) => onLine(line, sign, ms, 0.5), from)
const carrying = after([
  [100, 'answered'],
  [300, 'up'],
])

test('[ME63] a line that breaks is opened anew at once, without waiting for the old one', () => {
  expect(carrying).toMatchObject({ phase: 'up', untilMs: Infinity })
  expect(after([[9_000, 'broken']], carrying)).toMatchObject({
    phase: 'opening',
    isAnswered: false,
    downSinceMs: 9_000,
  })
})

test('[ME63] with the network gone it is tried about once a second, and after a minute every three', () => {
  let line = after([[9_000, 'broken']], carrying)
  let nowMs = 9_000
  const rests: number[] = []
  while (nowMs < 75_000) {
    line = onLine(line, 'unanswered', (nowMs += 50), 0.5)
    rests.push(line.untilMs - nowMs)
    nowMs = line.untilMs
    line = onLine(line, 'late', nowMs, 0.5)
  }
  expect(rests.slice(0, 4)).toEqual([150, 400, 800, 1_000])
  expect(Math.max(...rests.slice(0, 50))).toBe(1_000)
  expect(rests.at(-1)).toBe(3_000)
})

test('[ME63] network and person coming back end every rest; a line that carries is not disturbed by being late', () => {
  const resting = after(
    [
      [9_000, 'broken'],
      [9_100, 'unanswered'],
    ],
    carrying,
  )
  expect(resting.phase).toBe('resting')
  expect(after([[9_120, 'nudged']], resting)).toMatchObject({ phase: 'opening', failures: 0 })
  expect(after([[99_000, 'late']], carrying)).toBe(carrying)
})

test('[ME63] the old connection that carries again is kept while no new one is under way', () => {
  const resting = after(
    [
      [9_000, 'broken'],
      [9_100, 'unanswered'],
    ],
    carrying,
  )
  expect(after([[9_120, 'healed']], resting).phase).toBe('up')
  const opening = after([[9_000, 'broken']], carrying)
  expect(after([[9_120, 'healed']], opening)).toBe(opening)
})

test('[ME64] an engine that answers but cannot be reached within four seconds is tried by the other transport', () => {
  const tried = after([
    [100, 'answered'],
    [4_100, 'late'],
  ])
  expect(tried).toMatchObject({ phase: 'opening', transport: 'portable', isAnswered: false })
  const back = after(
    [
      [4_200, 'answered'],
      [8_200, 'late'],
    ],
    tried,
  )
  expect(back).toMatchObject({ phase: 'resting', transport: 'native' })
  const found = after(
    [
      [4_200, 'answered'],
      [4_500, 'up'],
      [60_000, 'broken'],
    ],
    tried,
  )
  expect(found.transport).toBe('portable')
})

test('[ME64] a silent server is not a transport that fails', () => {
  expect(after([[5_000, 'late']])).toMatchObject({ phase: 'resting', transport: 'native' })
})

test('[ME63] what is over stays over, whatever comes', () => {
  const over = after([[400, 'ended']], carrying)
  for (const sign of ['up', 'broken', 'nudged', 'late', 'healed', 'answered'] as const) {
    expect(onLine(over, sign, 500, 0)).toBe(over)
  }
})

test('[ME63] what is not there yet is not asked for again and again: an event says when it is', () => {
  const waiting = onLine(openingLine(0), 'refused', 100, 0.5)
  expect(waiting).toMatchObject({ phase: 'resting', untilMs: 20_100 })
  expect(onLine(waiting, 'nudged', 900, 0.5).phase).toBe('opening')
})
