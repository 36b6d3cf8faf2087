import { plusSeconds } from '@open110/kit/time'
import { metresBetween, movedBy } from '@open110/modules/place'
import { openGround, type Facts, type Ground } from './unit.ground.ts'
import { defaultUnitPolicy, type UnitPolicy } from './unit.rest.ts'
import { isBefore, scaleFor, suggestPolicy, suggestUnits, whyNone, type Wanted } from './unit.suggest.ts'
import type { UnitId } from './unit.ts'

/** 试验警力 — units around a square in 丽水, for tests. */
export const now = '2026-11-21T03:10:00.000Z'
export const nowMs = Date.parse(now)
export const square = { lng: 119.9229, lat: 28.4676 }
export const incident: Wanted = { place: square, level: 3, category: '1003', dangers: [] }

export type Placed = { facts: Facts; at?: { lng: number; lat: number } | undefined; fixMs: number }
let seq = 0

export function unitAt(
  name: string,
  eastMetres: number,
  more: Partial<Facts> & { ageSeconds?: number; isLost?: boolean } = {},
): Placed {
  const { ageSeconds = 60, isLost, ...facts } = more
  return {
    facts: {
      id: `un_${name}` as UnitId,
      seq: (seq += 1),
      name,
      org: 'lishui',
      kind: 'car',
      state: 'ready',
      skills: [],
      members: 2,
      openSlips: 0,
      onDutyMs: Date.parse(plusSeconds(now, -3_600)),
      rowSlips: 0,
      rowMs: Number.NaN,
      ...facts,
    },
    at: isLost ? undefined : movedBy(square, eastMetres, 0),
    fixMs: nowMs - ageSeconds * 1_000,
  }
}

export function groundOf(units: readonly Placed[]): Ground {
  const ground = openGround()
  for (const { facts, at, fixMs } of units) {
    const one = ground.know(facts)
    if (at) ground.move(one, at.lng, at.lat, fixMs)
  }
  return ground
}

export const suggest = (
  units: readonly Placed[],
  wanted: Wanted = incident,
  sent: readonly string[] = [],
  policy: UnitPolicy = defaultUnitPolicy,
) => suggestUnits(groundOf(units), wanted, new Set(sent), policy, now)

/** The same by asking every unit there is: what the grid may never differ from. */
export function suggestByAll(ground: Ground, wanted: Wanted, sent: ReadonlySet<string>, policy: UnitPolicy) {
  const place = wanted.place!
  const scale = scaleFor({ ...wanted, place }, sent, policy, now)
  const all = ground.known
    .filter((one) => scale.outBy(one) === undefined)
    .map((one) => ({ one, metres: metresBetween(ground.fleet.at(one.slot)!, place) }))
    .filter(({ metres }) => metres <= suggestPolicy.radiusMetres)
    .map((way) => ({ ...way, cost: scale.costOf(way.one, way.metres) }))
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))
  const least = Math.min(...all.map(({ metres }) => metres))
  const soonest = Math.min(...all.map(({ one, metres }) => scale.etaOf(one, metres)))
  return {
    order: all
      .slice(0, suggestPolicy.most)
      .map(({ one, metres }) => [
        one.facts.id,
        ...(metres === least ? ['closest'] : []),
        ...(scale.etaOf(one, metres) === soonest ? ['closest-by-time'] : []),
        ...scale.reasonsFor(one).map(({ kind }) => kind),
      ]),
    none: all.length === 0 ? whyNone(ground.known, scale) : undefined,
  }
}
