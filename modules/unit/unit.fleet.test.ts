import fc from 'fast-check'
import { expect, test } from 'vitest'
import { metresBetween, movedBy } from '@open110/modules/place'
import { openFleet } from './unit.fleet.ts'
import { groundOf, incident, now, nowMs, square, suggestByAll, unitAt } from './unit.fake.ts'
import { defaultUnitPolicy } from './unit.rest.ts'
import { suggestUnits } from './unit.suggest.ts'
import { unitKinds, unitStates } from './unit.ts'

const dayMs = 86_400_000
const skills = ['armed', 'first-aid', 'negotiation', 'traffic', 'water']

/** Some far, many near, several on one spot; in every state, with every age. */
const somebody = fc.record({
  east: fc.oneof(
    fc.integer({ min: -40_000, max: 40_000 }),
    fc.integer({ min: -3_000, max: 3_000 }),
    fc.constant(500),
  ),
  north: fc.oneof(
    fc.integer({ min: -40_000, max: 40_000 }),
    fc.integer({ min: -3_000, max: 3_000 }),
    fc.constant(0),
  ),
  kind: fc.constantFrom(...unitKinds, 'car', 'car', 'car'),
  state: fc.constantFrom(...unitStates, 'ready', 'ready'),
  skills: fc.subarray(skills),
  openSlips: fc.integer({ min: 0, max: 3 }),
  ageSeconds: fc.integer({ min: 0, max: 2_000 }),
  onDutyMs: fc.oneof(fc.constant(Number.NaN), fc.integer({ min: nowMs - dayMs, max: nowMs })),
  rowSlips: fc.integer({ min: 0, max: 8 }),
  rowMs: fc.integer({ min: nowMs - 3_600_000, max: nowMs }),
  beat: fc.option(fc.record({ centre: fc.constant(square), metres: fc.constant(3_000) }), { nil: undefined }),
  isLost: fc.boolean(),
})
const wish = fc.record({
  level: fc.integer({ min: 1, max: 4 }),
  category: fc.constantFrom('1003', '1001', '30', '62', '9'),
  dangers: fc.subarray(['armed', 'injured', 'crowd']),
  skill: fc.option(fc.constantFrom(...skills), { nil: undefined }),
})
const policy = fc.constantFrom('urgent', 'always', 'never').map((restGivesWay) => ({
  ...defaultUnitPolicy,
  restGivesWay: restGivesWay as 'urgent',
}))

test('[UN4] the grid offers exactly what asking every unit would offer, with the same reasons and the same why-not', () => {
  fc.assert(
    fc.property(fc.array(somebody, { maxLength: 60 }), wish, policy, (people, wanted, rule) => {
      const units = people.map(({ east, north, isLost, ...more }, n) => ({
        ...unitAt(String(n).padStart(3, '0'), 0, more),
        at: isLost ? undefined : movedBy(square, east, north),
      }))
      const ground = groundOf(units)
      const asked = { ...incident, ...wanted }
      const sent = new Set(['un_000', 'un_007'])
      const { suggestions, none } = suggestUnits(ground, asked, sent, rule, now)
      const shown = suggestions.map(({ unit, reasons }) => [unit.id, ...reasons.map(({ kind }) => kind)])
      expect({ order: shown, none }).toEqual(suggestByAll(ground, asked, sent, rule))
    }),
    { numRuns: 400, seed: 110 },
  )
})

test('[UN4] whatever is put, moved and taken away: nobody nearer than said has been left out, and nobody is shown twice', () => {
  const move = fc.record({
    slot: fc.integer({ min: 0, max: 40 }),
    lng: fc.oneof(
      fc.double({ min: 119, max: 121, noNaN: true }),
      fc.constantFrom(179.999, -179.999, 119.92, 119.93),
    ),
    lat: fc.oneof(fc.double({ min: 28, max: 29, noNaN: true }), fc.constantFrom(28.46, 28.47, -0.001, 0)),
    isGone: fc.boolean(),
  })
  fc.assert(
    fc.property(
      fc.array(move, { maxLength: 120 }),
      fc.constantFrom(
        square,
        { lng: 119.92, lat: 28.46 },
        { lng: 179.9995, lat: 0 },
        { lng: 119.93, lat: 28.999 },
      ),
      (moves, place) => {
        const fleet = openFleet()
        const truth = new Map<number, { lng: number; lat: number }>()
        for (const { slot, lng, lat, isGone } of moves) {
          if (isGone) {
            fleet.remove(slot)
            truth.delete(slot)
          } else {
            fleet.put(slot, lng, lat)
            truth.set(slot, { lng, lat })
          }
        }
        expect(fleet.size()).toBe(truth.size)
        const shown = new Map<number, number>()
        fleet.around(place, {
          show(slot, metres) {
            expect(shown.has(slot)).toBe(false)
            expect(metres).toBe(metresBetween(truth.get(slot)!, place))
            shown.set(slot, metres)
          },
          isEnough(metres) {
            for (const [slot, at] of truth)
              if (!shown.has(slot)) expect(metresBetween(at, place)).toBeGreaterThanOrEqual(metres)
            return metres > 400_000
          },
        })
        for (const [slot, at] of truth)
          if (metresBetween(at, place) < 400_000) expect(shown.has(slot)).toBe(true)
      },
    ),
    { numRuns: 120, seed: 110 },
  )
})
