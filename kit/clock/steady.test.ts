import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openSteadyClock } from './steady.ts'

const start = Date.parse('2026-11-21T02:00:00.000Z')
const day = 86_400_000

/** A machine whose date may be set and which may be put to sleep. */
function machine() {
  let wall = start
  let steady = 5_000
  let up = 90_000
  return {
    clock: openSteadyClock({ wallMs: () => wall, steadyMs: () => steady, uptimeMs: () => up }),
    passes(ms: number) {
      wall += ms
      steady += ms
      up += ms
    },
    jumps(ms: number) {
      wall += ms
    },
    sleeps(ms: number) {
      wall += ms
      up += ms
    },
  }
}

test.each([2 * 3_600_000, -2 * 3_600_000, 30 * day, -30 * day, 2_001, -2_001])(
  '[KI30] a jump of %s ms is not believed; time goes on from before it, and how far the machine is off is said',
  (jump) => {
    const { clock, passes, jumps } = machine()
    passes(1_000)
    expect([clock.now(), clock.wrongMs()]).toEqual(['2026-11-21T02:00:01.000Z', 0])
    jumps(jump)
    expect([clock.now(), clock.wrongMs()]).toEqual(['2026-11-21T02:00:01.000Z', jump])
    passes(60_000)
    expect([clock.now(), clock.wrongMs()]).toEqual(['2026-11-21T02:01:01.000Z', jump])
    jumps(-jump)
    expect([clock.now(), clock.wrongMs()]).toEqual(['2026-11-21T02:01:01.000Z', 0])
  },
)

test('[KI30] a date that is drawn towards the right one in small steps is followed, and so is a machine that slept', () => {
  const { clock, passes, jumps, sleeps } = machine()
  for (let n = 0; n < 10; n++) {
    passes(60_000)
    jumps(500)
    clock.now()
  }
  expect([clock.now(), clock.wrongMs()]).toEqual(['2026-11-21T02:10:05.000Z', 0])
  sleeps(8 * 3_600_000)
  passes(1_000)
  expect([clock.now(), clock.wrongMs()]).toEqual(['2026-11-21T10:10:06.000Z', 0])
})

test('[KI30] whatever is done to the date, time never goes back by more than a small step, and what passed has passed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: -40 * day, max: 40 * day }))),
      (moves) => {
        const { clock, passes, jumps } = machine()
        let before = Date.parse(clock.now())
        for (const [ms, jump] of moves) {
          passes(ms)
          jumps(jump)
          const now = Date.parse(clock.now())
          expect(Math.abs(now - before - ms)).toBeLessThanOrEqual(2_000)
          before = now
        }
      },
    ),
  )
})
