import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import * as incident from '@open110/modules/incident/api'
import type { Role } from '@open110/modules/staff'
import { openTown, granted, type CitizenHere, type StaffHere, type Town } from '@open110/town'
import { pressed, walkTable } from '@open110/town/walk'
import { handMoves, incidentMoves, incidentStates, type IncidentState } from './incident.ts'

let town: Town
let 陈国强: CitizenHere
let 赵敏: StaffHere
let people: Record<Role, StaffHere>
/** Each with one role and no other, whatever the demo's people may do beside. */
const accounts: Record<Role, string> = {
  'call-taker': 'wangtao@lishui',
  dispatcher: 'unit-3@lishui',
  supervisor: 'officer@lishui',
  unit: 'unit-4@lishui',
  operator: 'operator@12345.lishui',
  mediator: 'mediator@lishui',
  admin: 'admin@lishui',
}
const give = query({
  name: 'test.give-role',
  takes: z.object({ account: z.string(), roles: z.array(z.string()) }),
  sql: `update staff set roles = :roles where account = :account`,
})
beforeAll(async () => {
  town = await openTown()
  for (const [role, account] of Object.entries(accounts)) await town.db.run(give, { account, roles: [role] })
  陈国强 = await town.citizen('陈国强')
  赵敏 = await town.staff('zhaomin@lishui')
  await 赵敏.sits(1)
  people = await signedIn()
})
afterAll(() => town.close())

async function signedIn(): Promise<Record<Role, StaffHere>> {
  const entries = await Promise.all(
    Object.entries(accounts).map(async ([role, account]) => [role, await town.staff(account)] as const),
  )
  return Object.fromEntries(entries) as Record<Role, StaffHere>
}

const body = (move: string) => ({
  move,
  reason: '说明',
  ...(move === 'hold' ? { nextAt: plusSeconds(town.clock.now(), 1e7) } : {}),
})
const moves = async (who: StaffHere, id: string, move: string) =>
  pressed(await who.call(incident.moveIncident, { params: { incident: id }, body: body(move) }))
async function accepted(): Promise<string> {
  const report = await 陈国强.sends({ fix: { lng: 119.92, lat: 28.455, crs: 'wgs84' } })
  await 赵敏.receives(report)
  return 赵敏.accepts(report, { level: 3 })
}
const put = query({
  name: 'test.put-state',
  takes: z.object({ id: z.string(), state: z.string() }),
  sql: `update incident set state = :state where id = :id`,
})
/** What people reach by their own moves is reached so; what only slips and time reach is set, the table being the question. */
async function reach(state: IncidentState): Promise<string> {
  const id = await accepted()
  if (state === 'pending') await moves(赵敏, id, 'hold')
  else if (state === 'closed') await moves(赵敏, id, 'close')
  else if (state === 'invalid') await moves(赵敏, id, 'invalidate')
  else if (state === 'merged')
    granted(
      await 赵敏.call(incident.mergeIncident, { params: { incident: id }, body: { into: await accepted() } }),
    )
  else if (state !== 'accepted') await town.db.run(put, { id, state })
  return id
}
const stateOf = query({
  name: 'test.incident-state',
  takes: z.object({ id: z.string() }),
  gives: z.object({ state: z.string() }),
  sql: `select state from incident where id = :id`,
})
const lastRefusal = query({
  name: 'test.last-refusal',
  takes: z.object({ object: z.string() }),
  gives: z.object({ act: z.string(), move: z.string() }),
  sql: `select act, facts->>'move' as move from audit where object = :object and act like 'refused:%'
         order by id desc limit 1`,
})
const asked = {
  table: incidentMoves,
  states: incidentStates,
  roles: ['call-taker', 'dispatcher', 'supervisor', 'unit', 'operator', 'mediator', 'admin'] as const,
  reach,
  stateOf: async (id: string) => (await town.db.one(stateOf, { id })).state,
  audited: (object: string) => town.db.maybe(lastRefusal, { object }),
  outsider: (role: Role) =>
    ['unit', 'operator', 'mediator', 'admin'].includes(role) ? 'incident.not-found' : undefined,
}

test('[IN4] every state, move and role through incident.move: what the table allows is done, the rest refused and on record', async () => {
  const strays = await walkTable({
    ...asked,
    isOtherDoor: (move) => !(handMoves as readonly string[]).includes(move),
    press: (id, move, role) => moves(people[role], id, move),
  })
  expect(strays).toEqual([])
}, 120_000)

test('[IN16] every state and role at the two doors of merging: the same table, the same refusals, on the same record', async () => {
  const into = await accepted()
  const { merge, unmerge } = incidentMoves
  const strays = await walkTable({
    ...asked,
    table: { merge, unmerge },
    moreMoves: [],
    press: async (id, move, role) => {
      const params = { incident: id }
      const answer =
        move === 'merge'
          ? people[role].call(incident.mergeIncident, { params, body: { into } })
          : people[role].call(incident.unmergeIncident, { params, body: { reason: '是另一起' } })
      return pressed(await answer)
    },
  })
  expect(strays).toEqual([])
}, 120_000)
