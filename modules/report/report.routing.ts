import { normaliseFix, type Fix } from '@open110/modules/place/fix'
import type { LngLat, Resolution } from '@open110/modules/place'
import { secondsBetween, type Moment } from '@open110/kit/time'
import { NewReport, type NewFix, type ReportFlag, type RoutedBy } from './report.ts'

/** Who answers for a point, handed in: the place module knows the outlines. */
export type Resolve = (point: LngLat, accuracyMetres?: number) => Resolution

/** 派往哪里 — the desk, how it was found, and what the desk should know about that. */
export type Routing = {
  desk: string
  by: RoutedBy
  resolution: Resolution | undefined
  pin: Fix | undefined
  fix: Fix | undefined
  flags: ReportFlag[]
  guidance: string | undefined
}

const read = (sent: NewFix | undefined): Fix | undefined => {
  if (!sent) return undefined
  const fix = normaliseFix(sent)
  return fix.state === 'no-fix' ? undefined : fix
}

/**
 * By the place of the incident, then by the phone's fix, then to the bureau's duty desk. Nothing is refused: what lies
 * outside every outline goes to the duty desk with guidance for its reporter (ZJ-16, NY-04).
 */
export function routeOf(report: Pick<NewReport, 'fix' | 'place'>, resolve: Resolve, duty: string): Routing {
  const pin = read(report.place?.pin)
  const fix = read(report.fix)
  const flags = new Set<ReportFlag>()
  if ([pin, fix].some((one) => one?.state === 'datum-unknown')) flags.add('datum-unknown')

  let outside: Resolution | undefined
  for (const [by, place] of [
    ['pin', pin],
    ['fix', fix],
  ] as const) {
    if (!place?.wgs84) continue
    const resolution = resolve(place.wgs84, place.accuracyMetres)
    if (resolution.desk) {
      if (resolution.how === 'nearest') flags.add('offshore')
      if (resolution.alternatives.some(({ desk }) => desk.id !== resolution.desk?.id))
        flags.add('near-border')
      const guidance = resolution.how === 'nearest' ? 'guidance.offshore' : undefined
      return { desk: resolution.desk.id, by, resolution, pin, fix, flags: [...flags], guidance }
    }
    outside ??= resolution
    // A pin outside the area is where it happens: the phone's own fix must not pull the report back in.
    break
  }

  flags.add('duty-desk')
  const placed = pin?.wgs84 ?? fix?.wgs84
  if (!placed) {
    flags.add('no-place')
    return {
      desk: duty,
      by: 'duty',
      resolution: undefined,
      pin,
      fix,
      flags: [...flags],
      guidance: 'guidance.no-place',
    }
  }
  const isAbroad =
    placed.lng < 73 || placed.lng > 135.1 || placed.lat < 3.8 || placed.lat > 53.6 || isBeyondBorder(placed)
  flags.add(isAbroad ? 'overseas' : 'out-of-area')
  return {
    desk: duty,
    by: 'duty',
    resolution: outside,
    pin,
    fix,
    flags: [...flags],
    guidance: isAbroad ? 'guidance.overseas' : 'guidance.out-of-area',
  }
}

/** South and west of Yunnan and Guangxi the box of the country holds much that is abroad; a hint, not a border. */
function isBeyondBorder({ lng, lat }: LngLat): boolean {
  return (
    (lat < 21.1 && lng < 107.9) ||
    (lng < 97.5 && lat < 27.2) ||
    (lng > 124.5 && lat < 39.8) ||
    (lat < 23.8 && lng < 98.6)
  )
}

/** Whether a part was sent that nobody could read; it is kept in the original, and the desk is told to look there. */
export function hasUnreadable(sent: unknown, read: Omit<NewReport, 'mode'>): boolean {
  if (typeof sent !== 'object' || sent === null) return false
  return Object.entries(sent).some(
    ([part, value]) =>
      value !== null &&
      value !== undefined &&
      part in NewReport.shape &&
      read[part as keyof typeof read] === undefined,
  )
}

/** A phone's clock that is more than this away from ours is worth telling the desk; ours decides in any case. */
const clockSlackSeconds = 600

/** The moment the button was pressed, as the phone says, if that can be read at all. */
export function deviceMoment(madeAt: string | undefined, now: Moment): { at?: Moment; isWrong: boolean } {
  if (madeAt === undefined) return { isWrong: false }
  const ms = Date.parse(madeAt)
  if (Number.isNaN(ms) || Math.abs(ms) > 8.64e15 / 2) return { isWrong: true }
  const at = new Date(ms).toISOString()
  if (!/^\d{4}-/.test(at)) return { isWrong: true }
  return { at, isWrong: Math.abs(secondsBetween(at, now)) > clockSlackSeconds }
}

/** A place as a question about it carries it: none, or none that can be read, is a report without a place. */
export type AskedPlace = { lng?: string | undefined; lat?: string | undefined; crs?: string | undefined }

/** 属地 — whose desk a report from this place would reach. */
export function deskAt(asked: AskedPlace, resolve: Resolve, duty: string): Pick<Routing, 'desk' | 'by'> {
  const [lng, lat] = [Number(asked.lng), Number(asked.lat)]
  const hasPoint = asked.lng !== undefined && Number.isFinite(lng) && Number.isFinite(lat)
  return routeOf(hasPoint ? { fix: { lng, lat, crs: asked.crs ?? 'wgs84' } } : {}, resolve, duty)
}
