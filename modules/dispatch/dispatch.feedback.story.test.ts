import { afterAll, beforeAll, expect, test } from 'vitest'
import { zh } from '@open110/core/words/zh'
import { faultsOf } from '@open110/kit/moves'
import * as dispatch from '@open110/modules/dispatch/api'
import { categories } from '@open110/modules/incident/category'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'
import { Feedback, feedbackCounts, feedbackForm, feedbackMoves, type FeedbackDraft } from './dispatch.ts'

let town: Town
let 赵敏: StaffHere
let 值班长: StaffHere
let 城东: StaffHere
const content: FeedbackDraft = {
  outcome: 'arrested',
  words: '到场控制一人',
  officers: 2,
  vehicles: 1,
  caught: 1,
}

beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  城东 = await town.staff('unit-1@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

async function atScene(category = '1003') {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends()
  await 赵敏.receives(report)
  const incident = await 赵敏.accepts(report, { category })
  const slip = await 赵敏.sends(incident, '城东-1')
  for (const move of ['sign', 'arrive'] as const) await 城东.moves(slip, move)
  const whole = async () =>
    granted(await 赵敏.call(dispatch.slipsOf, { params: { incident } })).find(({ id }) => id === slip)!
  const write = (body: {
    type: 'handling' | 'final' | 'joint' | 'arrival'
    content: FeedbackDraft
    isDraft?: boolean
  }) => 城东.call(dispatch.writeFeedback, { params: { slip }, body })
  return { incident, slip, whole, write }
}
const moveOf = (who: StaffHere, feedback: string, move: string, more: object = {}) =>
  who.call(dispatch.moveFeedback, { params: { feedback }, body: { move, ...more } })

test('[DI18] every category has a form whose fields the feedback takes and the catalogue names', () => {
  for (const { code } of categories) {
    const form = feedbackForm(code)
    expect(form.slice(0, 2).map(({ name, isRequired }) => [name, isRequired])).toEqual([
      ['outcome', true],
      ['words', true],
    ])
    expect(new Set(form.map(({ name }) => name)).size).toBe(form.length)
    for (const { name, choices = [] } of form) {
      expect(Object.keys(Feedback.shape)).toContain(name)
      expect(Object.keys(zh)).toContain(`feedback.field.${name}`)
      const keys = choices.map((choice) =>
        name === 'outcome' ? `outcome.${choice}` : `feedback.${name}.${choice}`,
      )
      for (const key of keys) expect(Object.keys(zh)).toContain(key)
    }
  }
  const asked = (code: string) => feedbackForm(code).map(({ name }) => name)
  expect(asked('3001')).toEqual(expect.arrayContaining(['accidentShape', 'weather', 'road', 'visibility']))
  expect(asked('1003')).toEqual(expect.arrayContaining(['caught', 'fled', 'caseNumber']))
  expect(asked('61')).not.toContain('weather')
  expect(faultsOf(feedbackMoves, 'draft', ['accepted'])).toEqual({ unreachable: [], deadEnds: [] })
})

test('[DI18] arrival by the step, words at the scene, a draft only the unit sees, final: back for what is missing, then taken', async () => {
  const { slip, whole, write } = await atScene()
  expect(refusedBy(await write({ type: 'arrival', content: {} }))).toBe('feedback.type-invalid')
  expect(refusedBy(await write({ type: 'joint', content }))).toBe('feedback.type-invalid')
  expect(refusedBy(await write({ type: 'final', content }))).toBe('move.not-now')
  granted(await write({ type: 'handling', content: { words: '正在做笔录' } }))
  const draft = granted(
    await write({ type: 'final', content: { words: '到场', officers: 2 }, isDraft: true }),
  )
  expect(draft.state).toBe('draft')
  expect(draft.number).toBeUndefined()
  expect((await whole()).feedbacks.map(({ type }) => type)).toEqual(['arrival', 'handling'])
  expect(refusedBy(await moveOf(赵敏, draft.id, 'accept'))).toBe('feedback.not-found')
  await 城东.moves(slip, 'settle')
  expect(refusedBy(await moveOf(城东, draft.id, 'submit'))).toBe('feedback.missing')
  const sent = granted(
    await moveOf(城东, draft.id, 'submit', { content: { outcome: 'arrested', caught: 1 } }),
  )
  expect(sent).toMatchObject({ state: 'submitted', content: { words: '到场', officers: 2, caught: 1 } })
  expect(await whole()).toMatchObject({ state: 'reported', feedback: { outcome: 'arrested', caught: 1 } })
  expect(refusedBy(await write({ type: 'final', content }))).toBe('feedback.already-submitted')
  expect(refusedBy(await moveOf(赵敏, draft.id, 'send-back'))).toBe('reason.missing')
  granted(await moveOf(赵敏, draft.id, 'send-back', { missing: ['caseNumber'] }))
  expect(await whole()).toMatchObject({ state: 'scene-done' })
  expect((await whole()).feedbacks.at(-1)).toMatchObject({ state: 'sent-back', missing: ['caseNumber'] })
  await 城东.moves(slip, 'report', {
    feedback: { outcome: 'arrested', words: '到场控制一人', caseNumber: 'A3301' },
  })
  const again = await whole()
  expect(again.feedbacks.filter(({ type }) => type === 'final')).toMatchObject([
    {
      id: draft.id,
      number: sent.number,
      state: 'submitted',
      missing: [],
      content: { caught: 1, caseNumber: 'A3301' },
    },
  ])
  granted(await moveOf(值班长, draft.id, 'accept'))
  const done = await whole()
  expect(done.state).toBe('closed')
  expect(done.feedbacks.map(({ number, state }) => [number?.slice(-3), state])).toEqual([
    ['F01', 'accepted'],
    ['F02', 'accepted'],
    ['F03', 'accepted'],
  ])
})

test('[DI18] a slip that is stood down leaves no half-written paper behind', async () => {
  const { slip, whole, write } = await atScene()
  granted(await write({ type: 'final', content: { words: '到场' }, isDraft: true }))
  await 值班长.moves(slip, 'stand-down', { reason: '报警人已离开' })
  expect((await whole()).feedbacks.map(({ type, state }) => [type, state])).toEqual([['arrival', 'accepted']])
})

test('[DI19] the panel is the sum of its rows', async () => {
  const from = town.clock.now()
  for (const [category, caught, hurtHelped] of [
    ['1003', 2, 0],
    ['1003', 1, 1],
    ['61', 0, 3],
  ] as const) {
    const { slip, write } = await atScene(category)
    await 城东.moves(slip, 'settle')
    granted(await write({ type: 'final', content: { ...content, caught, hurtHelped, lossYuan: 10.5 } }))
    await 值班长.moves(slip, 'close')
  }
  const { slip, write } = await atScene('1003')
  granted(await write({ type: 'final', content: { words: '未完', caught: 99 }, isDraft: true }))
  await 值班长.moves(slip, 'stand-down', { reason: '另派' })
  const query = { from, to: town.clock.now() }
  const { total, rows } = granted(await 赵敏.call(dispatch.sums, { query }))
  expect(total).toMatchObject({
    feedbacks: 3,
    officers: 6,
    vehicles: 3,
    caught: 3,
    hurtHelped: 4,
    lossYuan: 31.5,
  })
  expect(rows.map(({ category, name, feedbacks }) => [category, name, feedbacks])).toEqual([
    ['1003', '刑事类 / 入室盗窃', 2],
    ['61', '紧急求助 / 人员走失', 1],
  ])
  for (const name of [...feedbackCounts, 'feedbacks'] as const)
    expect(rows.reduce((sum, row) => sum + row[name], 0)).toBe(total[name])
  const none = granted(await 赵敏.call(dispatch.sums, { query: { from: query.to, to: query.to } }))
  expect(none.total).toMatchObject({ feedbacks: 0, officers: 0 })
})
