import { expect, test } from 'vitest'
import { fixMs, readFixes } from './unit.fix.ts'
import { incident, nowMs, suggest, unitAt } from './unit.fake.ts'
import { defaultUnitPolicy, restOf, rowAfter } from './unit.rest.ts'
import type { suggestUnits } from './unit.suggest.ts'

const hour = 3_600_000
const names = ({ suggestions }: ReturnType<typeof suggestUnits>) => suggestions.map(({ unit }) => unit.name)
const kinds = ({ suggestions }: ReturnType<typeof suggestUnits>, at = 0) =>
  suggestions[at]?.reasons.map(({ kind }) => kind)

test('[UN3] a fix is never later than its arrival, and a clock that cannot be read counts as now', () => {
  expect(fixMs('2026-11-21T03:05:00Z', nowMs)).toBe(Date.parse('2026-11-21T03:05:00.000Z'))
  for (const at of [undefined, 'yesterday', '2031-01-01T00:00:00Z', '-271821-04-20T00:00:00Z'])
    expect(fixMs(at, nowMs)).toBe(nowMs)
})

test('[UN3] a batch is put in its own order; (0,0) is none, the raw numbers stay beside another datum', () => {
  const read = readFixes(
    [
      { lng: 119.9231, lat: 28.4538, crs: 'wgs84', at: '2026-11-21T03:09:00Z' },
      { lng: 0, lat: 0, crs: 'wgs84', at: '2026-11-21T03:08:00Z' },
      { lng: 119.9277, lat: 28.4511, crs: 'gcj02', accuracyMetres: 12.4, at: '2026-11-21T03:07:00Z' },
    ],
    nowMs,
  )
  expect(read).toMatchObject({
    kept: [
      { crs: 'gcj02', rawLng: 1_199_277_000, rawLat: 284_511_000, accuracyMetres: 12 },
      { lng: 1_199_231_000, lat: 284_538_000, atMs: Date.parse('2026-11-21T03:09:00Z') },
    ],
  })
  expect(readFixes([{ lng: 119.9, lat: 28.4, crs: 'mars' }], nowMs)).toEqual({ nameless: 'mars' })
})

test('[UN1] 城东-1 is nearest and free: the figures say so', () => {
  const found = suggest([unitAt('城东-2', 4_000), unitAt('城东-1', 1_500)])
  expect(found.none).toBeUndefined()
  const [first] = found.suggestions
  expect(first).toMatchObject({ unit: { name: '城东-1' }, distanceMetres: 1_500, etaSeconds: 252 })
  expect(first?.reasons).toEqual([
    { kind: 'closest', value: 1_500 },
    { kind: 'closest-by-time', value: 252 },
    { kind: 'fresh-fix', value: 1 },
    { kind: 'free' },
  ])
  expect(kinds(found, 1)).toEqual(['fresh-fix', 'free'])
})

test('[UN1] a busy unit, an old fix and a foot patrol fall behind; a skill and a beat come forward', () => {
  expect(
    names(suggest([unitAt('忙', 1_000, { openSlips: 1, state: 'en-route' }), unitAt('闲', 3_000)])),
  ).toEqual(['闲', '忙'])
  expect(names(suggest([unitAt('旧', 1_000, { ageSeconds: 1_500 }), unitAt('新', 2_500)]))).toEqual([
    '新',
    '旧',
  ])
  const onFoot = suggest([unitAt('步', 1_000, { kind: 'foot' }), unitAt('车', 3_000)])
  expect(names(onFoot)).toEqual(['车', '步'])
  expect([kinds(onFoot), kinds(onFoot, 1)].map((one) => one?.[0])).toEqual(['closest-by-time', 'closest'])
  const armed = { ...incident, dangers: ['armed'] }
  const offered = suggest([unitAt('巡逻', 2_000), unitAt('巡特警-3', 2_300, { skills: ['armed'] })], armed)
  expect(names(offered)).toEqual(['巡特警-3', '巡逻'])
  expect(offered.suggestions[0]?.reasons).toContainEqual({ kind: 'skill', value: 1 })
  const beat = { centre: incident.place!, metres: 2_000 }
  const known = suggest([unitAt('外', 2_000), unitAt('本片', 2_300, { beat })])
  expect(names(known)).toEqual(['本片', '外'])
  expect(kinds(known)).toContain('in-area')
})

test('[UN1] when life is in danger the armed and those with first aid come forward, and who is on the way elsewhere may be diverted', () => {
  const units = [
    unitAt('近', 2_000),
    unitAt('急救', 2_600, { skills: ['first-aid'] }),
    unitAt('途中', 500, { state: 'en-route', openSlips: 2 }),
    unitAt('现场', 400, { state: 'on-scene', openSlips: 2 }),
  ]
  expect(names(suggest(units))).toEqual(['近', '急救'])
  const urgent = suggest(units, { ...incident, level: 1 })
  expect(names(urgent)).toEqual(['急救', '近', '途中'])
  expect(kinds(urgent, 2)).toContain('divertible')
})

test('[UN1] at most five are offered', () => {
  expect(suggest(Array.from({ length: 9 }, (_, n) => unitAt(`车${n}`, n * 100))).suggestions).toHaveLength(5)
})

test('[UN1] where nobody is left, the answer names the question that left nobody', () => {
  const none = (...units: ReturnType<typeof unitAt>[]) => suggest(units).none
  expect(suggest([unitAt('城东-1', 100)], { ...incident, place: undefined }).none).toBe('no-place')
  expect(none()).toBe('no-units')
  expect(none(unitAt('a', 100, { onDutyMs: Number.NaN }))).toBe('not-staffed')
  expect(suggest([unitAt('a', 100)], { ...incident, skill: 'water' }).none).toBe('skill-missing')
  expect(none(unitAt('a', 100, { openSlips: 2 }))).toBe('all-busy')
  expect(none(unitAt('a', 100, { onDutyMs: nowMs - 11 * hour }))).toBe('all-resting')
  expect(none(unitAt('a', 100, { isLost: true }))).toBe('no-fixes')
  expect(none(unitAt('a', 100, { ageSeconds: 1_801 }))).toBe('fixes-too-old')
  expect(none(unitAt('a', 30_500))).toBe('out-of-radius')
  // The one who came furthest says it: whoever is on duty says more than whoever is off.
  expect(none(unitAt('a', 100, { state: 'off' }), unitAt('b', 100, { openSlips: 2 }))).toBe('all-busy')
})

test('[UN2] whoever is sent already, off duty, out of service or no police is not offered unasked', () => {
  const units = [
    unitAt('去', 100),
    unitAt('休', 100, { state: 'off' }),
    unitAt('停', 100, { state: 'out' }),
    unitAt('综合执法-1', 100, { kind: 'agency' }),
    unitAt('在', 9_000),
  ]
  expect(names(suggest(units, incident, ['un_去']))).toEqual(['在'])
  expect(suggest(units.slice(0, 4), incident, ['un_去']).none).toBe('no-units')
  expect(names(suggest(units, { ...incident, kind: 'agency' }))).toEqual(['综合执法-1'])
})

test('[UN7] after ten hours, or six slips in a row, a unit should rest; a pause begins the row anew', () => {
  const effort = (more: object) => ({ onDutyMs: nowMs, rowSlips: 0, rowMs: Number.NaN, ...more })
  const rest = (more: object) => restOf(effort(more), defaultUnitPolicy, nowMs)
  expect(rest({ onDutyMs: nowMs - 10 * hour + 1 })).toBeUndefined()
  expect(rest({ onDutyMs: nowMs - 10 * hour })).toBe('long-duty')
  expect(rest({ onDutyMs: Number.NaN })).toBeUndefined()
  expect(rest({ rowSlips: 6, rowMs: nowMs - 1_799_000 })).toBe('slips-in-row')
  expect(rest({ rowSlips: 6, rowMs: nowMs - 1_800_000 })).toBeUndefined()
  const after = (rowMs: number) => rowAfter(effort({ rowSlips: 3, rowMs }), defaultUnitPolicy, nowMs)
  expect([after(nowMs - 60_000), after(nowMs - hour), after(Number.NaN)]).toEqual([4, 1, 1])
})

test('[UN7] who should rest is offered only when life is in danger, last and with the reason, or as the policy says', () => {
  const tired = unitAt('累', 100, { onDutyMs: nowMs - 11 * hour })
  const units = [tired, unitAt('精神', 3_000)]
  expect(names(suggest(units))).toEqual(['精神'])
  const urgent = suggest(units, { ...incident, level: 2 })
  expect(names(urgent)).toEqual(['精神', '累'])
  expect(kinds(urgent, 1)).toContain('rest-overridden')
  expect(urgent.suggestions[1]?.unit.rests).toBe('long-duty')
  const always = { ...defaultUnitPolicy, restGivesWay: 'always' as const }
  expect(names(suggest(units, incident, [], always))).toEqual(['精神', '累'])
  const never = { ...defaultUnitPolicy, restGivesWay: 'never' as const }
  expect(names(suggest(units, { ...incident, level: 1 }, [], never))).toEqual(['精神'])
})
