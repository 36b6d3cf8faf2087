import { afterAll, beforeAll, expect, test } from 'vitest'
import * as incident from '@open110/modules/incident/api'
import * as dispatch from '@open110/modules/dispatch/api'
import { isRefusal } from '@open110/kit/refuse'
import { granted, openTown, type CitizenHere, type StaffHere, type Town } from '@open110/town'
import { auditedIn, pressed, walkTable } from '@open110/town/walk'
import * as api from './report.api.ts'
import { reportMoves, reportStates, type ReportState } from './report.ts'

let town: Town
let 林秋: CitizenHere
let 值班长: StaffHere
type Role = 'call-taker' | 'dispatcher' | 'supervisor' | 'unit' | 'neighbour'
let people: Record<Role, StaffHere>
/** An incident into which others are merged. */
let into: string
const reason = '走表'

beforeAll(async () => {
  town = await openTown()
  // Each with one role and no other, whatever the demo's people may do beside.
  for (const [account, role] of [
    ['wangtao@lishui', 'dispatcher'],
    ['unit-3@lishui', 'supervisor'],
  ])
    await town.db.pool.query('update staff set roles = $2 where account = $1', [account, [role]])
  林秋 = await town.citizen('林秋')
  值班长 = await town.staff('officer@lishui')
  people = {
    'call-taker': await town.staff('zhaomin@lishui'),
    dispatcher: await town.staff('wangtao@lishui'),
    supervisor: await town.staff('unit-3@lishui'),
    unit: await town.staff('unit-4@lishui'),
    neighbour: await town.staff('officer@shaoxing'),
  }
  await people['call-taker'].sits(1)
  await 值班长.sits(2)
  await people.dispatcher.sits(3)
  await people.supervisor.sits(4)
  await people.neighbour.sits(1)
  into = await accepted(await sent('delivered'))
})
afterAll(() => town.close())

/** Transfers to other bodies have no door yet, and no move of the table leads to their state. */
const states = reportStates.filter((state) => state !== 'transferred')
const row = async (id: string) =>
  (
    await town.db.pool.query<{ state: ReportState; incident: string | null }>(
      'select state, incident from report where id = $1',
      [id],
    )
  ).rows[0]!
async function accepted(report: string): Promise<string> {
  if ((await row(report)).state === 'delivered') await 值班长.receives(report)
  return granted(await 值班长.call(incident.accept, { body: { report, category: '8801', level: 3 } })).id
}
const decides = async (report: string, move: 'verify' | 'decline' | 'invalidate') =>
  granted(await 值班长.call(api.moveReport, { params: { report }, body: { move, reason } }))
const moves = async (id: string, move: string) =>
  granted(await 值班长.call(incident.moveIncident, { params: { incident: id }, body: { move, reason } }))
const joins = async (report: string, id: string) =>
  granted(await 值班长.call(incident.mergeReport, { params: { incident: id }, body: { report } }))

/** A report on its own, in this state. */
async function sent(state: ReportState): Promise<string> {
  const id = await 林秋.sends({ words: '楼下有人争吵' })
  if (state === 'delivered') return id
  await 值班长.receives(id)
  if (state === 'verifying') await decides(id, 'verify')
  if (state === 'declined') await decides(id, 'decline')
  if (state === 'invalid') await decides(id, 'invalidate')
  if (state === 'merged') await joins(id, into)
  if (state !== 'accepted' && state !== 'handling' && state !== 'done') return id
  const own = await accepted(id)
  if (state === 'handling') await 值班长.moves(await 值班长.sends(own, '城东-1'), 'cancel', { reason })
  if (state === 'done') await 值班长.closes(own, reason)
  return id
}

/** The second one of an incident, in this state; those that are in no incident are on their own. */
async function further(state: ReportState): Promise<string> {
  if (!(reportMoves.unmerge.from as readonly string[]).includes(state)) return sent(state)
  const own = await accepted(await sent('delivered'))
  const id = await sent('received')
  await joins(id, own)
  if (state === 'accepted') {
    // Its incident was part of another while that was closed and taken up again.
    const whole = await accepted(await sent('delivered'))
    granted(await 值班长.call(incident.mergeIncident, { params: { incident: own }, body: { into: whole } }))
    await 值班长.closes(whole, reason)
    await moves(whole, 'revive')
    granted(await 值班长.call(incident.unmergeIncident, { params: { incident: own }, body: { reason } }))
    return id
  }
  const far = ['merged', 'done', 'handling', 'invalid'].indexOf(state)
  if (far >= 1) await 值班长.closes(own, reason)
  for (const move of ['revive', 'invalidate'].slice(0, Math.max(0, far - 1))) await moves(own, move)
  return id
}

async function press(id: string, move: string, role: Role) {
  const who = people[role]
  const own = (await row(id)).incident
  const answer = await ask()
  return isRefusal(answer) ? pressed(answer) : { state: (await row(id)).state }

  async function ask() {
    if (move === 'receive') return who.call(api.receive, { params: { report: id } })
    if (move === 'accept')
      return who.call(incident.accept, { body: { report: id, category: '8801', level: 3 } })
    if (move === 'unmerge') {
      const params = { incident: own ?? into, report: id }
      return who.call(incident.unmergeReport, { params, body: { reason } })
    }
    if (move !== 'merge') {
      const body = { move: move as 'verify', reason }
      return who.call(api.moveReport, { params: { report: id }, body })
    }
    return who.call(incident.mergeReport, { params: { incident: into }, body: { report: id } })
  }
}

const asked = {
  states,
  roles: ['call-taker', 'dispatcher', 'supervisor', 'unit', 'neighbour'] as const,
  moreMoves: [],
  press,
  stateOf: async (id: string) => (await row(id)).state,
  audited: (id: string) => auditedIn(town.db)(id),
}

test('[RP12] every state, move and role of a report at the doors of its desk: the table and nothing else', async () => {
  const { receive, verify, accept, merge, decline, invalidate, restore } = reportMoves
  const strays = await walkTable<ReportState, Role>({
    ...asked,
    table: { receive, verify, accept, merge, decline, invalidate, restore },
    reach: sent,
    outsider(role, move) {
      if (role !== 'unit' && role !== 'neighbour') return undefined
      if (move === 'accept' && role === 'unit') return 'permission.denied'
      return move === 'merge' ? 'incident.not-found' : 'report.not-found'
    },
    refusedAs(state, move, role) {
      const isInIncident = ['accepted', 'handling', 'merged', 'done'].includes(state)
      if (move === 'receive') return 'report.already-received'
      if (move === 'accept' || move === 'merge') {
        if (state === 'delivered') return 'report.not-received'
        if (isInIncident) return move === 'accept' ? 'report.already-accepted' : 'report.already-merged'
      }
      const isReturn = move === 'restore' && role === 'call-taker'
      return isReturn && ['declined', 'invalid'].includes(state) ? 'report.supervisor-denied' : undefined
    },
  })
  expect(strays).toEqual([])
}, 60_000)

test('[RP12] every state and role at the door that takes a report out of an incident again', async () => {
  const { unmerge } = reportMoves
  const strays = await walkTable<ReportState, Role>({
    ...asked,
    table: { unmerge },
    reach: further,
    outsider: (role) => (role === 'unit' || role === 'neighbour' ? 'incident.not-found' : undefined),
    refusedAs: () => 'report.not-merged',
  })
  expect(strays).toEqual([])
}, 60_000)

test('[RP12] what the incident makes of its reports leads where the table says, and nowhere from where it does not', async () => {
  const { handle, finish, revive, annul, reinstate, rejoin, carry, part } = reportMoves
  const seen: string[] = []
  const stands = async (id: string) => seen.push((await row(id)).state)
  const first = await sent('accepted')
  const second = await sent('received')
  const own = (await row(first)).incident!
  await joins(second, own)
  await moves(own, 'invalidate')
  await stands(first)
  await stands(second)
  await moves(own, 'revalidate')
  await stands(first)
  await stands(second)
  await 值班长.moves(await 值班长.sends(own, '城东-1'), 'cancel', { reason })
  await stands(first)
  await 值班长.closes(own, reason)
  await stands(first)
  await stands(second)
  await moves(own, 'revive')
  await stands(first)
  granted(await 值班长.call(incident.mergeIncident, { params: { incident: own }, body: { into } }))
  await stands(first)
  granted(await 值班长.call(incident.unmergeIncident, { params: { incident: own }, body: { reason } }))
  await stands(first)
  expect(seen).toEqual([
    annul.to,
    annul.to,
    reinstate.to,
    rejoin.to,
    handle.to,
    finish.to,
    finish.to,
    revive.to,
    carry.to,
    part.to,
  ])
  expect(granted(await 值班长.call(dispatch.slipsOf, { params: { incident: own } }))).toHaveLength(1)
})
