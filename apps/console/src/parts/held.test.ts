import { expect, test } from 'vitest'
import { arrive, isSettled, newcomers, nothingHeld, release } from './held.state.ts'

test('[CS26] rows of a board keep their places under a hand; what came meanwhile is counted and shown at the pause', () => {
  const first = arrive(nothingHeld, ['a', 'b'], false)
  const held = arrive(first, ['c', 'b', 'a'], true)
  expect([held.shown, newcomers(held), isSettled(held)]).toEqual([['a', 'b'], 1, false])
  const after = release(held)
  expect([after.shown, newcomers(after), isSettled(after)]).toEqual([['c', 'b', 'a'], 0, true])
})
