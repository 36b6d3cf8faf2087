import { expect, test } from 'vitest'
import { speak } from '@open110/core/words/console'
import type { Call } from '@open110/modules/channel'
import { numberText, placeText, ringingOf } from './call.state.ts'

const say = speak('zh-CN')
const call = (id: string, more: Partial<Call>): Call => ({
  id: id as Call['id'],
  direction: 'in',
  state: 'ringing',
  called: '110',
  rangAt: '2026-11-21T02:00:00.000Z',
  ...more,
})

test('what rings is offered in the order in which it began to, and what is talked on is not offered', () => {
  const calls = [
    call('b', { rangAt: '2026-11-21T02:00:05.000Z' }),
    call('c', { state: 'answered' }),
    call('a', {}),
    call('d', { direction: 'out' }),
  ]
  expect(ringingOf(calls).map(({ id }) => id)).toEqual(['a', 'b'])
})

test('a cell is said with its circle, an installed line with its address, and nothing is said where nothing is known', () => {
  expect(placeText(say, { lng: 1, lat: 2, accuracyMetres: 312.4, source: 'cell', words: '紫金路基站' })).toBe(
    '基站 紫金路基站 约 310 米内',
  )
  expect(placeText(say, { lng: 1, lat: 2, source: 'cell' })).toBe('基站  精度不明')
  expect(placeText(say, { lng: 1, lat: 2, source: 'installed', words: '中山街66号' })).toBe(
    '装机地址 中山街66号',
  )
  expect(placeText(say, undefined)).toBe('运营商未给位置')
  expect(['13800138001', '057812345678'].map(numberText)).toEqual(['138 0013 8001', '057812345678'])
})
