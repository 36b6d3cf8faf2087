import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { admissions } from '../pure/route.ts'
import { ComeAgain, openGate, ordinaryRules, watchDelay } from './admission.ts'

const never = () => new Promise<never>(() => {})

test('[KI21] whatever the state of everything else, an alarm is let in', async () => {
  for (const delayMs of [0, 300, 1_000, 10_000, Infinity]) {
    const gate = openGate({ chance: () => 0.5, delayMs: () => delayMs })
    // Every place and every place to wait is taken, by others and by alarms themselves.
    for (const admission of admissions) for (let n = 0; n < 5_000; n++) void gate.admit(admission, never)
    expect(await gate.admit('alarm', async () => 'let in')).toBe('let in')
  }
})

test('[KI21] the later the program runs, the more is shed, from the bottom, and the dialogue never for that', async () => {
  const shed = async (delayMs: number) => {
    const gate = openGate({ chance: () => 0.5, delayMs: () => delayMs })
    const told = await Promise.all(
      admissions.map(async (one) => [one, await gate.admit(one, async () => 0)] as const),
    )
    return told.filter(([, answer]) => answer instanceof ComeAgain).map(([one]) => one)
  }
  expect(await shed(0)).toEqual([])
  expect(await shed(ordinaryRules.content.shedAtDelayMs)).toEqual(['content'])
  expect(await shed(ordinaryRules.query.shedAtDelayMs)).toEqual(['query', 'content'])
  expect(await shed(Number.MAX_VALUE)).toEqual(['media', 'query', 'content'])
})

test('[KI21] those who are told to come again are told different moments, never at once', async () => {
  let turn = 0
  const chance = () => (turn++ % 10) / 10
  const gate = openGate({ chance, delayMs: () => Infinity })
  const moments = await Promise.all(
    Array.from({ length: 10 }, async () => (await gate.admit('content', never)) as ComeAgain),
  )
  expect(Math.min(...moments.map(({ seconds }) => seconds))).toBeGreaterThanOrEqual(2)
  expect(new Set(moments.map(({ seconds }) => seconds)).size).toBe(10)
})

test('[KI21] one long turn is no pressure, turns that stay long are', async () => {
  const windowMs = 50
  const watch = watchDelay(windowMs)
  const worst = async (turnMs: number, turns: number) => {
    let worstMs = 0
    for (let n = 0; n < turns; n++) {
      const until = performance.now() + turnMs
      while (performance.now() < until);
      await pause(1)
      worstMs = Math.max(worstMs, watch.delayMs())
    }
    return worstMs
  }
  // Wherever in a window it falls.
  for (let n = 0; n < 6; n++) {
    await worst(1, 20 + 7 * n)
    await worst(10 * windowMs, 1)
    expect(await worst(1, windowMs)).toBeLessThan(8 * windowMs)
  }
  expect(await worst(2 * windowMs, 12)).toBeGreaterThan(windowMs)
  watch.stop()
})
