import { afterAll, beforeAll, expect, test } from 'vitest'
import * as dispatch from '@open110/modules/dispatch/api'
import { granted, openTown, type StaffHere, type Town } from '@open110/town'
import { pressed, walkTable } from '@open110/town/walk'
import { isOpen, type SlipRole } from './dispatch.steps.ts'
import {
  feedbackMoves,
  feedbackStates,
  slipMoves,
  slipStates,
  type FeedbackState,
  type SlipMove,
  type SlipState,
} from './dispatch.ts'

let town: Town
let 赵敏: StaffHere
let 城东: StaffHere
let unit: string
const feedback = { outcome: 'helped', words: '已救助' } as const
const reason = '走表'

beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  城东 = await town.staff('unit-1@lishui')
  unit = granted(await 城东.call(dispatch.myUnit)).unit.id
  await 赵敏.sits(1)
})
afterAll(() => town.close())

const whoIs = (role: SlipRole) => (role === 'unit' ? 城东 : 赵敏)
const press = async (slip: string, move: string, role: SlipRole) =>
  pressed(await whoIs(role).call(dispatch.moveSlip, { params: { slip }, body: { move, reason, feedback } }))
const query = async <Row>(sql: string, ...values: string[]) =>
  (await town.db.pool.query(sql, values)).rows as Row[]
const audited = async (object: string) => {
  const found = await query<{ act: string; facts: { move: string } }>(
    "select act, facts from audit where object = $1 and act like 'refused:%' order by id desc limit 1",
    object,
  )
  return found[0] && { act: found[0].act, move: found[0].facts.move }
}

/** Which presses lead to a state, as people would come there. */
const ways: Readonly<Record<SlipState, readonly SlipMove[]>> = {
  drafted: [],
  issued: ['issue'],
  signed: ['issue', 'sign'],
  'en-route': ['issue', 'sign', 'depart'],
  'on-scene': ['issue', 'sign', 'arrive'],
  'scene-done': ['issue', 'sign', 'arrive', 'settle'],
  reported: ['issue', 'sign', 'arrive', 'settle', 'report'],
  closed: ['issue', 'sign', 'stand-down'],
  cancelled: ['issue', 'cancel'],
  'return-asked': ['issue', 'sign', 'ask-return'],
  returned: ['issue', 'ask-return', 'grant-return'],
}

async function slipIn(state: SlipState): Promise<string> {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends()
  await 赵敏.receives(report)
  const incident = await 赵敏.accepts(report)
  const body = { unit, draft: true }
  const { id } = granted(await 赵敏.call(dispatch.issue, { params: { incident }, body }))
  for (const move of ways[state]) await press(id, move, slipMoves[move].by[0])
  return id
}
const slipState = async (id: string) =>
  (await query<{ state: string }>('select state from slip where id = $1', id))[0]!.state

/** Who is too late is told what happened instead of what is open now. */
function refusedAs(state: SlipState, move: string, role: SlipRole): string | undefined {
  if (!Object.hasOwn(slipMoves, move)) return undefined
  if (state === 'cancelled') return 'slip.already-cancelled'
  if (state === 'returned') return 'slip.already-returned'
  const isSigned = !['drafted', 'issued', 'return-asked'].includes(state)
  return move === 'cancel' && role === 'dispatcher' && isSigned ? 'slip.already-signed' : undefined
}

test('[DI1] every state, move and role of a slip through its door: the table and nothing else', async () => {
  const walk = { table: slipMoves, reach: slipIn, press, stateOf: slipState, audited, refusedAs }
  const told = slipStates.filter((state) => state !== 'drafted')
  expect(
    await walkTable<SlipState, SlipRole>({ ...walk, states: told, roles: ['unit', 'dispatcher'] }),
  ).toEqual([])
  // A draft does not exist for its unit; the story of drafts tells it.
  expect(
    await walkTable<SlipState, SlipRole>({ ...walk, states: ['drafted'], roles: ['dispatcher'] }),
  ).toEqual([])
  expect(slipStates.filter((state) => !isOpen(state))).toHaveLength(3)
}, 120_000)

const feedbackState = async (id: string) =>
  (await query<{ state: string }>('select state from feedback where id = $1', id))[0]!.state
const pressFeedback = async (id: string, move: string, role: SlipRole) => {
  const body = { move, reason, content: feedback }
  return pressed(await whoIs(role).call(dispatch.moveFeedback, { params: { feedback: id }, body }))
}
const feedbackIn = (type: 'final' | 'handling') => async (state: FeedbackState) => {
  const slip = await slipIn('scene-done')
  const body = { type, content: feedback, isDraft: true } as const
  const { id } = granted(await 城东.call(dispatch.writeFeedback, { params: { slip }, body }))
  if (state === 'draft') return id
  await pressFeedback(id, 'submit', 'unit')
  if (state === 'accepted') await pressFeedback(id, 'accept', 'dispatcher')
  if (state === 'sent-back') await pressFeedback(id, 'send-back', 'dispatcher')
  return id
}

test.each(['final', 'handling'] as const)(
  '[DI18] every state, move and role of a %s feedback through its door',
  async (type) => {
    const walk = {
      table: feedbackMoves,
      reach: feedbackIn(type),
      press: pressFeedback,
      stateOf: feedbackState,
      audited,
    }
    const sent = feedbackStates.filter((state) => state !== 'draft')
    expect(
      await walkTable<FeedbackState, SlipRole>({ ...walk, states: sent, roles: ['unit', 'dispatcher'] }),
    ).toEqual([])
    // A draft does not exist for the desk.
    expect(await walkTable<FeedbackState, SlipRole>({ ...walk, states: ['draft'], roles: ['unit'] })).toEqual(
      [],
    )
  },
  120_000,
)
