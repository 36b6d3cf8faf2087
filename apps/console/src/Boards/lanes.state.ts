import { endedSlips } from '@open110/modules/dispatch'
import type { IncidentRow } from '@open110/modules/incident'
import type { Unit } from '@open110/modules/unit'
import type { BoardValues } from './boards.state.ts'

/** 警力·处警单 — five columns: what nobody goes to, who is on a slip, what has just ended, who is there, who is not. */
export const lanes = ['pending', 'active', 'ended', 'units', 'away'] as const
export type LaneName = (typeof lanes)[number]

export type BoardSlip = BoardValues['slips'][number]
export type Card =
  | { readonly kind: 'incident'; readonly id: string; readonly row: IncidentRow }
  | { readonly kind: 'slip'; readonly id: string; readonly row: BoardSlip }
  | { readonly kind: 'unit'; readonly id: string; readonly row: Unit }
export type Lanes = Readonly<Record<LaneName, readonly Card[]>>

/** What waits for somebody to be sent; a held one does not. */
const waits = ({ state, openSlips }: IncidentRow) => openSlips === 0 && state === 'accepted'
const hasEnded = ({ slip }: BoardSlip) => (endedSlips as readonly string[]).includes(slip.state)
const isAway = ({ state }: Unit) => state === 'off' || state === 'out'
const freeFirst: readonly Unit['state'][] = ['ready', 'assigned', 'en-route', 'on-scene', 'out', 'off']

/** The moment of a slip's last step. */
export const lastStepAt = ({ slip }: BoardSlip): string => slip.times.at(-1)?.at ?? slip.issuedAt

export function lanesOf(
  given: {
    readonly pending: readonly IncidentRow[]
    readonly slips: readonly BoardSlip[]
    readonly units: readonly Unit[]
  },
  typed: string,
): Lanes {
  const has = (...words: (string | undefined)[]) =>
    !typed || words.some((word) => word?.toLowerCase().includes(typed))
  const incidents = given.pending
    .filter((row) => waits(row) && has(row.number, row.place, row.gist))
    .toSorted((a, b) => a.level - b.level || a.acceptedAt.localeCompare(b.acceptedAt))
  const slips = given.slips.filter(({ slip, incident }) =>
    has(slip.number, slip.unitName, incident.placeWords, slip.words),
  )
  const units = given.units
    .filter((unit) => has(unit.name, ...unit.skills))
    .toSorted(
      (a, b) =>
        freeFirst.indexOf(a.state) - freeFirst.indexOf(b.state) ||
        a.openSlips - b.openSlips ||
        a.name.localeCompare(b.name, 'zh'),
    )
  const slipCard = (row: BoardSlip): Card => ({ kind: 'slip', id: row.slip.id, row })
  const unitCard = (row: Unit): Card => ({ kind: 'unit', id: row.id, row })
  return {
    pending: incidents.map((row) => ({ kind: 'incident', id: row.id, row })),
    active: slips
      .filter((row) => !hasEnded(row))
      .toSorted(
        (a, b) => a.incident.level - b.incident.level || a.slip.issuedAt.localeCompare(b.slip.issuedAt),
      )
      .map(slipCard),
    ended: slips
      .filter(hasEnded)
      .toSorted((a, b) => lastStepAt(b).localeCompare(lastStepAt(a)))
      .map(slipCard),
    units: units.filter((unit) => !isAway(unit)).map(unitCard),
    away: units.filter(isAway).map(unitCard),
  }
}

/** 选中 — units and the incident they are to go to. An incident is chosen by itself or by one of its slips. */
export type Chosen = { readonly units: readonly string[]; readonly incident?: string }
export const nothingChosen: Chosen = { units: [] }

export const incidentOf = (card: Card): string | undefined =>
  card.kind === 'incident' ? card.id : card.kind === 'slip' ? card.row.incident.id : undefined

export function choose(chosen: Chosen, card: Card): Chosen {
  if (card.kind === 'unit') {
    const units = chosen.units.includes(card.id)
      ? chosen.units.filter((id) => id !== card.id)
      : [...chosen.units, card.id]
    return { ...chosen, units }
  }
  const incident = incidentOf(card)
  return incident === undefined || incident === chosen.incident
    ? { units: chosen.units }
    : { units: chosen.units, incident }
}

export const isChosen = (chosen: Chosen, card: Card): boolean =>
  card.kind === 'unit' ? chosen.units.includes(card.id) : chosen.incident === incidentOf(card)

/** What dropping one card on another means: which units go where, or nothing. */
export function dropped(
  carried: Card,
  target: Card,
  chosen: Chosen,
): { units: string[]; incident: string } | undefined {
  const [unit, place] = carried.kind === 'unit' ? [carried, target] : [target, carried]
  const incident = incidentOf(place)
  if (unit.kind !== 'unit' || incident === undefined) return undefined
  // Dragging one of several chosen units takes them all along.
  const units = chosen.units.includes(unit.id) && carried.kind === 'unit' ? [...chosen.units] : [unit.id]
  return { units, incident }
}

export const cardHeight = 52

/** 可视窗 — which cards of a column are drawn: two thousand units cost what fits on the screen. */
export function windowOf(count: number, scrollTop: number, viewHeight: number): { from: number; to: number } {
  const margin = 6
  const from = Math.min(count, Math.max(0, Math.floor(scrollTop / cardHeight) - margin))
  return { from, to: Math.min(count, Math.ceil((scrollTop + viewHeight) / cardHeight) + margin) }
}
