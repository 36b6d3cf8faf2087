import { afterAll, beforeAll, expect, test } from 'vitest'
import * as desk from '@open110/modules/desk/api'
import { granted, openTown, type StaffHere, type Town } from '@open110/town'
import { auditedIn, pressed, walkTable } from '@open110/town/walk'
import { handoverMoves, handoverStates, type HandoverState } from './desk.handover.ts'

let town: Town
let seated: readonly [StaffHere, StaffHere]
let 绍兴: StaffHere
beforeAll(async () => {
  town = await openTown()
  seated = [await town.staff('zhaomin@lishui'), await town.staff('wangtao@lishui')]
  绍兴 = await town.staff('zhaomin@shaoxing')
  await seated[0].sits(1)
  await seated[1].sits(2)
  await 绍兴.sits(1)
})
afterAll(() => town.close())

const params = { desk: 'lishui' }
/** Whoever makes another takes the older one back: what refuses and what is moved are two people's. */
const makerOf = new Map<string, number>()
type Role = 'outgoing' | 'incoming' | 'neighbour'
const press = async (handover: string, move: string, role: Role) => {
  const maker = makerOf.get(handover)!
  const who = role === 'neighbour' ? 绍兴 : seated[role === 'outgoing' ? maker : 1 - maker]!
  return pressed(await who.call(desk.moveHandover, { params: { handover }, body: { move } }))
}

test('[DE21] every state, move and role of a hand-over through its door: the table and nothing else', async () => {
  let last: HandoverState | undefined
  const reach = async (state: HandoverState) => {
    const maker = state === last ? 1 : 0
    last = state
    const made = await seated[maker]!.call(desk.handOver, { params, body: { notes: '走表' } })
    const { id } = granted(made)
    makerOf.set(id, maker)
    if (state === 'signed') await press(id, 'sign', 'incoming')
    if (state === 'withdrawn') await press(id, 'withdraw', 'outgoing')
    return id
  }
  const strays = await walkTable<HandoverState, Role>({
    table: handoverMoves,
    states: handoverStates,
    roles: ['outgoing', 'incoming', 'neighbour'],
    outsider: (role) => (role === 'neighbour' ? 'handover.not-found' : undefined),
    reach,
    press,
    stateOf: async (id) =>
      granted(await seated[0].call(desk.handovers, { params })).find((one) => one.id === id)!.state,
    audited: auditedIn(town.db),
    refusedAs(state, move) {
      if (state === 'open' || !Object.hasOwn(handoverMoves, move)) return undefined
      return `handover.already-${state}`
    },
  })
  expect(strays).toEqual([])
})
