import { chanceOf } from './names.ts'
import type { LngLat } from './orgs.ts'

/** 大队 — as many units as a province has on shift, for measuring: some thousands in town, the rest along the valleys. */
export type FleetUnit = {
  readonly id: string
  readonly name: string
  readonly kind: 'car' | 'motorcycle' | 'foot'
  readonly skills: readonly string[]
  readonly at: LngLat
}

const skills = [[], [], ['traffic'], ['first-aid'], ['armed', 'first-aid'], ['negotiation']] as const
const kinds = ['car', 'car', 'car', 'motorcycle', 'foot'] as const
/** Three in five within the town, the others over the whole bureau. */
const townDegrees = 0.18
const landDegrees = 1.6

export function fleetOf(count: number, centre: LngLat, seed = 'fleet'): FleetUnit[] {
  const chance = chanceOf(seed)
  const pick = <Of>(list: readonly Of[]): Of => list[Math.floor(chance() * list.length)]!
  return Array.from({ length: count }, (_, n) => {
    const spread = chance() < 0.6 ? townDegrees : landDegrees
    return {
      id: `un_${String(n).padStart(26, '0')}`,
      name: `机动-${n + 1}`,
      kind: pick(kinds),
      skills: pick(skills),
      at: { lng: centre.lng + (chance() - 0.5) * spread, lat: centre.lat + (chance() - 0.5) * spread },
    }
  })
}
