import { secondsBetween, type Moment } from '@open110/kit/time'
import { metresBetween, type LngLat } from '@open110/modules/place'
import type { shortfalls, Suggestion, Unit } from './unit.ts'

type Shortfall = (typeof shortfalls)[number]

/** 推荐口径 — the figures by which units are put in order; every one of them shows in a reason. */
export const suggestPolicy = {
  radiusMetres: 30_000,
  /** So near that the unit knows the streets. */
  areaMetres: 3_000,
  freshSeconds: 120,
  tooOldSeconds: 1_800,
  /** A unit with so many slips that ask something of it is not offered any more. */
  fullSlips: 2,
  /** Streets are longer than the crow flies. */
  detour: 1.4,
  kilometresPerHour: { car: 30, motorcycle: 30, boat: 30, station: 30, agency: 30, volunteer: 10, grid: 10, foot: 5 },
  busySeconds: 600,
  /** For every minute that a fix is older than fresh: the unit may be elsewhere. */
  oldMinuteSeconds: 30,
  skillSeconds: 120,
  most: 5,
} as const satisfies Record<string, number | Record<Unit['kind'], number>>

/** What helps at such an incident, by danger and by the first figures of the category. */
const helpfulByDanger: Readonly<Record<string, readonly string[]>> = {
  armed: ['armed'],
  gun: ['armed'],
  explosive: ['armed'],
  injured: ['first-aid'],
  trapped: ['first-aid'],
  hazmat: ['first-aid'],
  crowd: ['negotiation'],
  'self-harm': ['negotiation', 'first-aid'],
}
const helpfulByCategory: readonly (readonly [code: string, skills: readonly string[]])[] = [
  ['1001', ['armed', 'negotiation']],
  ['1002', ['armed']],
  ['1006', ['armed', 'first-aid']],
  ['1007', ['armed', 'negotiation']],
  ['2001', ['first-aid']],
  ['2002', ['negotiation']],
  ['30', ['traffic']],
  ['3001', ['first-aid']],
  ['40', ['negotiation']],
  ['5001', ['first-aid']],
  ['62', ['water', 'negotiation', 'first-aid']],
  ['8', ['negotiation']],
]

export function helpfulSkills(incident: { category: string; dangers: readonly string[] }): string[] {
  const byCategory = helpfulByCategory
    .filter(([code]) => incident.category.startsWith(code))
    .flatMap(([, skills]) => skills)
  const byDanger = incident.dangers.flatMap((danger) => helpfulByDanger[danger] ?? [])
  return [...new Set([...byCategory, ...byDanger])]
}

/** What an incident asks of whoever is sent. */
export type Wanted = {
  readonly place: LngLat | undefined
  readonly category: string
  readonly dangers: readonly string[]
}

type Placed = Unit & { wgs84: LngLat; fixAt: Moment }

/** 推荐 — who could be there soonest, with the figures; or at which question nobody was left. A person decides. */
export function suggestUnits(
  incident: Wanted,
  units: readonly Unit[],
  sent: ReadonlySet<string>,
  now: Moment,
): { suggestions: Suggestion[]; none?: Shortfall } {
  const { place } = incident
  const nobody = (none: Shortfall) => ({ suggestions: [], none })
  if (!place) return nobody('no-place')
  const onDuty = units.filter(({ id, state }) => state !== 'off' && state !== 'out' && !sent.has(id))
  if (onDuty.length === 0) return nobody('no-units')
  const able = onDuty.filter(({ openSlips }) => openSlips < suggestPolicy.fullSlips)
  if (able.length === 0) return nobody('all-busy')
  const placed = able.filter((unit): unit is Placed => unit.wgs84 !== undefined && unit.fixAt !== undefined)
  if (placed.length === 0) return nobody('no-fixes')
  const known = placed.filter(({ fixAt }) => secondsBetween(fixAt, now) <= suggestPolicy.tooOldSeconds)
  if (known.length === 0) return nobody('fixes-too-old')
  const helpful = helpfulSkills(incident)
  const near = known
    .map((unit) => weigh(unit, metresBetween(unit.wgs84, place), helpful, now))
    .filter(({ distanceMetres }) => distanceMetres <= suggestPolicy.radiusMetres)
  if (near.length === 0) return nobody('out-of-radius')
  const least = Math.min(...near.map(({ distanceMetres }) => distanceMetres))
  const suggestions = near
    .toSorted((a, b) => a.cost - b.cost || a.distanceMetres - b.distanceMetres)
    .slice(0, suggestPolicy.most)
    .map(({ cost: _, reasons, ...rest }): Suggestion => ({
      ...rest,
      reasons: rest.distanceMetres === least ? [{ kind: 'closest', value: least }, ...reasons] : reasons,
    }))
  return { suggestions }
}

/** Seconds to the scene, and the cost by which units are put in order. */
function weigh(
  unit: Placed,
  metres: number,
  helpful: readonly string[],
  now: Moment,
): Suggestion & { cost: number } {
  const metresPerSecond = suggestPolicy.kilometresPerHour[unit.kind] / 3.6
  const etaSeconds = Math.round((metres * suggestPolicy.detour) / metresPerSecond)
  const ageSeconds = Math.max(0, secondsBetween(unit.fixAt, now))
  const ageMinutes = Math.floor(ageSeconds / 60)
  const isFresh = ageSeconds <= suggestPolicy.freshSeconds
  const skills = unit.skills.filter((skill) => helpful.includes(skill)).length
  const reasons: Suggestion['reasons'] = [
    { kind: isFresh ? 'fresh-fix' : 'old-fix', value: ageMinutes },
    unit.openSlips === 0 ? { kind: 'free' } : { kind: 'busy', value: unit.openSlips },
  ]
  if (skills > 0) reasons.push({ kind: 'skill', value: skills })
  if (metres <= suggestPolicy.areaMetres) reasons.push({ kind: 'in-area' })
  const cost =
    etaSeconds +
    unit.openSlips * suggestPolicy.busySeconds +
    (isFresh ? 0 : ((ageSeconds - suggestPolicy.freshSeconds) / 60) * suggestPolicy.oldMinuteSeconds) -
    skills * suggestPolicy.skillSeconds
  const { id, name, org, kind, state, members, wgs84, fixAt, openSlips } = unit
  return {
    unit: { id, name, org, kind, state, skills: unit.skills, members, wgs84, fixAt, openSlips },
    distanceMetres: Math.round(metres),
    etaSeconds,
    reasons,
    cost,
  }
}
