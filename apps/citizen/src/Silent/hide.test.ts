import { expect, test } from 'vitest'
import { citizen } from '@open110/core/words/zh/citizen'
import { pageAt } from '../app/path.ts'
import { shiftSpanMs, tapSpanMs, threefold } from './hide.state.ts'

test('[CI3] three Shifts within five seconds hide; three in six do not; typing in between begins anew', () => {
  const shifts = threefold(shiftSpanMs)
  expect([0, 2_000, 4_900].map((at) => shifts.press(at))).toEqual([false, false, true])
  expect([10_000, 13_000, 16_000].map((at) => shifts.press(at))).toEqual([false, false, false])
  const typing = threefold(shiftSpanMs)
  typing.press(0)
  typing.press(100)
  typing.forget()
  expect(typing.press(200)).toBe(false)
})

test('[CI3] three quick taps hide, slow ones do not', () => {
  const taps = threefold(tapSpanMs)
  expect([0, 300, 650].map((at) => taps.press(at))).toEqual([false, false, true])
  expect([2_000, 2_600, 3_200].map((at) => taps.press(at))).toEqual([false, false, false])
})

test('[CI2] nothing on the cover, in its title or in the quiet addresses names the service', () => {
  const cover = Object.entries(citizen).filter(([key]) => key.startsWith('cover.') || key === 'title.neutral')
  for (const [, words] of cover) expect(words).not.toMatch(/110|警|报|公安/)
  expect(pageAt('/n')).toEqual({ page: 'silent' })
  expect(pageAt('/notes')).toEqual({ page: 'cover' })
})

test('[CI1] every tag of the silent page is one that the server knows, each with its words', async () => {
  const { silentTags } = await import('@open110/modules/report')
  const { common } = await import('@open110/core/words/zh/common')
  for (const tag of silentTags) expect(common).toHaveProperty([`tag.${tag}`])
})
