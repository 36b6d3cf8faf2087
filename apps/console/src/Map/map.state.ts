import type { Incident } from '@open110/modules/incident'
import type { Slip } from '@open110/modules/dispatch'
import { endedSlips } from '@open110/modules/dispatch'
import type { Unit } from '@open110/modules/unit'
import type { SeenFix } from '@open110/modules/report'
import { secondsSince } from '../Queue/age.state.ts'
import { truthOf } from '../Report/record.state.ts'

export type LngLat = { readonly lng: number; readonly lat: number }

/** 图上的东西 — points in WGS-84, each with its age. Circles are drawn beneath the marks. */
export type Mark =
  | {
      readonly kind: 'fix'
      readonly id: string
      readonly at: LngLat
      readonly accuracyMetres?: number
      readonly seconds: number
      readonly isNewest: boolean
    }
  | { readonly kind: 'pin'; readonly id: string; readonly at: LngLat; readonly seconds: number }
  | { readonly kind: 'place'; readonly id: string; readonly at: LngLat }

/** ○ ready, ◐ assigned, ▶ under way, ■ on the scene, ✕ out of service. */
export const unitShapes: Readonly<Record<Unit['state'], string>> = {
  off: '·',
  ready: '○',
  assigned: '◐',
  'en-route': '▶',
  'on-scene': '■',
  out: '✕',
}

export function marksOf(
  shown: {
    fixes: readonly SeenFix[]
    incident: Incident | undefined
  },
  nowMs: number,
): Mark[] {
  const marks: Mark[] = []
  const fixes = shown.fixes
    .filter((fix) => fix.kind === 'fix' && fix.wgs84)
    .sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1))
  for (const [index, fix] of fixes.entries()) {
    marks.push({
      kind: 'fix',
      id: `fix-${index}`,
      at: fix.wgs84!,
      ...(fix.accuracyMetres === undefined ? {} : { accuracyMetres: fix.accuracyMetres }),
      seconds: secondsSince(fix.receivedAt, nowMs),
      isNewest: index === fixes.length - 1,
    })
  }
  const pin = shown.fixes.findLast((fix) => fix.kind === 'pin' && fix.wgs84)
  if (pin?.wgs84)
    marks.push({ kind: 'pin', id: 'pin', at: pin.wgs84, seconds: secondsSince(pin.receivedAt, nowMs) })
  const place = shown.incident ? truthOf(shown.incident.place).wgs84 : undefined
  if (place) marks.push({ kind: 'place', id: 'place', at: place })
  return marks
}

/** Units that are on the way to what is open, or there. */
export const sentUnits = (slips: readonly Slip[]): ReadonlySet<string> =>
  new Set(
    slips.filter(({ state }) => !(endedSlips as readonly string[]).includes(state)).map(({ unit }) => unit),
  )

/** What a person wants to see first: the event and the units sent to it; the whole area when there is neither. */
export function pointsToFit(marks: readonly Mark[], sent: readonly LngLat[]): LngLat[] {
  const event = marks.filter(
    (mark) => mark.kind === 'pin' || mark.kind === 'place' || (mark.kind === 'fix' && mark.isNewest),
  )
  return event.length > 0 ? [...event.map((mark) => mark.at), ...sent] : []
}

/** The view moves by itself only when another thing is opened; a hand on the map locks it until it is asked to refit. */
export function shouldFit(
  last: { opened: string; isLocked: boolean; hadPoints: boolean },
  now: { opened: string; hasPoints: boolean },
): boolean {
  if (last.opened !== now.opened) return true
  return !last.isLocked && !last.hadPoints && now.hasPoints
}
