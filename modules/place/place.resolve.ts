import { buildGrid } from './place.grid.build.ts'
import { covering, isUniform, nearest, toE7, type Grid } from './place.grid.ts'
import {
  jurisdictionKinds,
  metresBetween,
  movedBy,
  type Division,
  type Jurisdiction,
  type LngLat,
  type Resolution,
  type Share,
  type StationSeat,
} from './place.ts'

/** An area and where it lies: flat rings of 1e-7 degree, WGS-84 (see `Shape`). */
export interface Outline extends Jurisdiction {
  readonly rings: readonly ArrayLike<number>[]
}

/** 辖区图 — everything `resolve` asks. Built once, then only read; replaced as a whole. */
export interface PlaceMap {
  readonly edition: string
  readonly jurisdictions: readonly Jurisdiction[]
  readonly grid: Grid
  readonly seats: ReadonlyMap<string, readonly StationSeat[]>
  readonly desks: ReadonlyMap<string, string>
}

/** What a city may decide about points that no outline covers. */
export interface ResolvePolicy {
  /** How far off the nearest outline a point may lie and still be its matter. */
  readonly offshoreMetres: number
}

export const defaultResolvePolicy: ResolvePolicy = { offshoreMetres: 5000 }

/** Nearness is not searched further than this, and no circle is drawn wider: it would only say "somewhere". */
const furthestMetres = 50_000
const widestMetres = 200_000

/** Special layers before stations before counties; then by priority; then by code, so that ties never flicker. */
const byPrecedence = (a: Jurisdiction, b: Jurisdiction): number =>
  jurisdictionKinds.indexOf(a.kind) - jurisdictionKinds.indexOf(b.kind) ||
  a.priority - b.priority ||
  (a.code < b.code ? -1 : a.code > b.code ? 1 : a.id < b.id ? -1 : 1)

/** Makes the map. A name for each desk is the caller's duty; one without is called by its id. */
export function drawMap(drawn: {
  readonly edition: string
  readonly outlines: readonly Outline[]
  readonly seats?: readonly StationSeat[]
  readonly desks: ReadonlyMap<string, string>
}): PlaceMap {
  return mapOf(drawn, (ordered) => buildGrid(ordered.map(({ rings }, ref) => ({ ref, rings }))))
}

/** The same with a grid that comes from elsewhere, such as one that was kept; it is given the areas in their order. */
export function mapOf<Area extends Jurisdiction>(
  drawn: {
    readonly edition: string
    readonly outlines: readonly Area[]
    readonly seats?: readonly StationSeat[]
    readonly desks: ReadonlyMap<string, string>
  },
  gridOf: (ordered: readonly Area[]) => Grid,
): PlaceMap {
  const ordered = [...drawn.outlines].sort(byPrecedence)
  const seats = new Map<string, StationSeat[]>()
  for (const seat of drawn.seats ?? []) seats.set(seat.county, [...(seats.get(seat.county) ?? []), seat])
  return {
    edition: drawn.edition,
    jurisdictions: ordered.map(({ id, kind, code, name, priority, desk, station }) => ({
      id,
      kind,
      code,
      name,
      priority,
      desk,
      ...(station && { station }),
    })),
    grid: gridOf(ordered),
    seats,
    desks: drawn.desks,
  }
}

/** The nearest station seat of a county: who answers there while the stations have no outlines. */
export function nearestSeat(seats: readonly StationSeat[], point: LngLat): StationSeat | undefined {
  let best: StationSeat | undefined
  let bestMetres = Infinity
  for (const seat of seats) {
    const metres = metresBetween(seat, point)
    if (metres < bestMetres) [best, bestMetres] = [seat, metres]
  }
  return best
}

/** 64 points of the accuracy circle, the outermost ring on its edge, so that a border it only grazes is seen. */
function circle(centre: LngLat, radiusMetres: number): LngLat[] {
  const points: LngLat[] = []
  for (let ring = 1; ring <= 4; ring++)
    for (let step = 0; step < 16; step++) {
      const angle = ((step + (ring % 2) / 2) / 16) * 2 * Math.PI
      const metres = radiusMetres * Math.sqrt(ring / 4)
      points.push(movedBy(centre, metres * Math.sin(angle), metres * Math.cos(angle)))
    }
  return points
}

type Owner = Omit<Share, 'share'> & { readonly jurisdiction: Jurisdiction; readonly key: string }

function divisionOf(map: PlaceMap, winner: Jurisdiction, others: readonly Jurisdiction[]): Division {
  const county =
    others.find((one) => one.kind === 'county') ??
    map.jurisdictions.find((one) => one.kind === 'county' && one.code === winner.code) ??
    winner
  return { code: county.code, name: county.name }
}

function stationAt(map: PlaceMap, winner: Jurisdiction, division: Division, point: LngLat) {
  if (winner.station) return winner.station
  if (winner.kind !== 'county') return undefined
  const seat = nearestSeat(map.seats.get(division.code) ?? [], point)
  return seat && { code: seat.code, name: seat.name }
}

function ownerOf(map: PlaceMap, winner: Jurisdiction, others: readonly Jurisdiction[], point: LngLat): Owner {
  const division = winner.kind === 'county' ? winner : divisionOf(map, winner, others)
  const station = stationAt(map, winner, division, point)
  return {
    division: { code: division.code, name: division.name },
    ...(station && { station }),
    desk: { id: winner.desk, name: map.desks.get(winner.desk) ?? winner.desk },
    jurisdiction: winner,
    key: `${winner.id} ${station?.code ?? ''}`,
  }
}

/** Everybody with an equal claim to a point: usually one, two exactly on a border, none at sea. */
function ownersAt(map: PlaceMap, point: LngLat): Owner[] {
  const found = covering(map.grid, toE7(point.lng), toE7(point.lat)).map((at) => map.jurisdictions[at]!)
  const first = found[0]
  if (!first) return []
  return found
    .filter((one) => one.kind === first.kind && one.priority === first.priority)
    .map((one) => ownerOf(map, one, found, point))
}

/** Whether nobody else can have a claim to any of the circle, so that it need not be looked at point by point. */
function isPlain(map: PlaceMap, owners: readonly Owner[], point: LngLat, radius: number): boolean {
  const [owner, other] = owners
  if (!owner || other) return false
  const edge = movedBy(point, radius, radius)
  const reachX = toE7(Math.abs(edge.lng - point.lng)) + 1
  const reachY = toE7(Math.abs(edge.lat - point.lat)) + 1
  if (!isUniform(map.grid, toE7(point.lng), toE7(point.lat), reachX, reachY)) return false
  if (owner.jurisdiction.station || owner.jurisdiction.kind !== 'county') return true
  const metres = (map.seats.get(owner.division.code) ?? []).map((seat) => metresBetween(seat, point))
  const [nearestMetres = 0, nextMetres = Infinity] = metres.toSorted((a, b) => a - b)
  // Half a percent of the radius more than twice: `movedBy` is an approximation.
  return nextMetres - nearestMetres > radius * 2.01 + 1
}

/**
 * Whose is this place? The point decides who comes first; the accuracy circle says who else must know
 * (lessons 5: a circle over a border never yields nobody, nor silently one). What of the circle lies at sea
 * or in a gap counts for the first. WGS-84 degrees; without an accuracy the point is taken as exact.
 */
export function resolve(
  map: PlaceMap,
  point: LngLat,
  accuracyMetres?: number,
  policy: ResolvePolicy = defaultResolvePolicy,
): Resolution {
  const here = ownersAt(map, point)
  const radius =
    accuracyMetres !== undefined && accuracyMetres > 0 ? Math.min(accuracyMetres, widestMetres) : 0
  const votes = new Map<string, { owner: Owner; weight: number }>()
  const vote = (owner: Owner, weight: number): void => {
    const known = votes.get(owner.key)
    if (known) known.weight += weight
    else votes.set(owner.key, { owner, weight })
  }
  const isLookedAt = radius > 0 && !isPlain(map, here, point, radius)
  const around = isLookedAt ? circle(point, radius).map((sample) => ownersAt(map, sample)) : []
  for (const owners of [here, ...around]) for (const owner of owners) vote(owner, 1 / owners.length)

  let first = here[0]
  let offshoreMetres: number | undefined
  if (!first) {
    const reach = Math.min(Math.max(policy.offshoreMetres, radius), furthestMetres)
    const near = nearest(map.grid, toE7(point.lng), toE7(point.lat), reach)[0]
    if (near) {
      offshoreMetres = Math.round(near.metres)
      first = ownerOf(map, map.jurisdictions[near.ref]!, [], point)
    } else first = [...votes.values()].sort((a, b) => b.weight - a.weight)[0]?.owner
  }
  if (!first) return { how: 'none', share: 0, alternatives: [], edition: map.edition }

  const all = 1 + around.length
  const others = [...votes.values()].filter(({ owner }) => owner.key !== first.key)
  const alternatives = others
    .sort((a, b) => b.weight - a.weight || (a.owner.key < b.owner.key ? -1 : 1))
    .map(({ owner: { division, station, desk }, weight }) => ({
      division,
      ...(station && { station }),
      desk,
      share: rounded(weight / all),
    }))
  const { id, kind, name } = first.jurisdiction
  return {
    how: here.length > 0 ? 'inside' : 'nearest',
    division: first.division,
    ...(first.station && { station: first.station }),
    desk: first.desk,
    jurisdiction: { id, kind, name },
    share: rounded(1 - alternatives.reduce((sum, { share }) => sum + share, 0)),
    ...(offshoreMetres !== undefined && { offshoreMetres }),
    alternatives,
    edition: map.edition,
  }
}

const rounded = (share: number): number => Math.round(share * 1000) / 1000
