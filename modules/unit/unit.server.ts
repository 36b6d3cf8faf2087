import type { Reader, Tx } from '@open110/kit/server/db'
import { normaliseFix, type RawFix } from '@open110/modules/place/fix'
import { unitMoved } from './unit.events.ts'
import * as store from './unit.store.ts'
import type { StoredUnit } from './unit.store.ts'
import type { Unit, UnitState } from './unit.ts'

/** What the rest of the house may ask of units; `main.ts` hands it on. */
export type Units = ReturnType<typeof openUnits>

export function unitOf({ lng, lat, ...unit }: StoredUnit): Unit {
  return { ...unit, wgs84: lng === undefined || lat === undefined ? undefined : { lng, lat } }
}

/** When a position was true: as the phone says, but never later than now, or one wrong clock would hide every later fix. */
export function fixMoment(at: string | undefined, now: string): string {
  const ms = at === undefined ? Number.NaN : Date.parse(at)
  return ms >= 0 && ms < Date.parse(now) ? new Date(ms).toISOString() : now
}

export function openUnits() {
  const tell = (tx: Tx, unit: StoredUnit, state: UnitState, now: string) =>
    tx.emit(unitMoved, now, { unit: unit.id, org: unit.org, state, wgs84: unitOf(unit).wgs84, at: now })

  return {
    byId: (db: Reader, unit: string) => db.maybe(store.unitById, { unit }),

    /** The unit as it is once whoever held it before has let go. */
    async held(tx: Tx, unit: string): Promise<StoredUnit | undefined> {
      await tx.run(store.holdUnit, { unit })
      return tx.maybe(store.unitById, { unit })
    },

    async ofOrg(db: Reader, org: string): Promise<Unit[]> {
      return (await db.all(store.unitsOfOrg, { org })).map(unitOf)
    },

    /** What its slips make of it, or what it says of itself; whoever watches it is told. */
    async settle(
      tx: Tx,
      unit: StoredUnit,
      now: string,
      as: { state: UnitState; openSlips: number },
    ): Promise<UnitState> {
      if (as.state !== unit.state || as.openSlips !== unit.openSlips)
        await tx.run(store.markSettled, { unit: unit.id, ...as })
      tell(tx, unit, as.state, now)
      return as.state
    },

    /** How many of the fixes are news. Those without a place are left out, older ones cover nothing. */
    async keepFixes(tx: Tx, unit: StoredUnit, sent: readonly RawFix[], now: string): Promise<number> {
      const news = sent
        .flatMap((fix) => {
          const { wgs84, at } = normaliseFix(fix)
          return wgs84 ? [{ ...wgs84, at: fixMoment(at, now) }] : []
        })
        .filter(({ at }) => !unit.fixAt || at >= unit.fixAt)
        .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
      const newest = news.at(-1)
      if (newest) await tx.run(store.markPosition, { unit: unit.id, ...newest })
      return news.length
    },
  }
}
