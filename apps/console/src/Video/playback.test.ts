import { expect, test } from 'vitest'
import type { IndexEntry, Recording } from '@open110/modules/video'
import { keepTime, lengthOf, placeIn, seekBy, spansOf, stopsOf, timeText } from './playback.state.ts'

const entry = (atMs: number, kind: IndexEntry['kind'], facts: Record<string, unknown> = {}): IndexEntry => ({
  at: '2026-11-22T02:00:00.000Z' as IndexEntry['at'],
  atMs,
  kind,
  isHidden: false,
  facts,
})
const piece = { offsetMs: 2_000, durationMs: 10_000 }

test('[CS68] every object keeps the clock of the call: before it begins it waits, and apart from it it is set right', () => {
  expect([placeIn(piece, 1_000), placeIn(piece, 2_000), placeIn(piece, 12_001)]).toEqual([
    undefined,
    0,
    undefined,
  ])
  const clock = { atMs: 5_000, isRunning: true, speed: 1 }
  expect(keepTime({ seconds: 3.05, isPaused: false }, piece, clock)).toEqual({ run: true })
  expect(keepTime({ seconds: 3.4, isPaused: false }, piece, clock)).toEqual({ seekTo: 3, run: true })
  expect(keepTime({ seconds: 0, isPaused: true }, piece, { ...clock, atMs: 500 })).toEqual({ run: false })
  // Twice as fast, an unnoticed distance is twice as long; standing still shows the place that was sought.
  expect(keepTime({ seconds: 3.2, isPaused: false }, piece, { ...clock, speed: 2 })).toEqual({ run: true })
  expect(keepTime({ seconds: 0, isPaused: true }, piece, { ...clock, isRunning: false })).toEqual({
    seekTo: 3,
    run: false,
  })
  const recording = {
    durationMs: 9_000,
    objects: [piece],
    index: [entry(100, 'join')],
  } as unknown as Recording
  expect(lengthOf(recording)).toBe(12_000)
})

test('[CS69] 喊话, single pictures and what was lost are spans, also when the call ended in the middle of one', () => {
  const index = [
    entry(0, 'join'),
    entry(3_000, 'talk-on'),
    entry(4_000, 'step', { to: 'stills' }),
    entry(5_000, 'talk-off'),
    entry(6_000, 'step', { to: 'stills' }),
    entry(7_000, 'step', { to: 'reduced' }),
    entry(8_000, 'lost'),
  ]
  expect(spansOf(index, 10_000)).toEqual([
    { kind: 'talk', fromMs: 3_000, toMs: 5_000 },
    { kind: 'stills', fromMs: 4_000, toMs: 7_000 },
    { kind: 'lost', fromMs: 8_000, toMs: 10_000 },
  ])
  const stops = stopsOf([entry(9, 'snapshot'), entry(5, 'still'), entry(2, 'join'), entry(4, 'feed')])
  expect(stops.map(({ kind }) => kind)).toEqual(['join', 'snapshot'])
})

test('[CS69] arrows and pages lead along the time line and stop at its ends', () => {
  expect([seekBy('ArrowRight', 1_000, 60_000), seekBy('ArrowLeft', 1_000, 60_000)]).toEqual([6_000, 0])
  expect([seekBy('PageUp', 50_000, 60_000), seekBy('PageDown', 50_000, 60_000)]).toEqual([60_000, 20_000])
  expect([seekBy('Home', 9, 60_000), seekBy('End', 9, 60_000), seekBy('KeyA', 9, 60_000)]).toEqual([
    0,
    60_000,
    undefined,
  ])
  expect([timeText(127_900), timeText(3_727_000), timeText(-5)]).toEqual(['02:07', '1:02:07', '00:00'])
})
