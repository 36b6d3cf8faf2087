import type { Reader } from '@open110/kit/server/db'
import type { LngLat } from '@open110/modules/place'
import type { Units } from '@open110/modules/unit/server'
import type { StoredPanic } from './dispatch.panic.store.ts'
import { panicTellMetres, slipKindOf, type Panic } from './dispatch.ts'

export function panicOf({ told: _, lng, lat, ...panic }: StoredPanic): Panic {
  return { ...panic, wgs84: lng === undefined || lat === undefined ? undefined : { lng, lat } }
}

/** A position older than this says nothing of where a unit is now. */
const knownSeconds = 1_800
const mostTold = 50

/** Police units that are on the same incident, and those near enough to come; the nearest first. */
export async function unitsToTell(
  near: { units: Pick<Units, 'within'>; unitsOf: (db: Reader, incident: string) => Promise<string[]> },
  db: Reader,
  of: { unit: string; desk: string; incident: string | undefined; at: LngLat | undefined },
): Promise<string[]> {
  const beside = of.incident ? await near.unitsOf(db, of.incident) : []
  const { at } = of
  const around = at ? near.units.within(of.desk, at, panicTellMetres, knownSeconds) : []
  const able = around.filter(({ kind, state }) => slipKindOf(kind) === 'police' && state !== 'off')
  return [...new Set([...beside, ...able.map(({ id }) => id)])]
    .filter((id) => id !== of.unit)
    .slice(0, mostTold)
}
