import { expect, test } from 'vitest'
import { openBrake } from './brake.ts'

const rule = { freeTries: 3, firstSeconds: 2, mostSeconds: 20, forgetSeconds: 3_600 }

test('[KI11] the first tries are free, then each doubles the wait up to the most, and a right one ends it', () => {
  const brake = openBrake(rule)
  const waits: number[] = []
  for (let i = 0; i < 8; i++) {
    brake.failed('guesser', 0)
    waits.push(brake.waitFor('guesser', 0))
  }
  expect(waits).toEqual([0, 0, 2, 4, 8, 16, 20, 20])
  expect(brake.waitFor('guesser', 19_001)).toBe(1)
  expect(brake.waitFor('guesser', 20_000)).toBe(0)
  brake.passed('guesser')
  brake.failed('guesser', 0)
  expect(brake.waitFor('guesser', 0)).toBe(0)
})

test('[KI11] nobody waits for somebody else’s guesses, and after an hour all is forgotten', () => {
  const brake = openBrake(rule)
  for (let i = 0; i < 9; i++) brake.failed('guesser', 0)
  expect(brake.waitFor('neighbour', 0)).toBe(0)
  brake.failed('neighbour', 3_600_001)
  brake.failed('guesser', 3_600_001)
  expect(brake.waitFor('guesser', 3_600_001)).toBe(0)
})
