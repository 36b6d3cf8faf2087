import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { faultsOf } from '@open110/kit/moves'
import * as escalation from '@open110/modules/escalation/api'
import * as incident from '@open110/modules/incident/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'
import { pressed, walkTable } from '@open110/town/walk'
import { escalationMoves, escalationStates, shouldAsk, type Aim, type EscalationState } from './escalation.ts'
import { openEscalations } from './escalation.server.ts'

let town: Town
let 赵敏: StaffHere
let 汪韬: StaffHere
let 值班长: StaffHere
let 杭州: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  汪韬 = await town.staff('wangtao@lishui')
  值班长 = await town.staff('officer@lishui')
  杭州 = await town.staff('officer@hangzhou')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

async function accepted() {
  const 陈国强 = await town.citizen('陈国强')
  const report = await 陈国强.sends({ fix: { lng: 119.92, lat: 28.455, crs: 'wgs84' } })
  await 赵敏.receives(report)
  return 赵敏.accepts(report)
}
const asks = (id: string, to: Aim = 'duty-officer', words = '现场约二百人聚集,请示增援') =>
  赵敏.call(escalation.ask, { params: { incident: id }, body: { to, words } })
const moves = (who: StaffHere, id: string, move: string, more: object = {}) =>
  who.call(escalation.moveEscalation, { params: { escalation: id }, body: { move, ...more } })
const listed = async (who: StaffHere) => granted(await who.call(escalation.list)).map(({ id }) => id)

test('[ES1] asked, it stands first among the unanswered of the desk, and on the incident’s timeline, until it is answered', async () => {
  const id = await accepted()
  expect(shouldAsk(1, [])).toBe(true)
  expect([shouldAsk(2, []), shouldAsk(1, [{}])]).toEqual([false, false])
  expect(refusedBy(await asks(id, 'duty-officer', '  '))).toBe('escalation.words-missing')
  const { id: one } = granted(await asks(id))
  expect((await listed(值班长))[0]).toBe(one)
  const { timeline } = granted(await 赵敏.call(incident.get, { params: { incident: id } }))
  expect(timeline.at(-1)).toMatchObject({ what: 'escalation.ask', by: '赵敏' })
  expect(granted(await moves(值班长, one, 'see')).seen).toBeDefined()
  expect(await listed(赵敏)).toContain(one)
  granted(await moves(值班长, one, 'note'))
  expect(await listed(赵敏)).not.toContain(one)
})

test('[ES2] every state, move and role: the officer answers, the desk that asked carries out, nobody else does anything', async () => {
  expect(faultsOf(escalationMoves, 'asked', ['noted', 'carried-out'])).toEqual({
    unreachable: [],
    deadEnds: [],
  })
  const id = await accepted()
  const path: Record<EscalationState, string[]> = {
    asked: [],
    seen: ['see'],
    instructed: ['instruct'],
    noted: ['note'],
    'carried-out': ['instruct', 'carry-out'],
  }
  // The one who carries out and the one who decides are people of their own here.
  const people = { asker: 赵敏, officer: 杭州 }
  await town.db.pool.query(`update desk set superior = 'hangzhou' where id = 'lishui'`)
  const reach = async (state: EscalationState) => {
    const { id: one } = granted(await asks(id, 'superior-desk'))
    for (const move of path[state])
      granted(await moves(move === 'carry-out' ? 赵敏 : 杭州, one, move, { words: '同意' }))
    return one
  }
  const stateOf = query({
    name: 'test.escalation-state',
    takes: z.object({ id: z.string() }),
    gives: z.object({ state: z.string() }),
    sql: `select state from escalation where id = :id`,
  })
  const last = query({
    name: 'test.escalation-refusal',
    takes: z.object({ object: z.string() }),
    gives: z.object({ act: z.string(), move: z.string() }),
    sql: `select act, facts->>'move' as move from audit where object = :object and act like 'refused:%'
           order by id desc limit 1`,
  })
  const strays = await walkTable({
    table: escalationMoves,
    states: escalationStates,
    roles: ['asker', 'officer'] as const,
    reach,
    press: async (one, move, role) => pressed(await moves(people[role], one, move, { words: '同意' })),
    stateOf: async (one) => (await town.db.one(stateOf, { id: one })).state,
    audited: (object) => town.db.maybe(last, { object }),
  })
  expect(strays).toEqual([])
  // Nobody decides what they have asked themselves.
  const own = granted(
    await 值班长.call(escalation.ask, {
      params: { incident: id },
      body: { to: 'chief', words: '请示' },
    }),
  )
  expect(refusedBy(await moves(值班长, own.id, 'note'))).toBe('move.denied')
})

test('[ES3] an instruction has words, reaches the asker, and the units only if the officer says so', async () => {
  const id = await accepted()
  const { instructionsFor } = openEscalations()
  const [one, two] = [granted(await asks(id)), granted(await asks(id))]
  expect(refusedBy(await moves(值班长, one.id, 'instruct', { words: ' ' }))).toBe('escalation.words-missing')
  granted(await moves(值班长, one.id, 'instruct', { words: '先控制出入口' }))
  expect(await instructionsFor(town.db, id)).toEqual([])
  granted(await moves(值班长, two.id, 'instruct', { words: '不得单独进入', forUnits: true }))
  expect(await instructionsFor(town.db, id)).toMatchObject([{ words: '不得单独进入' }])
  expect(granted(await moves(汪韬, one.id, 'carry-out'))).toMatchObject({
    instruction: '先控制出入口',
    carriedOut: { by: expect.any(String) as string },
  })
  const asked = granted(await 赵敏.call(escalation.ofIncident, { params: { incident: id } }))
  expect(asked.map(({ state }) => state)).toEqual(['carried-out', 'instructed'])
})

test('[ES4] the desk above reads the question and the number; the incident itself does not exist for it', async () => {
  const id = await accepted()
  await town.db.pool.query(`update desk set superior = null where id = 'lishui'`)
  expect(refusedBy(await asks(id, 'superior-desk'))).toBe('escalation.superior-missing')
  await town.db.pool.query(`update desk set superior = 'hangzhou' where id = 'lishui'`)
  const { id: one, number } = granted(await asks(id, 'superior-desk'))
  const seen = granted(await 杭州.call(escalation.list)).find((each) => each.id === one)
  expect(seen).toMatchObject({ number, words: '现场约二百人聚集,请示增援' })
  expect(refusedBy(await 杭州.call(incident.get, { params: { incident: id } }))).toBe('incident.not-found')
  const 绍兴 = await town.staff('officer@shaoxing')
  expect(refusedBy(await moves(绍兴, one, 'note'))).toBe('escalation.not-found')
  expect(await listed(绍兴)).not.toContain(one)
  expect(refusedBy(await moves(值班长, one, 'note'))).toBe('move.denied')
})

test('[ES5] a picture of another incident is not sent along', async () => {
  const id = await accepted()
  const no = 赵敏.call(escalation.ask, {
    params: { incident: id },
    body: { to: 'chief', words: '见图', photos: ['at_00000000000000000000000000'] },
  })
  expect(refusedBy(await no)).toBe('escalation.photo-not-found')
})
