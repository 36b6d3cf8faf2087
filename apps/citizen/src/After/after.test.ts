import { expect, test } from 'vitest'
import { speak } from '@open110/core/words/citizen'
import type { After } from '@open110/modules/report/after'
import { helpSeconds, sentOnWords } from '../Report/report.state.ts'
import { fieldOf, hasAfter, momentIn, ratingOf } from './after.state.ts'

const nothing: After = { rateable: [], ratings: [] }
const say = speak('zh-CN')

test('[CI20] what was told holds for its minutes; what takes longer is asked for again sooner', () => {
  expect(helpSeconds({ withinMinutes: 5, isLonger: false })).toBe(300)
  expect(helpSeconds({ withinMinutes: 20, isLonger: true })).toBeLessThan(20 * 60)
})

test('[CI21] where there is nothing to read or to say there is no fold, and a quiet page offers no time to ring', () => {
  expect(hasAfter(nothing, false)).toBe(false)
  expect(hasAfter({ ...nothing, rateable: ['handling'] }, true)).toBe(true)
  const withReach = { ...nothing, reach: { ways: [] } }
  expect(hasAfter(withReach, false)).toBe(true)
  expect(hasAfter(withReach, true)).toBe(false)
  for (const word of ['警', '评', '110']) expect(say('after.more')).not.toContain(word)
  for (const word of ['电话', '拨打', '报警']) expect(say('unvisited.about-quiet')).not.toContain(word)
})

test('[CI22] with the officers, read by them, or nothing is said of it', () => {
  const at = '2026-11-21T02:00:00.000Z'
  const added = { id: 'sp_1', at, words: '他有刀' }
  const time = () => '12:03'
  expect(sentOnWords(say, added, time)).toBe('')
  expect(sentOnWords(say, { ...added, isSentOn: true }, time)).toBe('已送到出警民警')
  expect(sentOnWords(say, { ...added, isSentOn: true, acknowledgedAt: at }, time)).toBe(
    '已送到出警民警,民警已确认看到 12:03',
  )
})

test('[CI4] what was left out of a rating is not sent, and a moment survives its field', () => {
  expect(ratingOf('answer', { stars: 4, items: {}, words: '  ' })).toEqual({ stage: 'answer', stars: 4 })
  expect(ratingOf('answer', { stars: 4, items: { speed: 2 }, words: '慢' })).toEqual({
    stage: 'answer',
    stars: 4,
    items: { speed: 2 },
    words: '慢',
  })
  const moment = '2026-11-21T02:30:00.000Z'
  expect(momentIn(fieldOf(moment))).toBe(moment)
  expect(momentIn('')).toBeUndefined()
})
