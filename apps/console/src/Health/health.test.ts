import { expect, test } from 'vitest'
import { speak } from '@open110/core/words/console'
import type { Degradation } from '@open110/kit/health'
import { openHealthWatch, shownAt, wordsFor } from './health.state.ts'

const one = (name: string, facts: Degradation['facts'] = {}): Degradation => ({
  name,
  severity: 'major',
  since: '2026-03-01T04:00:00.000Z',
  facts,
  zh: '服务器自己的话',
  en: 'its own words',
})
const say = speak('zh-CN')
const quiet = () => new Promise((later) => setImmediate(later))

/** The service as the page asks it, and the page's own time. */
function page() {
  let answer: () => Promise<readonly Degradation[]> = () => Promise.resolve([])
  let asked = 0
  let isVisible = true
  let due = () => {}
  const watch = openHealthWatch({
    fetch: () => ((asked += 1), answer()),
    after: (_, act) => ((due = act), () => (due = () => {})),
    isVisible: () => isVisible,
  })
  return {
    watch,
    asked: () => asked,
    answers: (next: typeof answer) => (answer = next),
    hides: (next: boolean) => (isVisible = !next),
    async passes() {
      due()
      await quiet()
    },
  }
}

test('[CS16] it is asked again and again while somebody may look, at once after a reconnect, and never beside itself', async () => {
  const { watch, asked, answers, hides, passes } = page()
  await quiet()
  expect(asked()).toBe(1)
  hides(true)
  await passes()
  expect(asked()).toBe(1)
  hides(false)
  let end = (_: readonly Degradation[]) => {}
  answers(() => new Promise((resolve) => (end = resolve)))
  await passes()
  watch.ask()
  await passes()
  expect(asked()).toBe(2)
  end([one('clock.wrong')])
  await quiet()
  expect(watch.get()).toHaveLength(1)
  watch.ask()
  expect(asked()).toBe(3)
  watch.close()
})

test('[CS16] what was said stays while nobody answers, and only a change draws the bar again', async () => {
  const { watch, answers, passes } = page()
  let drawn = 0
  watch.subscribe(() => (drawn += 1))
  answers(() => Promise.resolve([one('database.slow')]))
  await passes()
  await passes()
  expect(drawn).toBe(1)
  answers(() => Promise.reject(new Error('no answer')))
  await passes()
  expect([watch.get().length, drawn]).toEqual([1, 1])
  answers(() => Promise.resolve([]))
  await passes()
  expect([watch.get().length, drawn]).toEqual([0, 2])
  watch.close()
})

test('[CS16] each is said with its figures, with what still works and what to do; one the page does not know speaks for itself', () => {
  expect(wordsFor(say, one('database.slow', { commitMs: 812 })).what).toContain('812 毫秒')
  expect(
    wordsFor(say, one('clock.wrong', { machineAheadSeconds: -7200, databaseAheadSeconds: 0 })).what,
  ).toContain('2:00:00')
  expect(wordsFor(say, one('log.held-back', { heldBackMs: 7_300 })).what).toContain('7 秒')
  expect(wordsFor(say, one('media.nearly-full', { freeMegabytes: 341 })).works).toContain('文字报警')
  expect(wordsFor(say, one('tiles.down'))).toEqual({ what: '服务器自己的话', works: '', act: '' })
})

test('[CS16] that nobody sits at a desk is shown at that desk', () => {
  const none = one('desk.none-live', { desks: ['hangzhou', 'lishui'] })
  expect(shownAt('lishui', [none, one('clock.wrong')])).toHaveLength(2)
  expect(shownAt('ningbo', [none, one('clock.wrong')]).map(({ name }) => name)).toEqual(['clock.wrong'])
})
