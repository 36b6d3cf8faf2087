import { expect, test } from 'vitest'
import { keyTable } from '../Keys/keys.state.ts'
import { dutyOf, isPressing } from '../Duty/duty.state.ts'
import { rangeNames, shareText, spanOf } from '../Figures/figures.state.ts'
import { addressOf, viewAt, views } from './views.state.ts'

test('[CS27] every view has an address of its own and a key', () => {
  for (const view of views) {
    expect(viewAt(addressOf(view))).toBe(view)
    expect(keyTable.some((row) => row.act === `view-${view}`)).toBe(true)
  }
  expect(viewAt('#/nowhere')).toBeUndefined()
  const strokes = keyTable.map(({ code, ctrl, shift, chord }) => [code, ctrl, shift, chord].join())
  expect(new Set(strokes).size).toBe(strokes.length)
})

test('[CS28] the duty officer sees what nobody has answered, and an empty page presses nobody', () => {
  const nothing = dutyOf({}, 0)
  expect(isPressing('panics', nothing)).toBe(false)
  const asked = dutyOf(
    {
      escalations: [{ state: 'asked' }, { state: 'instructed' }] as never,
      seats: [{ state: 'stale' }] as never,
    },
    0,
  )
  expect([asked.escalations.length, isPressing('escalations', asked), isPressing('seats', asked)]).toEqual([
    1,
    true,
    true,
  ])
})

test('[CS29] ranges are named as on the weekly sheet, and nothing of nothing is no percentage', () => {
  expect(rangeNames([30, 60, 120, 180])).toEqual([
    '0–30 秒',
    '30–60 秒',
    '60–120 秒',
    '120–180 秒',
    '> 180 秒',
  ])
  expect(rangeNames([1_800, 3_600, 7_200, 14_400])).toEqual([
    '0–30 分',
    '30 分–1 小时',
    '1–2 小时',
    '2–4 小时',
    '> 4 小时',
  ])
  expect([shareText(989, 1_000), shareText(0, 0)]).toEqual(['98.9%', '—'])
})

test('[CS29] a week begins on Monday', () => {
  const sunday = new Date(2026, 2, 8, 12).getTime()
  expect(new Date(spanOf('week', sunday).from).getDay()).toBe(1)
  expect(spanOf('last-week', sunday).to).toBe(spanOf('week', sunday).from)
})
