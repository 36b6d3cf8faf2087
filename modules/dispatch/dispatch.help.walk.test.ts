import { afterAll, beforeAll, expect, test } from 'vitest'
import * as dispatch from '@open110/modules/dispatch/api'
import * as fleet from '@open110/modules/unit/api'
import { isRefusal } from '@open110/kit/refuse'
import { granted, openTown, type StaffHere, type Town } from '@open110/town'
import { auditedIn, pressed, walkTable } from '@open110/town/walk'
import {
  backupMoves,
  backupStates,
  panicMoves,
  panicStates,
  type BackupState,
  type PanicState,
} from './dispatch.ts'

let town: Town
let 赵敏: StaffHere
let 绍兴: StaffHere
const crews = new Map<string, StaffHere>()
let units: string[]

beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  绍兴 = await town.staff('officer@shaoxing')
  await 赵敏.sits(1)
  for (const account of ['unit-1@lishui', 'unit-2@lishui', 'unit-3@lishui']) {
    const crew = await town.staff(account)
    crews.set(granted(await crew.call(dispatch.myUnit)).unit.id, crew)
  }
  units = [...crews.keys()]
})
afterAll(() => town.close())

const crewOf = (unit: string) => crews.get(unit)!
type Who = 'unit' | 'dispatcher' | 'others' | 'neighbours'
/** Its own people, its desk, another unit of the bureau, the desk of another bureau. */
function whoIs(role: Who, unit: string): StaffHere {
  if (role === 'dispatcher') return 赵敏
  if (role === 'neighbours') return 绍兴
  return crewOf(role === 'unit' ? unit : units[(units.indexOf(unit) + 1) % units.length]!)
}

const pressPanic = async (unit: string, move: string, role: Who) => {
  const who = whoIs(role, unit)
  const params = { unit }
  if (move === 'renew') return who.call(dispatch.panic, { params, body: {} })
  if (move === 'acknowledge') return who.call(dispatch.acknowledgePanic, { params })
  return who.call(dispatch.endPanic, { params, body: { how: 'safe' } })
}
const lastPanic = async (unit: string) =>
  (
    await town.db.pool.query<{ id: string; state: PanicState }>(
      'select id, state from unit_panic where unit = $1 order by raised_at desc, id desc limit 1',
      [unit],
    )
  ).rows[0]!
async function panicIn(unit: string, state: PanicState): Promise<string> {
  granted(await pressPanic(unit, 'renew', 'unit'))
  if (state === 'acknowledged') granted(await pressPanic(unit, 'acknowledge', 'dispatcher'))
  if (state === 'ended') granted(await pressPanic(unit, 'end', 'unit'))
  return unit
}

test('[DI26] every state, move and role of a call for help through its doors', async () => {
  const { acknowledge, end } = panicMoves
  let last: PanicState | undefined
  const strays = await walkTable<PanicState, Who>({
    table: { acknowledge, end },
    moreMoves: [],
    states: panicStates,
    roles: ['unit', 'dispatcher', 'others', 'neighbours'],
    // To acknowledge is asked of a desk alone; who is no part of it hears of no unit.
    outsider(role, move) {
      if (move === 'acknowledge' && role === 'unit') return 'unit.not-found'
      return role === 'others' || role === 'neighbours' ? 'unit.not-found' : undefined
    },
    reach(state) {
      const isFirst = state !== last
      last = state
      return panicIn(units[isFirst ? 0 : 1]!, state)
    },
    press: async (unit, move, role) => pressed(await pressPanic(unit, move, role)),
    stateOf: async (unit) => (await lastPanic(unit)).state,
    audited: async (unit) => auditedIn(town.db)((await lastPanic(unit)).id),
  })
  expect(strays).toEqual([])
})

test('[DI17] [DI26] to press again is never refused: the one that is open sounds again, after its end it is another', async () => {
  const { renew } = panicMoves
  for (const state of panicStates) {
    const unit = await panicIn(units[2]!, state)
    const before = await lastPanic(unit)
    const again = granted(await pressPanic(unit, 'renew', 'unit')) as { id: string; state: string }
    const isSame = (renew.from as readonly string[]).includes(state)
    expect([state, again.id === before.id, again.state]).toEqual([state, isSame, renew.to])
    for (const role of ['dispatcher', 'others', 'neighbours'] as const) {
      const answer = await pressPanic(unit, 'renew', role)
      expect(isRefusal(answer) && answer.refused).toBe('unit.not-found')
    }
  }
})

test('[DI17] who is near enough to come is told; who is far away or off duty is not', async () => {
  const [own, near, far] = units as [string, string, string]
  const toldOf = async () => {
    granted(await pressPanic(own, 'renew', 'unit'))
    const { rows } = await town.db.pool.query<{ told: string[] }>(
      `select told from unit_panic where unit = $1 and state = 'raised'`,
      [own],
    )
    return rows[0]!.told.filter((unit) => crews.has(unit))
  }
  const stands = async (unit: string, north: number) => {
    const fixes = [{ lng: 119.9231, lat: 28.4538 + north, crs: 'wgs84' }]
    granted(await crewOf(unit).call(fleet.fixes, { params: { unit }, body: { fixes } }))
  }
  for (const [unit, north] of [
    [own, 0],
    [near, 0.02],
    [far, 0.05],
  ] as const)
    await stands(unit, north)
  // Where an officer is, is what the phone has said last, and every server has looked.
  await town.settle()
  expect(await toldOf()).toEqual([near])
  await stands(far, 0.01)
  expect(await toldOf()).toEqual([far, near])
  granted(await crewOf(far).call(fleet.setState, { params: { unit: far }, body: { state: 'off' } }))
  await town.settle()
  expect(await toldOf()).toEqual([near])
  granted(await crewOf(far).call(fleet.setState, { params: { unit: far }, body: { state: 'ready' } }))
})

const asker = () => crewOf(units[0]!)
async function incidentWithSlip(): Promise<{ incident: string; slip: string }> {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends()
  await 赵敏.receives(report)
  const incident = await 赵敏.accepts(report)
  const slip = await 赵敏.sends(incident, '城东-1')
  await asker().moves(slip, 'sign')
  return { incident, slip }
}
const backupRow = async (id: string) =>
  (
    await town.db.pool.query<{ incident: string; state: BackupState }>(
      'select incident, state from slip_backup where id = $1',
      [id],
    )
  ).rows[0]!
/** Whoever of the others has no slip of this incident yet. */
async function sendsFor(who: StaffHere, id: string) {
  const { incident } = await backupRow(id)
  const sent = granted(await 赵敏.call(dispatch.slipsOf, { params: { incident } })).map(
    ({ unit }) => unit as string,
  )
  const free = granted(await 赵敏.call(fleet.units)).find((unit) => !sent.includes(unit.id))
  return who.call(dispatch.issue, { params: { incident }, body: { unit: free!.id, for: id } })
}
const pressBackup = async (id: string, move: string, role: Who) => {
  const who = role === 'unit' ? asker() : whoIs(role, units[0]!)
  const answer =
    move === 'answer'
      ? await sendsFor(who, id)
      : await who.call(dispatch.declineBackup, { params: { backup: id }, body: { reason: '警力不足' } })
  return isRefusal(answer) ? pressed(answer) : { state: (await backupRow(id)).state }
}

test('[DI14] [DI26] every state, move and role of a request for backup through its doors', async () => {
  const { answer, decline, withdraw } = backupMoves
  const reach = async (state: BackupState) => {
    const { slip } = await incidentWithSlip()
    const { id } = granted(await asker().call(dispatch.askBackup, { params: { slip }, body: { count: 2 } }))
    if (state === 'answered') await pressBackup(id, 'answer', 'dispatcher')
    if (state === 'declined') await pressBackup(id, 'decline', 'dispatcher')
    if (state === withdraw.to) await 赵敏.moves(slip, 'stand-down', { reason: '已控制' })
    return id
  }
  const strays = await walkTable<BackupState, Who>({
    table: { answer, decline },
    moreMoves: [],
    states: backupStates,
    roles: ['dispatcher', 'unit', 'neighbours'],
    outsider(role, move) {
      if (role === 'dispatcher') return undefined
      return move === 'answer' ? 'incident.not-found' : 'backup.not-found'
    },
    reach,
    press: pressBackup,
    stateOf: async (id) => (await backupRow(id)).state,
    audited: auditedIn(town.db),
    // What is answered otherwise is no more there to be answered by a slip.
    refusedAs: (_, move) => (move === 'answer' ? 'backup.not-found' : undefined),
  })
  expect(strays).toEqual([])
})
