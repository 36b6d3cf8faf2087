import type { Ids } from '@open110/kit/ids'
import type { Database } from '@open110/kit/server/db'
import { defaultPolicy } from '@open110/modules/desk'
import { addDesk, addPolicy, addSeat } from '@open110/modules/desk/server'
import { addUnit, addUnitPolicy } from '@open110/modules/unit/server'
import {
  addStation,
  demoDesks,
  demoProvenance,
  demoSeats,
  keepOutlines,
  readDemoOutlines,
} from '@open110/modules/place/server'
import { addTagPolicy } from '@open110/modules/report/server'
import { addOrg, addStaff, hasDemoAccounts, hashPassword } from '@open110/modules/staff/server'
import { cities, orgs } from './orgs.ts'
import { chanceOf, nameOf } from './names.ts'
import { demoPassword, staff } from './staff.ts'
import { demoTags } from './tags.ts'
import { units } from './units.ts'

const seatsAtDesk = 4
/** Neighbours that answer when a desk does not: the capital of the province, and the next city for itself. */
const overflowOf = (desk: string) => (desk === 'hangzhou' ? 'shaoxing' : 'hangzhou')

/** 演示城镇 — bureaus, desks, seats, accounts, units and outlines, once. Returns whether anything had to be loaded. */
export async function seedTown(given: {
  db: Database
  ids: Ids
  now: string
  say: (line: string) => void
  /** Only these desks, for tests that need no more; all of them otherwise. */
  desks?: readonly string[]
}): Promise<boolean> {
  const { db, ids, now } = given
  if ((await db.one(hasDemoAccounts)).some) return false
  given.say('载入演示城镇 Loading the demo town')
  const isWanted = (desk: string) => !given.desks || given.desks.includes(desk)
  const password = await hashPassword(demoPassword)
  const outlines = readDemoOutlines().filter((one) => isWanted(one.desk))
  await db.tx(async (tx) => {
    for (const org of orgs) {
      await tx.run(addOrg, {
        id: org.id,
        name: org.name,
        kind: org.kind,
        parent: org.parent,
        division: org.division,
      })
    }
    for (const { id, name } of demoDesks) {
      const division = cities.find((city) => city.desk === id)?.division ?? '330000'
      await tx.run(addDesk, { id, name, division })
      for (let seat = 1; seat <= seatsAtDesk; seat++) await tx.run(addSeat, { desk: id, seat })
      const policy = JSON.stringify({ ...defaultPolicy, overflowDesk: overflowOf(id) })
      await tx.run(addPolicy, { desk: id, validFrom: '2020-01-01T00:00:00.000Z', policy })
    }
    for (const { desk, ...tags } of demoTags)
      await tx.run(addTagPolicy, {
        desk,
        validFrom: '2020-01-01T00:00:00.000Z',
        policy: JSON.stringify(tags),
      })
    const unitIds = new Map<string, string>()
    // Nobody relieves the demo's units, so they are never left out for being tired.
    const policy = JSON.stringify({ dutySeconds: 10 * 365 * 86_400, restGivesWay: 'always' })
    await tx.run(addUnitPolicy, { org: '*', validFrom: '2020-01-01T00:00:00.000Z', policy })
    for (const { account, wgs84, skills, equipment, ...unit } of units) {
      const id = ids.make('un')
      unitIds.set(account, id)
      const crew = crewOf(account, unit.members)
      const kit = { skills: [...skills], equipment: [...equipment], crew: JSON.stringify(crew) }
      await tx.run(addUnit, { id, ...unit, ...kit, state: 'ready', ...wgs84, fixAt: now })
    }
    for (const { account, name, badge, roles, org } of staff) {
      const unit = unitIds.get(account)
      await tx.run(addStaff, {
        id: ids.make('st'),
        account,
        name,
        badge,
        roles: [...roles],
        org,
        unit,
        password,
        isDemo: true,
      })
    }
    for (const { code, ...seat } of demoSeats) {
      const desk = demoDesks.find(({ codes }) => seat.county.startsWith(codes))?.id
      if (desk) await tx.run(addStation, { id: code, ...seat, desk, isDemo: true })
    }
    await keepOutlines(tx, outlines, { source: demoProvenance, isDemo: true, now })
  })
  return true
}

/** Whoever signs for the unit, and the others who ride along. */
function crewOf(account: string, members: number): { badge?: string; name: string }[] {
  const chance = chanceOf(`crew of ${account}`)
  const first = staff.find((person) => person.account === account)
  const others = Array.from({ length: members - 1 }, () => ({ name: nameOf(chance) }))
  return first ? [{ name: first.name, ...(first.badge && { badge: first.badge }) }, ...others] : others
}
