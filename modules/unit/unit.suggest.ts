import type { Moment } from '@open110/kit/time'
import { metresBetween, type LngLat } from '@open110/modules/place'
import type { Facts, Ground, Known } from './unit.ground.ts'
import { restGivesWay, restOf, type UnitPolicy } from './unit.rest.ts'
import { civilKinds, type Shortfall, type Suggestion, type UnitKind } from './unit.ts'

/** 推荐口径 — the figures by which units are put in order; every one of them shows in a reason. */
export const suggestPolicy = {
  radiusMetres: 30_000,
  freshSeconds: 120,
  tooOldSeconds: 1_800,
  /** A unit with so many slips that ask something of it is not offered any more, unless life is in danger. */
  fullSlips: 2,
  /** Streets are longer than the crow flies. */
  detour: 1.4,
  kilometresPerHour: {
    car: 30,
    motorcycle: 30,
    boat: 30,
    station: 30,
    agency: 30,
    volunteer: 10,
    grid: 10,
    foot: 5,
  },
  busySeconds: 600,
  /** What it costs at levels 1 and 2 to send a unit on from the slip that it is on the way to. */
  divertSeconds: 240,
  /** For every minute that a fix is older than fresh: the unit may be elsewhere. */
  oldMinuteSeconds: 30,
  skillSeconds: 120,
  urgentSkillSeconds: 180,
  areaSeconds: 60,
  restSeconds: 900,
  most: 5,
} as const satisfies Record<string, number | Record<UnitKind, number>>

/** What helps at such an incident, by danger, by the first figures of the category, and whenever life is in danger. */
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
const helpfulWhenUrgent = ['armed', 'first-aid'] as const

/** What an incident asks of whoever is sent. */
export type Wanted = {
  readonly place: LngLat | undefined
  readonly level: number
  readonly category: string
  readonly dangers: readonly string[]
  /** Without this skill nobody is offered. */
  readonly skill?: string | undefined
  /** Only this kind; any kind of police otherwise. */
  readonly kind?: UnitKind | undefined
}

const isUrgent = ({ level }: Wanted) => level <= 2

export function helpfulSkills(incident: Pick<Wanted, 'level' | 'category' | 'dangers'>): string[] {
  const byCategory = helpfulByCategory
    .filter(([code]) => incident.category.startsWith(code))
    .flatMap(([, skills]) => skills)
  const byDanger = incident.dangers.flatMap((danger) => helpfulByDanger[danger] ?? [])
  const always = incident.level <= 2 ? helpfulWhenUrgent : []
  return [...new Set([...byCategory, ...byDanger, ...always])]
}

/** 打分 — what is asked of every unit alike, whoever goes through them. */
export type Scale = ReturnType<typeof scaleFor>

export const secondsPerMetre = (kind: UnitKind) =>
  (suggestPolicy.detour * 3.6) / suggestPolicy.kilometresPerHour[kind]
const leastSecondsPerMetre =
  (suggestPolicy.detour * 3.6) / Math.max(...Object.values(suggestPolicy.kilometresPerHour))

export function scaleFor(
  incident: Wanted & { place: LngLat },
  sent: ReadonlySet<string>,
  policy: UnitPolicy,
  now: Moment,
) {
  const nowMs = Date.parse(now)
  const urgent = isUrgent(incident)
  const helpful = helpfulSkills(incident)
  const skillSeconds = urgent ? suggestPolicy.urgentSkillSeconds : suggestPolicy.skillSeconds
  const mayTire = restGivesWay(policy, incident.level)

  const ageSeconds = (fixMs: number) => Math.max(0, (nowMs - fixMs) / 1_000)
  const matched = ({ skills }: Facts) => {
    let count = 0
    for (const skill of skills) if (helpful.includes(skill)) count += 1
    return count
  }
  const isBeat = ({ beat }: Facts) =>
    beat !== undefined && metresBetween(beat.centre, incident.place) <= beat.metres
  const isDivertible = ({ state, openSlips }: Facts) =>
    urgent && openSlips > 0 && (state === 'assigned' || state === 'en-route')
  const isResting = (facts: Facts) => restOf(facts, policy, nowMs) !== undefined

  /** The questions in the order of the shortfalls; the first that leaves a unit out. */
  const outBy = ({ facts, fixMs }: Known): Shortfall | undefined => {
    const isKind = incident.kind
      ? facts.kind === incident.kind
      : !(civilKinds as readonly UnitKind[]).includes(facts.kind)
    if (!isKind || facts.state === 'off' || facts.state === 'out' || sent.has(facts.id)) return 'no-units'
    if (Number.isNaN(facts.onDutyMs)) return 'not-staffed'
    if (incident.skill !== undefined && !facts.skills.includes(incident.skill)) return 'skill-missing'
    if (facts.openSlips >= suggestPolicy.fullSlips && !isDivertible(facts)) return 'all-busy'
    if (!mayTire && isResting(facts)) return 'all-resting'
    if (Number.isNaN(fixMs)) return 'no-fixes'
    if (ageSeconds(fixMs) > suggestPolicy.tooOldSeconds) return 'fixes-too-old'
    return undefined
  }

  /** Seconds to the scene, and what else speaks against or for this unit, in seconds. */
  const costOf = ({ facts, fixMs }: Known, metres: number): number => {
    const oldSeconds = Math.max(0, ageSeconds(fixMs) - suggestPolicy.freshSeconds)
    return (
      metres * secondsPerMetre(facts.kind) +
      facts.openSlips * (isDivertible(facts) ? suggestPolicy.divertSeconds : suggestPolicy.busySeconds) +
      (oldSeconds / 60) * suggestPolicy.oldMinuteSeconds +
      (isResting(facts) ? suggestPolicy.restSeconds : 0) -
      matched(facts) * skillSeconds -
      (isBeat(facts) ? suggestPolicy.areaSeconds : 0)
    )
  }

  return {
    nowMs,
    outBy,
    costOf,
    etaOf: ({ facts }: Known, metres: number) => metres * secondsPerMetre(facts.kind),
    /** Nobody who is so far away costs less, whoever it is: everything but the way and these two only adds. */
    leastCost: (metres: number) =>
      metres * leastSecondsPerMetre - helpful.length * skillSeconds - suggestPolicy.areaSeconds,
    leastEta: (metres: number) => metres * leastSecondsPerMetre,
    reasonsFor({ facts, fixMs }: Known): Suggestion['reasons'] {
      const minutes = Math.floor(ageSeconds(fixMs) / 60)
      const isFresh = ageSeconds(fixMs) <= suggestPolicy.freshSeconds
      const skills = matched(facts)
      return [
        { kind: isFresh ? 'fresh-fix' : 'old-fix', value: minutes },
        ...(facts.openSlips === 0
          ? [{ kind: 'free' as const }]
          : [{ kind: 'busy' as const, value: facts.openSlips }]),
        ...(isDivertible(facts) ? [{ kind: 'divertible' as const }] : []),
        ...(skills > 0 ? [{ kind: 'skill' as const, value: skills }] : []),
        ...(isBeat(facts) ? [{ kind: 'in-area' as const }] : []),
        ...(isResting(facts) ? [{ kind: 'rest-overridden' as const }] : []),
      ]
    },
  }
}

/** One who could go, with the way. */
export type Candidate = { readonly one: Known; readonly metres: number; readonly cost: number }

/** By cost, then by distance; the id last, so that the order is the same on every server. */
export const isBefore = (a: Candidate, b: Candidate): boolean =>
  a.cost !== b.cost
    ? a.cost < b.cost
    : a.metres !== b.metres
      ? a.metres < b.metres
      : a.one.facts.id < b.one.facts.id

/** 推荐 — who could be there soonest, with the figures; or at which question nobody was left. A person decides. */
export function suggestUnits(
  ground: Ground,
  incident: Wanted,
  sent: ReadonlySet<string>,
  policy: UnitPolicy,
  now: Moment,
): { suggestions: Suggestion[]; none?: Shortfall } {
  const { place } = incident
  if (!place) return { suggestions: [], none: 'no-place' }
  const scale = scaleFor({ ...incident, place }, sent, policy, now)
  const best: Candidate[] = []
  let least = Infinity
  let soonest = Infinity

  const isEnough = (metres: number) =>
    metres > suggestPolicy.radiusMetres ||
    (best.length === suggestPolicy.most &&
      scale.leastCost(metres) > best.at(-1)!.cost &&
      metres > least &&
      scale.leastEta(metres) > soonest)
  const show = (slot: number, metres: number) => {
    // Most are left out by the way alone; what is known of them lies elsewhere in memory and takes longer to fetch.
    if (isEnough(metres)) return
    const one = ground.known[slot]!
    if (scale.outBy(one) !== undefined) return
    least = Math.min(least, metres)
    soonest = Math.min(soonest, scale.etaOf(one, metres))
    const candidate = { one, metres, cost: scale.costOf(one, metres) }
    const rank = best.findIndex((other) => isBefore(candidate, other))
    if (rank < 0 && best.length === suggestPolicy.most) return
    best.splice(rank < 0 ? best.length : rank, 0, candidate)
    if (best.length > suggestPolicy.most) best.pop()
  }
  ground.fleet.around(place, { show, isEnough })

  if (best.length === 0) return { suggestions: [], none: whyNone(ground.known, scale) }
  return {
    suggestions: best.map(({ one, metres }): Suggestion => {
      const etaSeconds = scale.etaOf(one, metres)
      return {
        unit: ground.unitOf(one, policy, scale.nowMs),
        distanceMetres: Math.round(metres),
        etaSeconds: Math.round(etaSeconds),
        reasons: [
          ...(metres === least ? [{ kind: 'closest' as const, value: Math.round(metres) }] : []),
          ...(etaSeconds === soonest
            ? [{ kind: 'closest-by-time' as const, value: Math.round(etaSeconds) }]
            : []),
          ...scale.reasonsFor(one),
        ],
      }
    }),
  }
}

const questions = [
  'no-units',
  'not-staffed',
  'skill-missing',
  'all-busy',
  'all-resting',
  'no-fixes',
  'fixes-too-old',
] as const satisfies readonly Shortfall[]

/** The question at which the last unit was left out. */
export function whyNone(known: readonly Known[], scale: Pick<Scale, 'outBy'>): Shortfall {
  let furthest = 0
  for (const one of known) {
    const out = scale.outBy(one)
    if (out === undefined) return 'out-of-radius'
    furthest = Math.max(furthest, (questions as readonly Shortfall[]).indexOf(out))
  }
  return questions[furthest]!
}
