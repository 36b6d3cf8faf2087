import { randomUUID } from 'node:crypto'
import type { Call } from '@open110/kit/client/call'
import { defaultPolicy } from '@open110/modules/desk'
import { addPolicy } from '@open110/modules/desk/server'
import { openIds } from '@open110/kit/server/clock'
import * as desk from '@open110/modules/desk/api'
import { addStaff, hashPassword } from '@open110/modules/staff/server'
import * as staff from '@open110/modules/staff/api'
import { addUnit } from '@open110/modules/unit/server'
import * as fleet from '@open110/modules/unit/api'
import { nameOf, chanceOf, pick, type Chance } from '../names.ts'
import { cityAt, type LngLat } from '../orgs.ts'
import { demoPassword } from '../people.ts'
import { granted, type Town } from '../town.ts'

/** 值班 — whoever is on duty at the desk and in the cars of this day, by the shift that has begun last. */
export type Crew = {
  taker(n: number): Call
  officer(): Call
  operator(): Call
  admin(): Call
  unit(id: string): Call
  has(unit: string): boolean
  readonly units: readonly { id: string; account: string; home: LngLat }[]
  /** A new shift signs in; the sessions of the one before run out by themselves. */
  change(): Promise<void>
}

const takers = ['zhaomin', 'wangtao']

/** A desk of one city with as many cars as a day of 2,700 reports keeps busy. */
export async function openCrew(town: Town, at: string, cars: number, seed: string): Promise<Crew> {
  const city = cityAt(at)
  if (!city) throw new Error(`no desk ${at}`)
  const chance = chanceOf(`crew ${seed}`)
  const units = await addCars(town, at, city.centre, cars, chance)
  // Nobody listens on a socket here: a seat does not fall silent for that.
  const policy = JSON.stringify({ ...defaultPolicy, staleSeconds: 86_400, firstBeatSeconds: 86_400 })
  await town.db.tx((tx) => tx.run(addPolicy, { desk: at, validFrom: '2020-02-01T00:00:00.000Z', policy }))

  const calls = new Map<string, Call>()
  const signIn = async (account: string) => {
    const body = { account, password: demoPassword }
    const { token } = granted(await town.caller()(staff.login, { body, key: randomUUID() }))
    calls.set(account, town.caller(token))
    return calls.get(account)!
  }
  const of = (account: string): Call => {
    const call = calls.get(account)
    if (!call) throw new Error(`${account} is not on duty`)
    return call
  }
  const accounts = new Map<string, string>(units.map(({ id, account }) => [id, account]))
  let seated = false
  return {
    units,
    taker: (n) => of(`${takers[n % takers.length]}@${at}`),
    officer: () => of(`officer@${at}`),
    operator: () => of(`operator@12345.${at}`),
    admin: () => of(`admin@${at}`),
    unit: (id) => of(accounts.get(id) ?? ''),
    has: (unit) => accounts.has(unit),
    async change() {
      for (const [i, account] of [...takers, 'officer'].map((who) => `${who}@${at}`).entries()) {
        const call = await signIn(account)
        if (!seated)
          granted(await call(desk.signIn, { params: { desk: at, seat: String(i + 1) }, key: randomUUID() }))
      }
      seated = true
      for (const account of [`operator@12345.${at}`, `admin@${at}`]) await signIn(account)
      for (const { account } of units) await signIn(account)
    },
  }
}

async function addCars(town: Town, at: string, centre: LngLat, count: number, chance: Chance) {
  const password = await hashPassword(demoPassword)
  const now = town.clock.now()
  const ids = openIds(town.clock, (bytes) =>
    Uint8Array.from({ length: bytes }, () => Math.floor(chance() * 256)),
  )
  const spread = () => (chance() - 0.5) * 0.12
  const skills = [['first-aid'], ['traffic'], ['negotiation'], ['armed', 'first-aid']]
  return town.db.tx(async (tx) => {
    const units = []
    for (let n = 1; n <= count; n++) {
      const id = ids.make('un')
      const account = `car-${n}@${at}`
      const home = { lng: centre.lng + spread(), lat: centre.lat + spread() }
      await tx.run(addUnit, {
        id,
        name: `巡逻-${n}`,
        org: at,
        kind: n % 5 === 0 ? 'motorcycle' : 'car',
        state: 'ready',
        skills: pick(skills, chance),
        members: 2,
        ...home,
        fixAt: now,
      })
      await tx.run(addStaff, {
        id: ids.make('st'),
        account,
        name: nameOf(chance),
        roles: ['unit'],
        org: at,
        unit: id,
        password,
        isDemo: true,
      })
      units.push({ id, account, home })
    }
    return units
  })
}

/** Every car says where it is, from wherever it patrols. */
export async function sayPlaces(town: Town, crew: Crew, chance: Chance): Promise<void> {
  const drift = () => (chance() - 0.5) * 0.004
  for (const { id, home } of crew.units) {
    const fix = { lng: home.lng + drift(), lat: home.lat + drift(), crs: 'wgs84', at: town.clock.now() }
    granted(
      await crew.unit(id)(fleet.fixes, { params: { unit: id }, body: { fixes: [fix] }, key: randomUUID() }),
    )
  }
}
