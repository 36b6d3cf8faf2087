import { afterAll, beforeAll, expect, test } from 'vitest'
import { granted, openTown, type StaffHere, type Town } from '@open110/town'
import { auditedIn, pressed, walkTable } from '@open110/town/walk'
import { isRefusal } from '@open110/kit/refuse'
import * as channel from './channel.api.ts'
import { callMoves, callStates, type CallState } from './channel.ts'

let town: Town
let people: Record<Role, StaffHere>
type Role = 'call-taker' | 'colleague' | 'neighbour' | 'unit'
beforeAll(async () => {
  town = await openTown()
  people = {
    'call-taker': await town.staff('zhaomin@lishui'),
    colleague: await town.staff('wangtao@lishui'),
    neighbour: await town.staff('zhaomin@shaoxing'),
    unit: await town.staff('unit-1@lishui'),
  }
  await people['call-taker'].sits(1)
  await people.colleague.sits(2)
  await people.neighbour.sits(1)
})
afterAll(() => town.close())

const refs = new Map<string, string>()
const row = async (column: 'id' | 'ref', value: string) =>
  (
    await town.db.pool.query<{ id: string; state: CallState }>(
      `select id, state from phone_call where ${column} = $1`,
      [value],
    )
  ).rows[0]!
const answers = (role: Role, call: string) => people[role].call(channel.answerCall, { params: { call } })
let number = 13_800_138_000

async function reach(state: CallState): Promise<string> {
  const ref = await town.cti.ring({ number: String(number++), desk: 'lishui' })
  const { id } = await row('ref', ref)
  refs.set(id, ref)
  if (state === 'answered' || state === 'ended') granted(await answers('call-taker', id))
  if (state === 'ended' || state === 'missed') await town.cti.putDown(ref)
  return id
}

test('[CH2] every state of a call and everybody who would answer it: the table and nothing else', async () => {
  const { answer } = callMoves
  const strays = await walkTable<CallState, Role>({
    table: { answer: { ...answer, by: ['call-taker', 'colleague'] } },
    moreMoves: [],
    states: callStates,
    roles: ['call-taker', 'colleague', 'neighbour', 'unit'],
    outsider: (role) => (role === 'neighbour' || role === 'unit' ? 'call.not-found' : undefined),
    reach,
    press: async (id, _, role) => {
      const done = await answers(role, id)
      return isRefusal(done) ? pressed(done) : { state: (await row('id', id)).state }
    },
    stateOf: async (id) => (await row('id', id)).state,
    audited: auditedIn(town.db),
    refusedAs: (state) => (state === 'answered' ? 'call.already-answered' : 'call.already-ended'),
  })
  expect(strays).toEqual([])
})

test('[CH6] whatever state a call is in, the line that tells its end leads where the table says, and told again nowhere', async () => {
  const { end, miss } = callMoves
  const rows: readonly { from: readonly string[]; to: string }[] = [end, miss]
  for (const state of callStates) {
    const id = await reach(state)
    const to = rows.find(({ from }) => from.includes(state))?.to ?? state
    for (const times of [1, 2]) {
      await town.cti.tells({ kind: 'ended', call: refs.get(id)! })
      expect([state, times, (await row('id', id)).state]).toEqual([state, times, to])
    }
  }
})
