import fc from 'fast-check'
import { expect, test } from 'vitest'
import { faultsOf } from '@open110/kit/moves'
import { callMoves } from './channel.ts'
import { areaOf, isMobile, numberOf } from './channel.number.ts'
import { allowsCalls, belongsTo, mergeSeconds, overlapOf, piecesOf, placeWordsOf } from './channel.text.ts'

const letters = [...'紫金路灯塔街口两车相撞有人受伤流血快来救火偷抢楼上吵闹打架孩子走失老人跌倒电动车货']
const Sentence = fc
  .array(fc.constantFrom(...letters), { minLength: 9, maxLength: 60 })
  .map((all) => all.join(''))

test('[CH7] the same text again, with other stops and spaces, belongs to its report and adds nothing', () => {
  fc.assert(
    fc.property(Sentence, fc.constantFrom('', '。', ' !', ',,', '\n'), (words, end) => {
      expect(belongsTo(`${words}${end}`, [{ id: 'a', said: [words] }])).toEqual({ id: 'a', how: 'repeat' })
    }),
  )
})

test('[CH7] the same text with something more is a supplement: what is new is not dropped as a repeat', () => {
  fc.assert(
    fc.property(Sentence, Sentence, (words, more) => {
      const home = belongsTo(`${words}。${more}`, [{ id: 'a', said: [words] }])
      expect(home).toEqual({ id: 'a', how: 'supplement' })
    }),
  )
  expect(belongsTo('三楼有人打架,有刀', [{ id: 'a', said: ['三楼有人打架'] }])?.how).toBe('supplement')
})

test('[CH7] texts without one common triple are two matters, and each finds its own report', () => {
  const [left, right] = [letters.slice(0, 18), letters.slice(18)]
  const of = (from: string[]) =>
    fc.array(fc.constantFrom(...from), { minLength: 9, maxLength: 60 }).map((all) => all.join(''))
  fc.assert(
    fc.property(of(left), of(right), (one, other) => {
      expect(belongsTo(other, [{ id: 'a', said: [one] }])).toBeUndefined()
      const both = [
        { id: 'a', said: [one] },
        { id: 'b', said: [other] },
      ]
      expect(belongsTo(one, both)?.id).toBe('a')
      expect(belongsTo(other, both)?.id).toBe('b')
    }),
  )
})

test('[CH7] whatever is written, likeness lies between none and all, the same both ways, and with no open report there is none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      const score = overlapOf(a, b)
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(1)
      expect(overlapOf(b, a)).toBe(score)
      expect(belongsTo(a, [])).toBeUndefined()
    }),
  )
  expect(mergeSeconds).toBe(600)
})

test('[CH7] real pairs: a second report of the crash is the same, a thief is not, and 快点 belongs to the only one', () => {
  const crash = { id: 'a', said: ['紫金路和灯塔街口,两车相撞,有人受伤'] }
  expect(belongsTo('紫金路灯塔街口两车相撞,有人流血了', [crash])).toEqual({ id: 'a', how: 'supplement' })
  expect(belongsTo('我家楼上一直吵,半夜还在敲地板', [crash])).toBeUndefined()
  expect(belongsTo('快点', [crash])).toEqual({ id: 'a', how: 'supplement' })
  expect(belongsTo('快点', [crash, { id: 'b', said: ['别的事情在别的地方发生了'] }])).toBeUndefined()
})

test('[CH8] the place stands first: it is read where the words are one, and not guessed where they are none', () => {
  expect(placeWordsOf('紫金路18号2幢301室,有人撬门')).toBe('紫金路18号2幢301室')
  expect(placeWordsOf('我在G25高速丽水段K312公里。货车侧翻')).toBe('G25高速丽水段K312公里')
  expect(placeWordsOf('有人偷东西,快来')).toBeUndefined()
  expect(placeWordsOf('')).toBeUndefined()
  expect(['12110578', '8612110571', '12110021', '10086', '12110'].map(areaOf)).toEqual([
    '578',
    '571',
    '021',
    undefined,
    undefined,
  ])
})

test('[CH10] only what somebody says in so many words makes them reachable', () => {
  for (const words of ['在家里,可以打电话给我', '请回电', '方便接电话', '能回短信'])
    expect(allowsCalls(words)).toBe(true)
  for (const words of ['不方便接电话', '不可以打电话', '别回电', '有人撬门', '我不能打电话', '没方便接电话'])
    expect(allowsCalls(words)).toBe(false)
})

test('[CH11] pieces hold together what they were cut from, none is too long, and no letter is cut in two', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (words) => {
      const pieces = piecesOf(words)
      expect(pieces.join('')).toBe(words)
      for (const piece of pieces) {
        expect(piece.length).toBeLessThanOrEqual(pieces.length === 1 ? 70 : 67)
        expect(piece.isWellFormed()).toBe(words.isWellFormed() || piece.isWellFormed())
      }
    }),
  )
})

test('[CH16] one number is known by one spelling, and what is no number is none', () => {
  for (const said of [
    '13800138000',
    '+86 138 0013 8000',
    '008613800138000',
    '8613800138000',
    '138-0013-8000',
  ])
    expect(numberOf(said)).toBe('13800138000')
  expect(
    ['057812345678', '+390612345678', '00390612345678', 'anonymous', '', undefined].map(numberOf),
  ).toEqual(['057812345678', '+390612345678', '+390612345678', undefined, undefined, undefined])
  expect(['13800138000', '057812345678'].map(isMobile)).toEqual([true, false])
})

test('[CH2] [CH3] a call ends in one of two ways, and every state is reached', () => {
  expect(faultsOf(callMoves, 'ringing', ['ended', 'missed'])).toEqual({ unreachable: [], deadEnds: [] })
})
