import type { Unit } from '@open110/modules/unit'
import { cities, type LngLat } from './orgs.ts'

/** 警力 — who can be sent in each city at the start of a shift. `account` signs for the unit. */
export type TownUnit = {
  readonly account: string
  readonly name: string
  readonly org: string
  readonly kind: Unit['kind']
  readonly skills: readonly string[]
  readonly members: number
  readonly wgs84: LngLat
  /** 责任区 around where it begins; bodies other than the police have none. */
  readonly beatMetres?: number
  readonly vehicle?: string
  readonly equipment: readonly string[]
}

type Kit = readonly [name: string, kind: Unit['kind'], members: number, skills: readonly string[]]

const usual: readonly Kit[] = [
  ['城东-1', 'car', 2, ['first-aid', 'sign-language']],
  ['城东-2', 'motorcycle', 1, ['traffic', 'first-aid']],
  ['城西-1', 'car', 2, ['traffic', 'negotiation']],
  ['巡特警-3', 'car', 4, ['armed', 'negotiation', 'first-aid']],
]

/** Where a city's four differ from the usual: names of its own quarters, boats where there is water. */
const own: Readonly<Record<string, readonly Kit[]>> = {
  hangzhou: [
    ['湖滨-1', 'car', 2, ['first-aid', 'english']],
    ['滨江-2', 'motorcycle', 1, ['traffic', 'first-aid']],
    ['西溪-1', 'car', 2, ['traffic', 'negotiation']],
    ['巡特警-3', 'car', 4, ['armed', 'negotiation', 'first-aid']],
  ],
  zhoushan: [
    ['定海-1', 'car', 2, ['first-aid']],
    ['定海-2', 'motorcycle', 1, ['traffic', 'first-aid']],
    ['港航-1', 'boat', 3, ['water', 'first-aid']],
    ['巡特警-3', 'car', 4, ['armed', 'negotiation']],
  ],
  shanghai: [
    ['外滩-1', 'foot', 2, ['first-aid', 'english']],
    ['外滩-2', 'motorcycle', 1, ['traffic']],
    ['徐汇-1', 'car', 2, ['traffic', 'sign-language', 'negotiation']],
    ['特警-3', 'car', 4, ['armed', 'negotiation', 'first-aid']],
  ],
  xiamen: [
    ['鹭江-1', 'car', 2, ['first-aid', 'english']],
    ['鹭江-2', 'motorcycle', 1, ['traffic']],
    ['湖里-1', 'car', 2, ['traffic', 'negotiation']],
    ['特警-3', 'car', 4, ['armed', 'first-aid']],
  ],
}

/** Who comes to a joint visit, and who looks after their own streets, in every city. */
const civil: readonly (readonly [account: string, ...Kit])[] = [
  ['agency-1', '综合执法-1', 'agency', 3, ['market', 'negotiation']],
  ['volunteer-1', '志愿者-1', 'volunteer', 2, ['first-aid']],
  ['grid-1', '网格-1', 'grid', 1, ['negotiation']],
]

const equipmentOf: Readonly<Partial<Record<Unit['kind'], readonly string[]>>> = {
  car: ['执法记录仪', '警用急救包', '盾牌'],
  motorcycle: ['执法记录仪', '反光锥'],
  foot: ['执法记录仪', '辣椒水'],
  boat: ['执法记录仪', '救生圈', '抛绳器'],
  agency: ['执法记录仪'],
}

/** Degrees from the centre, within a few streets of it. */
const spread = [
  [0.0142, 0.0036],
  [0.0061, -0.0047],
  [-0.0128, 0.0024],
  [-0.0033, 0.0081],
  [0.0094, 0.0102],
  [-0.0071, -0.0088],
  [0.0018, -0.0125],
] as const

const kitsOf = (desk: string): readonly (readonly [account: string, ...Kit])[] => [
  ...(own[desk] ?? usual).map((kit, i) => [`unit-${i + 1}`, ...kit] as const),
  ...civil,
]

export const units: readonly TownUnit[] = cities.flatMap((city, cityIndex) =>
  kitsOf(city.desk).map(([account, name, kind, members, skills], i): TownUnit => {
    const [east, north] = spread[i] ?? [0, 0]
    const isDriven = kind === 'car' || kind === 'motorcycle'
    return {
      account: `${account}@${city.desk}`,
      name,
      org: city.desk,
      kind,
      skills,
      members,
      equipment: equipmentOf[kind] ?? [],
      ...(isDriven && { vehicle: `警${String(1100 + cityIndex * 10 + i)}` }),
      ...(civil.every(([other]) => other !== account) && { beatMetres: 3_000 }),
      wgs84: { lng: round(city.centre.lng + east), lat: round(city.centre.lat + north) },
    }
  }),
)

function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5
}
