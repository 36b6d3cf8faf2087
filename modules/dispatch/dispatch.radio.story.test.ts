import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TakesOf } from '@open110/kit/route'
import { plusSeconds } from '@open110/kit/time'
import * as dispatch from '@open110/modules/dispatch/api'
import * as incident from '@open110/modules/incident/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'

let town: Town
let 赵敏: StaffHere
let 值班长: StaffHere
let 民警: StaffHere
const feedback = { outcome: 'helped', words: '门锁被撬,人已离开' } as const
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  民警 = await town.staff('unit-1@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

async function sent() {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends()
  await 赵敏.receives(report)
  const id = await 赵敏.accepts(report, { category: '1003' })
  return { 林秋, report, incident: id, slip: await 赵敏.sends(id, '城东-1') }
}
const press = (who: StaffHere, slip: string, body: TakesOf<typeof dispatch.moveSlip>) =>
  who.call(dispatch.moveSlip, { params: { slip }, body })
const categoryOf = async (id: string) =>
  granted(await 赵敏.call(incident.get, { params: { incident: id } })).category

test('[DI24] the phone of 城东-1 is dead: 赵敏 writes down what it says by radio, with the time that it said', async () => {
  const { 林秋, report, incident: id, slip } = await sent()
  expect(refusedBy(await press(赵敏, slip, { move: 'sign' }))).toBe('reason.missing')
  const reason = '终端没电'
  granted(await press(赵敏, slip, { move: 'sign', reason, via: 'phone' }))
  town.passes(300)
  const madeAt = plusSeconds(town.clock.now(), -60)
  granted(await press(赵敏, slip, { move: 'arrive', reason, madeAt }))
  // A time that is still to come is none.
  const morrow = plusSeconds(town.clock.now(), 86_400)
  granted(await press(赵敏, slip, { move: 'settle', reason, madeAt: morrow }))
  const [seen] = granted(await 赵敏.call(dispatch.slipsOf, { params: { incident: id } }))
  const steps = seen!.times.map(({ move, by, via, at, happenedAt }) => [move, by, via, at === happenedAt])
  expect(steps).toEqual([
    ['sign', '赵敏', 'phone', true],
    ['arrive', '赵敏', 'radio', false],
    ['settle', '赵敏', 'radio', true],
  ])
  expect(seen!.times[1]?.happenedAt).toBe(madeAt)
  expect(seen!.reason).toBeUndefined()
  expect(await 林秋.sees(report)).toContain('民警已到场')
  const { rows } = await town.db.pool.query<{ facts: object }>(
    `select facts from audit where object = $1 and act = 'slip.arrive'`,
    [slip],
  )
  expect(rows[0]?.facts).toMatchObject({ via: 'radio', reason, happenedAt: madeAt })

  // What it writes itself stays its own: nobody reports for it.
  expect(refusedBy(await press(赵敏, slip, { move: 'report', reason, feedback }))).toBe('move.denied')
  granted(await press(民警, slip, { move: 'report', feedback, via: 'radio' }))
  const [own] = granted(await 赵敏.call(dispatch.slipsOf, { params: { incident: id } }))
  expect(own!.times.at(-1)?.via).toBeUndefined()
})

test('[DI25] a category that is none is refused; the one that is accepted stands beside what was recorded first', async () => {
  const { incident: id, slip } = await sent()
  for (const move of ['sign', 'arrive', 'settle'] as const) await 民警.moves(slip, move)
  const found = (categoryFound: string) => ({ ...feedback, categoryFound })
  const write = (code: string, isDraft: boolean) =>
    民警.call(dispatch.writeFeedback, {
      params: { slip },
      body: { type: 'final', content: found(code), isDraft },
    })
  expect(refusedBy(await press(民警, slip, { move: 'report', feedback: found('1099') }))).toBe(
    'feedback.category-unknown',
  )
  expect(refusedBy(await write('9x', true))).toBe('feedback.category-unknown')
  const draft = granted(await write('83', true))
  const moveFeedback = (move: string, content?: object) =>
    民警.call(dispatch.moveFeedback, {
      params: { feedback: draft.id },
      body: { move, ...(content && { content }) },
    })
  expect(refusedBy(await moveFeedback('submit', found('0')))).toBe('feedback.category-unknown')
  granted(await moveFeedback('submit'))
  expect((await categoryOf(id)).confirmed).toBeUndefined()
  await 值班长.moves(slip, 'close')
  const who = granted(await 赵敏.call(incident.get, { params: { incident: id } }))
  expect(who.category).toMatchObject({ initial: '1003', confirmed: '83' })
  expect(who.category.confirmedBy).toBe(who.timeline.find(({ what }) => what === 'slip.close')?.by)

  // The desk knows better later: what it corrects stays.
  const { version } = who
  granted(await 赵敏.call(incident.correct, { params: { incident: id }, body: { version, category: '84' } }))
  expect(await categoryOf(id)).toMatchObject({ initial: '1003', confirmed: '84', confirmedBy: '赵敏' })
})

test('[DI25] what a person has confirmed before is not changed by a feedback', async () => {
  const { incident: id, slip } = await sent()
  const { version } = granted(await 赵敏.call(incident.get, { params: { incident: id } }))
  granted(await 赵敏.call(incident.correct, { params: { incident: id }, body: { version, category: '82' } }))
  for (const move of ['sign', 'arrive', 'settle'] as const) await 民警.moves(slip, move)
  granted(await press(民警, slip, { move: 'report', feedback: { ...feedback, categoryFound: '83' } }))
  await 值班长.moves(slip, 'close')
  expect(await categoryOf(id)).toMatchObject({ confirmed: '82', confirmedBy: '赵敏' })
})
