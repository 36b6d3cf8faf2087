import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { granted, openTown, type StaffHere, type Town } from '@open110/town'
import { pressed, walkTable } from '@open110/town/walk'
import * as followup from './followup.api.ts'
import { followUpMoves, followUpStates, type FollowUpState } from './followup.ts'

let town: Town
let people: Record<'call-taker' | 'dispatcher' | 'supervisor', StaffHere>
const give = query({
  name: 'test.give-role',
  takes: z.object({ account: z.string(), role: z.string() }),
  sql: `update staff set roles = array[:role] where account = :account`,
})
beforeAll(async () => {
  town = await openTown()
  await town.db.run(give, { account: 'wangtao@lishui', role: 'dispatcher' })
  await town.db.run(give, { account: 'officer@lishui', role: 'supervisor' })
  people = {
    'call-taker': await town.staff('zhaomin@lishui'),
    dispatcher: await town.staff('wangtao@lishui'),
    supervisor: await town.staff('officer@lishui'),
  }
  await people['call-taker'].sits(1)
})
afterAll(() => town.close())

const stateOf = query({
  name: 'test.follow-up-state',
  takes: z.object({ id: z.string() }),
  gives: z.object({ state: z.string() }),
  sql: `select state from follow_up where id = :id`,
})
const lastRefusal = query({
  name: 'test.last-refusal',
  takes: z.object({ object: z.string() }),
  gives: z.object({ act: z.string(), move: z.string() }),
  sql: `select act, facts->>'move' as move from audit where object = :object and act like 'refused:%' order by id desc limit 1`,
})

const press = async (id: string, move: string, by: StaffHere) => {
  const params = { followup: id }
  if (move === 'attempt')
    return pressed(await by.call(followup.attempt, { params, body: { channel: 'call', hasReached: false } }))
  const body = { move, reason: '无人接听', result: { satisfaction: 4 } }
  return pressed(await by.call(followup.moveFollowUp, { params, body }))
}

/** A major incident of its own, and its follow-up brought so far; tried as often as giving up asks for. */
async function reach(state: FollowUpState): Promise<string> {
  const { 'call-taker': 赵敏, supervisor } = people
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends({ callSafe: true })
  await 赵敏.receives(report)
  const incident = await 赵敏.accepts(report, { level: 1 })
  await 赵敏.closes(incident, '电话里已处置')
  const [due] = granted(await 赵敏.call(followup.list, { query: { incident } }))
  const id = due!.id
  if (state === 'due') return id
  for (let tries = 0; tries < 3; tries++) await press(id, 'attempt', 赵敏)
  if (state === 'unreachable') await press(id, 'give-up', 赵敏)
  if (state === 'done') await press(id, 'finish', supervisor)
  return id
}

test('[FU1] every state, move and role through its own door: the table is kept, and what is refused is on record', async () => {
  const strays = await walkTable({
    table: followUpMoves,
    states: followUpStates,
    roles: ['call-taker', 'dispatcher', 'supervisor'] as const,
    reach,
    press: (id, move, role) => press(id, move, people[role]),
    stateOf: async (id) => (await town.db.one(stateOf, { id })).state,
    audited: (id) => town.db.maybe(lastRefusal, { object: id }),
  })
  expect(strays).toEqual([])
}, 60_000)
