import { afterAll, beforeAll, expect, test } from 'vitest'
import * as dispatch from '@open110/modules/dispatch/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'
import { plusSeconds } from '@open110/kit/time'
import * as fleet from './unit.api.ts'
import { openUnits } from './unit.server.ts'
import type { Unit } from './unit.ts'

let town: Town
let 赵敏: StaffHere
let 值班长: StaffHere
let 城东1: StaffHere
let unit: string
const square = { lng: 119.9229, lat: 28.4676 }

beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  城东1 = await town.staff('unit-1@lishui')
  unit = (await named('城东-1')).id
  town.passes(120)
  await 赵敏.sits(1)
})
afterAll(() => town.close())

const list = async () => granted(await 赵敏.call(fleet.units))
async function named(name: string): Promise<Unit> {
  const found = (await list()).find((one) => one.name === name)
  if (!found) throw new Error(`no unit is called ${name}`)
  return found
}
const says = (fixes: { lng: number; lat: number; crs?: string; at?: string }[], key?: string) =>
  城东1.call(fleet.fixes, { params: { unit }, body: { fixes }, ...(key && { key }) })
const at = (seconds: number) => plusSeconds(town.clock.now(), seconds)
const looksBack = (seconds = 3_600) =>
  值班长.call(fleet.track, { params: { unit }, query: { from: at(-seconds), to: at(1) } })

async function acceptedBy(name: string, level = 3) {
  const citizen = await town.citizen(name)
  const report = await citizen.sends()
  await 赵敏.receives(report)
  return 赵敏.accepts(report, { level })
}

test('[UN3] [UN5] positions that waited for the network come in order; the newest by its own time is where the unit is', async () => {
  const here = (east: number, seconds: number) => ({
    lng: square.lng + east,
    lat: square.lat,
    crs: 'wgs84',
    at: at(seconds),
  })
  expect(granted(await says([here(0.003, -10), here(0.001, -30), here(0.002, -20)]))).toEqual({ kept: 3 })
  expect((await named('城东-1')).wgs84?.lng).toBeCloseTo(square.lng + 0.003, 6)
  expect(granted(await says([here(0.009, -40)]))).toEqual({ kept: 1 })
  expect((await named('城东-1')).wgs84?.lng).toBeCloseTo(square.lng + 0.003, 6)
  expect(granted(await says([{ lng: 0, lat: 0, crs: 'wgs84' }]))).toEqual({ kept: 0 })
  expect(refusedBy(await says([{ ...square }]))).toBe('place.datum-missing')
  const 城东2 = (await named('城东-2')).id
  const others = await 城东1.call(fleet.fixes, { params: { unit: 城东2 }, body: { fixes: [here(0, 0)] } })
  expect(refusedBy(others)).toBe('unit.not-found')
  const { fixes } = granted(await looksBack(60))
  expect(fixes.map(({ lng }) => Math.round((lng - square.lng) * 1_000))).toEqual([9, 1, 2, 3])
})

test('[UN5] the same press is kept once and answered alike; a position writes no event', async () => {
  await town.settle()
  const fix = { ...square, crs: 'gcj02', at: at(0) }
  const head = town.house.hub.head()
  const first = granted(await says([fix], 'one-press'))
  expect(granted(await says([fix], 'one-press'))).toEqual(first)
  await town.settle()
  expect(town.house.hub.head()).toBe(head)
  expect(granted(await looksBack(1)).fixes).toHaveLength(1)
})

test('[UN5] after a restart the units are where they were', async () => {
  const before = (await named('城东-1')).wgs84
  await town.restart()
  expect((await named('城东-1')).wgs84).toEqual(before)
})

test('[UN6] what one server hears, another knows with its next look: where units are, what they do, who has come', async () => {
  const other = await openUnits({ db: town.db, clock: town.clock, onWrongPolicy: () => {}, show: () => {} })
  const there = async () => (await other.onGround('lishui')).find(({ id }) => id === unit)!
  granted(await says([{ lng: 119.95, lat: 28.45, crs: 'wgs84', at: at(0) }]))
  await other.lookRound()
  expect((await there()).wgs84).toEqual({ lng: 119.95, lat: 28.45 })
  granted(await 城东1.call(fleet.setState, { params: { unit }, body: { state: 'out' } }))
  expect((await there()).state).toBe('out')
  granted(await 城东1.call(fleet.setState, { params: { unit }, body: { state: 'ready' } }))
  expect((await there()).state).toBe('ready')
})

test('[UN2] whoever was sent is not suggested for that incident again, in the very next answer', async () => {
  const incident = await acceptedBy('林秋')
  const offered = async () => {
    const offer = granted(await 赵敏.call(fleet.suggest, { params: { incident } }))
    return Array.isArray(offer) ? offer.map((one) => one.unit.name) : offer.none
  }
  const [first] = await offered()
  await 赵敏.sends(incident, first)
  expect(await offered()).not.toContain(first)
  const kinds = async (query: object) => {
    const offer = granted(await 赵敏.call(fleet.suggest, { params: { incident }, query }))
    return Array.isArray(offer) ? offer.map((one) => one.unit.kind) : offer.none
  }
  expect(await kinds({ kind: 'agency' })).toEqual(['agency'])
  expect(await kinds({ skill: 'no-such-skill' })).toBe('skill-missing')
})

test('[UN8] ready needs a shift, a shift needs people and an end; who ends it has no slips left', async () => {
  const { id } = await named('城西-1')
  const 城西1 = await town.staff('unit-3@lishui')
  const end = () => 城西1.call(fleet.endShift, { params: { unit: id } })
  const start = (seconds: number) =>
    城西1.call(fleet.startShift, {
      params: { unit: id },
      body: {
        members: [{ badge: '114255', name: '周强' }, { name: '何亮' }, { name: '徐峰' }],
        vehicle: '警1103',
        equipment: ['执法记录仪'],
        plannedEndAt: at(seconds),
      },
    })
  expect(refusedBy(await start(3_600))).toBe('unit.already-on-shift')
  const incident = await acceptedBy('林秋')
  const slip = await 赵敏.sends(incident, '城西-1')
  expect(refusedBy(await end())).toBe('unit.slips-open')
  granted(await 赵敏.call(dispatch.moveSlip, { params: { slip }, body: { move: 'cancel', reason: '派错' } }))
  expect(granted(await end())).toEqual({ state: 'off' })
  expect(refusedBy(await end())).toBe('unit.not-staffed')
  const ready = await 城西1.call(fleet.setState, { params: { unit: id }, body: { state: 'ready' } })
  expect(refusedBy(ready)).toBe('unit.not-staffed')
  expect([refusedBy(await start(0)), refusedBy(await start(90_000))]).toEqual([
    'unit.shift-end-invalid',
    'unit.shift-end-invalid',
  ])
  expect(granted(await start(3_600))).toMatchObject({ unit: id, vehicle: '警1103' })
  expect(await named('城西-1')).toMatchObject({ state: 'ready', members: 3 })
  const [row] = granted(await 赵敏.call(fleet.roster, { query: { unit: id } }))
  expect(row?.shift?.members[0]).toEqual({ badge: '114255', name: '周强' })
})

test('[UN9] the dispatcher says why, others have no say, and both ends up in the audit', async () => {
  const put = (who: StaffHere, body: { state: 'out' | 'ready'; reason?: string }) =>
    who.call(fleet.setState, { params: { unit }, body })
  expect(refusedBy(await put(赵敏, { state: 'out' }))).toBe('reason.missing')
  expect(granted(await put(赵敏, { state: 'out', reason: '车辆送修' }))).toEqual({ state: 'out' })
  expect(refusedBy(await put(await town.staff('unit-2@lishui'), { state: 'ready' }))).toBe('unit.not-found')
  expect(refusedBy(await put(await town.staff('officer@shaoxing'), { state: 'ready', reason: '越界' }))).toBe(
    'unit.not-found',
  )
  granted(await put(城东1, { state: 'ready' }))
  const { rows } = await town.db.pool.query<{ act: string; facts: object }>(
    `select act, facts from audit where object = $1 and act like '%unit.%' or act = 'refused:reason.missing' order by id desc limit 3`,
    [unit],
  )
  expect(rows.map(({ act }) => act)).toEqual(['unit.state', 'unit.state', 'refused:reason.missing'])
  expect(rows[1]?.facts).toMatchObject({ from: 'ready', to: 'out', reason: '车辆送修' })
})

test('[UN10] a trail is for those who may ask, a day at most, and every look is on record', async () => {
  expect(refusedBy(await looksBack(90_000))).toBe('unit.track-too-long')
  const asked = { params: { unit }, query: { from: at(-60), to: at(0) } }
  expect(refusedBy(await 赵敏.call(fleet.track, asked))).toBe('unit.not-found')
  const 绍兴 = await town.staff('officer@shaoxing')
  expect(refusedBy(await 绍兴.call(fleet.track, asked))).toBe('unit.not-found')
  granted(await 值班长.call(fleet.track, asked))
  const { rows } = await town.db.pool.query(
    `select from audit where act = 'unit.track' and actor = $1 and facts->>'from' = $2`,
    [值班长.id, asked.query.from],
  )
  expect(rows).toHaveLength(1)
})

test('[UN11] positions go with their day when the rule says so; those of a unit with a slip stay', async () => {
  const incident = await acceptedBy('林秋')
  granted(await says([{ ...square, crs: 'wgs84', at: at(0) }]))
  const slip = await 赵敏.sends(incident, '城东-1')
  await town.settle()
  granted(await says([{ lng: 119.93, lat: 28.46, crs: 'wgs84', at: at(0) }]))
  const trail = granted(await looksBack(5)).fixes
  expect(trail.length).toBeGreaterThanOrEqual(2)
  await 赵敏.call(dispatch.moveSlip, { params: { slip }, body: { move: 'cancel', reason: '试验' } })
  const from = at(-3_600)
  const to = at(0)
  await town.after(89 * 86_400)
  const again = async () => {
    const officer = await town.staff('officer@lishui')
    return granted(await officer.call(fleet.track, { params: { unit }, query: { from, to } })).fixes
  }
  expect((await again()).length).toBeGreaterThanOrEqual(2)
  await town.after(2 * 86_400)
  const kept = await again()
  expect(kept.map(({ lng }) => lng)).toContain(119.93)
  expect(kept.some(({ lng }) => Math.abs(lng - square.lng) < 1e-6)).toBe(false)
})
