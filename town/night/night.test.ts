import { expect, test } from 'vitest'
import { bugNames, bugs } from './bugs.ts'
import { runNight, shortest } from './run.ts'
import { planOf } from './plan.ts'

const told = (night: Awaited<ReturnType<typeof runNight>>) =>
  night.broken && `seed ${night.seed}: ${night.broken.invariant} ${night.broken.words}`

test('[NG1][NG2][NG3][NG4][NG5][NG6][NG7][NG8][NG9] a hundred nights of trouble, and nothing that was promised is broken', async () => {
  let deaths = 0
  for (let seed = 1; seed <= 100; seed++) {
    const night = await runNight({ seed })
    expect(told(night)).toBeUndefined()
    deaths += night.deaths.withMedia
  }
  expect(deaths).toBeGreaterThan(60)
}, 120_000)

test('[NG10] a seed is one night: told twice, it is the same to the byte, and another seed is another', async () => {
  const [first, again, other] = [
    await runNight({ seed: 17, isTold: true }),
    await runNight({ seed: 17, isTold: true }),
    await runNight({ seed: 18, isTold: true }),
  ]
  expect(first.trace.length).toBeGreaterThan(20)
  expect(again.trace.join('\n')).toBe(first.trace.join('\n'))
  expect(other.trace.join('\n')).not.toBe(first.trace.join('\n'))
})

test('[NG10] what breaks is told with the fewest acts that break it', async () => {
  const given = { seed: 1, bug: 'covert-push' } as const
  const acts = await shortest(given)
  expect(acts.length).toBeLessThan(planOf(1).acts.length)
  expect((await runNight({ ...given, acts })).broken?.invariant).toBe('I7')
})

test.each(bugNames)(
  '[NG11] the planted bug %s is found, by the invariant that it breaks',
  async (bug) => {
    for (let seed = 1; seed <= 400; seed++) {
      const { broken } = await runNight({ seed, bug })
      if (!broken) continue
      expect(bugs[bug].breaks).toContain(broken.invariant)
      return
    }
    expect.unreachable(`nothing was broken by ${bug}`)
  },
  120_000,
)
