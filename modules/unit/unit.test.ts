import { expect, test } from 'vitest'
import { plusSeconds } from '@open110/kit/time'
import { movedBy } from '@open110/modules/place'
import { fixMoment } from './unit.server.ts'
import { suggestUnits } from './unit.suggest.ts'
import type { Unit } from './unit.ts'

const now = '2026-11-21T03:10:00.000Z'

test('[UN3] a fix is never later than its arrival, and a clock that cannot be read counts as now', () => {
  expect(fixMoment('2026-11-21T03:05:00Z', now)).toBe('2026-11-21T03:05:00.000Z')
  for (const at of [undefined, 'yesterday', '2031-01-01T00:00:00Z', '-271821-04-20T00:00:00Z'])
    expect(fixMoment(at, now)).toBe(now)
})

const place = { lng: 119.9229, lat: 28.4676 }
const incident = { place, category: '1003', dangers: [] }

function unitAt(name: string, eastMetres: number, more: Partial<Unit> = {}): Unit {
  return {
    id: `un_${name}` as Unit['id'],
    name,
    org: 'lishui',
    kind: 'car',
    state: 'ready',
    skills: [],
    members: 2,
    wgs84: movedBy(place, eastMetres, 0),
    fixAt: plusSeconds(now, -60),
    openSlips: 0,
    ...more,
  }
}
const suggest = (units: Unit[], wanted: Parameters<typeof suggestUnits>[0] = incident, sent: string[] = []) =>
  suggestUnits(wanted, units, new Set(sent), now)
const names = ({ suggestions }: ReturnType<typeof suggestUnits>) => suggestions.map(({ unit }) => unit.name)

test('[UN1] 城东-1 is nearest and free: the figures say so', () => {
  const { suggestions, none } = suggest([unitAt('城东-2', 4_000), unitAt('城东-1', 1_500)])
  expect(none).toBeUndefined()
  const [first, second] = suggestions
  expect(first).toMatchObject({ unit: { name: '城东-1' }, distanceMetres: 1_500, etaSeconds: 252 })
  expect(first?.reasons).toEqual([
    { kind: 'closest', value: 1_500 },
    { kind: 'fresh-fix', value: 1 },
    { kind: 'free' },
    { kind: 'in-area' },
  ])
  expect(second?.reasons.map(({ kind }) => kind)).toEqual(['fresh-fix', 'free'])
})

test('[UN1] a busy unit, an old fix and a foot patrol fall behind; a skill that helps comes forward', () => {
  expect(
    names(suggest([unitAt('忙', 1_000, { openSlips: 1, state: 'en-route' }), unitAt('闲', 3_000)])),
  ).toEqual(['闲', '忙'])
  expect(
    names(suggest([unitAt('旧', 1_000, { fixAt: plusSeconds(now, -1_500) }), unitAt('新', 2_500)])),
  ).toEqual(['新', '旧'])
  expect(names(suggest([unitAt('步', 1_000, { kind: 'foot' }), unitAt('车', 3_000)]))).toEqual(['车', '步'])
  const armed = { ...incident, dangers: ['armed'] }
  const offered = suggest([unitAt('巡逻', 2_000), unitAt('巡特警-3', 2_300, { skills: ['armed'] })], armed)
  expect(names(offered)).toEqual(['巡特警-3', '巡逻'])
  expect(offered.suggestions[0]?.reasons).toContainEqual({ kind: 'skill', value: 1 })
  expect(
    suggest([unitAt('旧', 1_000, { fixAt: plusSeconds(now, -1_500) })]).suggestions[0]?.reasons,
  ).toContainEqual({ kind: 'old-fix', value: 25 })
})

test('[UN1] at most five are offered', () => {
  expect(suggest(Array.from({ length: 9 }, (_, n) => unitAt(`车${n}`, n * 100))).suggestions).toHaveLength(5)
})

test('[UN1] where nobody is left, the answer names the question that left nobody', () => {
  const none = (units: Unit[], wanted = incident) => suggest(units, wanted).none
  expect(suggest([unitAt('城东-1', 100)], { ...incident, place: undefined })).toEqual({
    suggestions: [],
    none: 'no-place',
  })
  expect(none([])).toBe('no-units')
  expect(none([unitAt('a', 100, { openSlips: 2 })])).toBe('all-busy')
  expect(none([unitAt('a', 100, { wgs84: undefined, fixAt: undefined })])).toBe('no-fixes')
  expect(none([unitAt('a', 100, { fixAt: plusSeconds(now, -1_801) })])).toBe('fixes-too-old')
  expect(none([unitAt('a', 30_500)])).toBe('out-of-radius')
})

test('[UN2] whoever is sent already, off duty or out of service is not offered', () => {
  const units = [
    unitAt('去', 100),
    unitAt('休', 100, { state: 'off' }),
    unitAt('停', 100, { state: 'out' }),
    unitAt('在', 9_000),
  ]
  expect(names(suggest(units, incident, ['un_去']))).toEqual(['在'])
  expect(suggest(units.slice(0, 3), incident, ['un_去']).none).toBe('no-units')
})
