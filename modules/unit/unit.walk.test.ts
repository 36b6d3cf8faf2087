import { afterAll, beforeAll, expect, test } from 'vitest'
import * as dispatch from '@open110/modules/dispatch/api'
import { granted, openTown, type StaffHere, type Town } from '@open110/town'
import { auditedIn, pressed, walkTable } from '@open110/town/walk'
import * as fleet from './unit.api.ts'
import { type saidStates, unitMoves, unitStates, type UnitState } from './unit.ts'

let town: Town
let 赵敏: StaffHere
let 他队: StaffHere
/** One unit refuses in its state while the other one is moved. */
const crews = new Map<string, StaffHere>()
let names: readonly [name: string, unit: string][]
const reason = '走表'

beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  他队 = await town.staff('unit-4@lishui')
  await 赵敏.sits(1)
  names = await Promise.all(
    (['unit-1', 'unit-2'] as const).map(async (account, n) => {
      const crew = await town.staff(`${account}@lishui`)
      const { unit } = granted(await crew.call(dispatch.myUnit))
      crews.set(unit.id, crew)
      return [['城东-1', '城东-2'][n]!, unit.id] as [string, string]
    }),
  )
})
afterAll(() => town.close())

const crewOf = (unit: string) => crews.get(unit)!
const says = async (who: StaffHere, unit: string, state: (typeof saidStates)[number]) =>
  who.call(fleet.setState, { params: { unit }, body: { state, reason } })
const slipsOf = async (unit: string) =>
  granted(await crewOf(unit).call(dispatch.myUnit)).cards.map(({ slip }) => slip)
const stateOf = async (unit: string) => granted(await crewOf(unit).call(dispatch.myUnit)).unit.state

/** Everything that asks something of it ends. */
async function frees(unit: string): Promise<void> {
  for (const { id, state } of await slipsOf(unit)) {
    const way =
      state === 'issued'
        ? 'cancel'
        : ['signed', 'en-route', 'on-scene'].includes(state)
          ? 'stand-down'
          : undefined
    if (way) await 赵敏.moves(id, way, { reason })
  }
}
async function isSent(unit: string, steps: readonly ('sign' | 'depart' | 'arrive')[]): Promise<void> {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends()
  await 赵敏.receives(report)
  const [name] = names.find(([, id]) => id === unit)!
  const slip = await 赵敏.sends(await 赵敏.accepts(report), name)
  for (const step of steps) await crewOf(unit).moves(slip, step)
}
const stepsTo = { assigned: [], 'en-route': ['sign', 'depart'], 'on-scene': ['sign', 'arrive'] } as const

async function put(unit: string, state: UnitState): Promise<string> {
  await frees(unit)
  granted(await says(crewOf(unit), unit, 'ready'))
  if (state === 'off' || state === 'out') granted(await says(crewOf(unit), unit, state))
  else if (state !== 'ready') await isSent(unit, stepsTo[state])
  return unit
}

test('[UN13] every state, role and thing that is said of a unit through its door: the table and nothing else', async () => {
  const { ready, off, out } = unitMoves
  let last: UnitState | undefined
  const strays = await walkTable<UnitState, 'unit' | 'dispatcher' | 'others'>({
    table: { ready, off, out },
    moreMoves: [],
    states: unitStates,
    roles: ['unit', 'dispatcher', 'others'],
    outsider: (role) => (role === 'others' ? 'unit.not-found' : undefined),
    reach(state) {
      const isFirst = state !== last
      last = state
      return put(names[isFirst ? 0 : 1]![1], state)
    },
    press: async (unit, move, role) => {
      const who = role === 'unit' ? crewOf(unit) : role === 'dispatcher' ? 赵敏 : 他队
      return pressed(await says(who, unit, move as 'off'))
    },
    stateOf,
    audited: auditedIn(town.db),
    refusedAs: (state, move) =>
      move === 'off' && ['assigned', 'en-route', 'on-scene'].includes(state) ? 'unit.slips-open' : undefined,
  })
  expect(strays).toEqual([])
}, 60_000)

test('[UN13] from every state its slips lead a unit where the table says, and to no other state', async () => {
  const unit = names[0]![1]
  const lands: string[] = []
  const should: string[] = []
  for (const from of unitStates) {
    for (const name of ['assign', 'set-out', 'arrive', 'free'] as const) {
      const row: { from: readonly UnitState[]; to: UnitState } = unitMoves[name]
      await put(unit, from)
      const before = (await slipsOf(unit)).filter(({ state }) =>
        ['issued', 'signed', 'en-route', 'on-scene'].includes(state),
      )
      if (name !== 'free')
        await isSent(
          unit,
          name === 'assign' ? ['sign'] : stepsTo[name === 'arrive' ? 'on-scene' : 'en-route'],
        )
      for (const { id, state } of before)
        await 赵敏.moves(id, state === 'issued' ? 'cancel' : 'stand-down', { reason })
      lands.push(`${from} ${name} ${await stateOf(unit)}`)
      should.push(`${from} ${name} ${row.from.includes(from) ? row.to : from}`)
    }
  }
  expect(lands).toEqual(should)
}, 60_000)

test('[UN8] [UN13] called in from home it is done when its slip is: nobody is on duty with it', async () => {
  const unit = await put(names[0]![1], 'ready')
  granted(await crewOf(unit).call(fleet.endShift, { params: { unit } }))
  await isSent(unit, ['sign', 'arrive'])
  expect(await stateOf(unit)).toBe('on-scene')
  await frees(unit)
  expect(await stateOf(unit)).toBe(unitMoves.dismiss.to)
})

test('[UN14] a car breaks down on its way: it is out, its slip stays open, and its next step puts it back', async () => {
  const unit = await put(names[1]![1], 'en-route')
  granted(await says(crewOf(unit), unit, 'out'))
  const [slip] = (await slipsOf(unit)).filter(({ state }) => state === 'en-route')
  await isSent(unit, [])
  expect(await stateOf(unit)).toBe('out')
  await crewOf(unit).moves(slip!.id, 'arrive')
  expect(await stateOf(unit)).toBe('on-scene')
})
