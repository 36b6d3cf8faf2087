import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  encodingOf,
  ladderSteps,
  onLadder,
  openLadder,
  triesStills,
  type Ladder,
  type Sign,
} from './ladder.state.ts'

/** Signs with the second at which each is seen. */
const after = (signs: readonly (readonly [number, Sign])[], from: Ladder = openLadder(0)): Ladder =>
  signs.reduce((ladder, [second, sign]) => onLadder(ladder, sign, second * 1_000), from)
const up: Sign = { t: 'line', isUp: true }
const down: Sign = { t: 'line', isUp: false }
const tick: Sign = { t: 'tick' }
const rate = (availableKbps: number, lost = 0): Sign => ({ t: 'quality', availableKbps, lost })
const still = (isSent: boolean): Sign => ({ t: 'still', isSent })

test('[ME60] a line that is rebuilt at once is no step down; one that stays away falls to single pictures', () => {
  const up1 = after([
    [1, up],
    [20, down],
    [20.3, tick],
  ])
  expect(up1.step).toBe('video')
  expect(after([[20.4, up]], up1).step).toBe('video')
  expect(after([[21, tick]], up1).step).toBe('stills')
})

test('[ME60] pictures that do not get through leave notes, and after half a minute words; the first that does brings them back', () => {
  const lost = after([
    [1, up],
    [10, down],
    [11, tick],
    [12, still(false)],
    [15, still(false)],
  ])
  expect(lost.step).toBe('stills')
  const notes = after(
    [
      [18, still(false)],
      [18.5, tick],
    ],
    lost,
  )
  expect(notes.step).toBe('voice')
  expect(triesStills(notes)).toBe(true)
  const words = after([[41, tick]], notes)
  expect(words.step).toBe('text')
  expect(triesStills(words)).toBe(true)
  expect(after([[42, still(true)]], words).step).toBe('stills')
})

test('[ME61] after a short break the call goes on as before, after a long one small and then better', () => {
  expect(
    after([
      [1, up],
      [10, down],
      [11, tick],
      [15, up],
    ]).step,
  ).toBe('video')
  const long = after([
    [1, up],
    [10, down],
    [11, tick],
    [40, still(true)],
    [40.5, up],
  ])
  expect(long.step).toBe('reduced')
  const better = after(
    [41, 43, 45, 48].map((second) => [second, rate(900)] as const),
    long,
  )
  expect(better.step).toBe('video')
})

test('[ME61] a thin line means smaller film, a thinner one single pictures, and a climb that fails waits longer', () => {
  const thin = after([
    [1, up],
    [2, rate(150)],
    [3, rate(150)],
    [5.1, rate(150)],
  ])
  expect(thin.step).toBe('reduced')
  const thinner = after(
    [
      [6, rate(40)],
      [9, rate(40)],
      [11.1, rate(40)],
    ],
    thin,
  )
  expect(thinner.step).toBe('stills')
  const tried = after(
    [
      [12, rate(40)],
      [18.1, rate(40)],
    ],
    thinner,
  )
  expect(tried.step).toBe('reduced')
  const again = after(
    [
      [19, rate(40)],
      [24.1, rate(40)],
    ],
    tried,
  )
  expect(again).toMatchObject({ step: 'stills', climbAfterMs: 12_000 })
  expect(
    after(
      [
        [25, rate(40)],
        [32, rate(40)],
      ],
      again,
    ).step,
  ).toBe('stills')
  expect(after([[37.1, rate(40)]], after([[25, rate(40)]], again)).step).toBe('reduced')
})

test('[ME61] a short dip is no reason to step down', () => {
  expect(
    after([
      [1, up],
      [2, rate(100)],
      [4, rate(100)],
      [4.5, rate(900)],
      [6, rate(100)],
    ]).step,
  ).toBe('video')
})

test('[ME62] nothing goes above what the desk or the device allows, and back up when it is lifted', () => {
  const held = after([
    [1, up],
    [2, { t: 'ceiling', step: 'stills' }],
  ])
  expect(held.step).toBe('stills')
  expect(
    after(
      [
        [3, rate(2_000)],
        [90, rate(2_000)],
      ],
      held,
    ).step,
  ).toBe('stills')
  expect(after([[91, { t: 'ceiling', step: 'video' }]], held).step).toBe('video')
  const blind = after([
    [1, up],
    [2, { t: 'ceiling', step: 'voice' }],
  ])
  expect([blind.step, triesStills(blind)]).toEqual(['voice', false])
})

test('[ME62] what is allowed again while the line is away is there when the line is back', () => {
  const back = after([
    [1, up],
    [2, { t: 'ceiling', step: 'text' }],
    [3, { t: 'line', isUp: false }],
    [4, { t: 'ceiling', step: 'video' }],
    [5, up],
  ])
  expect(back.step).toBe('video')
})

test('[ME62] whatever happens in whatever order, the ladder stays below its ceiling and comes back to film on a good line', () => {
  const sign = fc.oneof(
    fc.boolean().map((isUp): Sign => ({ t: 'line', isUp })),
    fc
      .record({
        availableKbps: fc.integer({ min: 0, max: 3_000 }),
        lost: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map((quality): Sign => ({ t: 'quality', ...quality })),
    fc.boolean().map((isSent): Sign => ({ t: 'still', isSent })),
    fc.constantFrom(...ladderSteps).map((step): Sign => ({ t: 'ceiling', step })),
    fc.constant<Sign>({ t: 'tick' }),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), sign), { maxLength: 60 }), (signs) => {
      let second = 0
      let ladder = openLadder(0)
      for (const [wait, each] of signs) {
        ladder = onLadder(ladder, each, (second += wait) * 1_000)
        expect(ladderSteps.indexOf(ladder.step)).toBeGreaterThanOrEqual(ladderSteps.indexOf(ladder.ceiling))
      }
      ladder = after(
        [
          [second, { t: 'ceiling', step: 'video' }],
          [second, up],
        ],
        ladder,
      )
      for (let good = 1; good <= 200; good++) ladder = after([[second + good, rate(2_000)]], ladder)
      expect(ladder.step).toBe('video')
    }),
  )
})

test('[ME62] below the film the encoder rests, and a smaller one asks for less', () => {
  expect(encodingOf('video', 1_500)).toMatchObject({ isActive: true, maxKbps: 1_500, scaleDownBy: 1 })
  expect(encodingOf('reduced', 1_500)).toMatchObject({ isActive: true, maxKbps: 300, scaleDownBy: 2 })
  expect(encodingOf('reduced', 200).maxKbps).toBe(200)
  for (const step of ['stills', 'voice', 'text'] as const)
    expect(encodingOf(step, 1_500).isActive).toBe(false)
})
