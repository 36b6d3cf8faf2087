import { expect, test } from 'vitest'
import { downSteps, evened, upSteps } from './even.ts'

const sizeOf = (text: string) => Buffer.byteLength(text)

test('[KI35] whatever is in it, it has one of a few sizes and reads as before', () => {
  for (const value of [
    {},
    { words: 'a' },
    { words: '撬'.repeat(200) },
    { words: '🙏é'.repeat(90) },
    { words: '\ud83d' },
  ]) {
    const even = evened(JSON.stringify(value), upSteps)
    expect(sizeOf(even)).toBe(736)
    expect(JSON.parse(even)).toEqual(value)
  }
})

test('[KI35] what is just above a step goes to the next, and what is above them all to a multiple of the last', () => {
  const sizes = [1, 1_024, 1_025, 4_097, 16_385, 65_537, 200_000].map((bytes) =>
    sizeOf(evened('x'.repeat(bytes), downSteps)),
  )
  expect(sizes).toEqual([1_024, 1_024, 4_096, 16_384, 65_536, 131_072, 262_144])
})
