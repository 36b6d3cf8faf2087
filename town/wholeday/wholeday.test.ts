import { expect, test } from 'vitest'
import { cityAt } from '../orgs.ts'
import { openAgenda } from './agenda.ts'
import { dayPlan, proportions } from './plan.ts'
import { playDay } from './wholeday.ts'

const { centre } = cityAt('lishui')!

test('[WD1] [WD3] a day of 2,700 has the hours and the proportions of the seeds, and the same seed is the same day', () => {
  const plan = dayPlan({ seed: 'monday', reports: 2_700, centre })
  expect(dayPlan({ seed: 'monday', reports: 2_700, centre })).toEqual(plan)
  expect(dayPlan({ seed: 'tuesday', reports: 2_700, centre })).not.toEqual(plan)
  const byHour = Array.from({ length: 24 }, (_, hour) =>
    plan.filter(({ at }) => Math.floor(at / 3_600) === hour),
  )
  const sizes = byHour.map(({ length }) => length)
  expect(sizes.indexOf(Math.max(...sizes))).toBe(10)
  // Five in the morning is the quietest, or within a few of it.
  expect(sizes[5]! - Math.min(...sizes)).toBeLessThan(10)
  const share = (kind: (typeof plan)[number]['ending']['do'][]) =>
    plan.filter(({ ending }) => kind.includes(ending.do)).length / plan.length
  const all = Object.values(proportions).reduce((sum, n) => sum + n, 0)
  const effective = (all - proportions.harassment - proportions.idle) / all
  expect(share(['work', 'merge'])).toBeCloseTo(effective, 1)
  const phone = plan.filter(({ door }) => door === 'phone').length / plan.length
  expect(phone).toBeCloseTo(0.88, 1)
  // Whoever joins an event joins one that came before.
  plan.forEach(({ ending }, n) => {
    if (ending.do === 'merge') expect(ending.with).toBeLessThan(n)
  })
})

test('[WD3] what happens at the same second happens in the order in which it was put up', async () => {
  const agenda = openAgenda()
  const done: string[] = []
  for (const [at, what] of [
    [5, 'e'],
    [1, 'a'],
    [3, 'c'],
    [1, 'b'],
    [3, 'd'],
  ] as const)
    agenda.put(at, async () => void done.push(what))
  for (let due = agenda.take(4); due; due = agenda.take(4)) await due.act()
  expect(done.join('')).toBe('abcd')
  expect(agenda.left()).toBe(1)
})

test('[WD1] [WD2] the first hour of a busy day is played to its end: nothing is left open, and every minute held', async () => {
  const day = await playDay({ seed: 'test', reports: 36, hours: 1, cars: 16 })
  expect(day.broken).toEqual([])
  expect(day.end).toMatchObject({ openLoops: [], unfinished: [], undecided: 0, reports: 36 })
  const { outcomes, accepted } = day.sums
  expect(Object.values(outcomes).reduce((sum, n) => sum + n, 0)).toBe(36)
  expect(day.end.incidents).toBe(accepted)
  expect(day.minutes).toBeGreaterThan(60)
}, 120_000)
