import { openMoves } from '@open110/kit/moves'
import type { Reader, Tx } from '@open110/kit/server/db'
import { unitMoved } from './dispatch.events.ts'
import { isOpen, unitStateOf, type SlipRole } from './dispatch.steps.ts'
import * as store from './dispatch.store.ts'
import type { StoredSlip, StoredUnit } from './dispatch.store.ts'
import { slipMoves, type Slip, type Unit } from './dispatch.ts'

/** What the rest of the house may ask of slips and units; `main.ts` hands it on. */
export type Dispatch = ReturnType<typeof openDispatch>

export function unitOf({ lng, lat, ...unit }: StoredUnit): Unit {
  return { ...unit, wgs84: lng === undefined || lat === undefined ? undefined : { lng, lat } }
}

export function openDispatch() {
  /** Slips with their times and the buttons of whoever looks. */
  async function whole(
    db: Reader,
    slips: readonly StoredSlip[],
    roles: readonly SlipRole[],
  ): Promise<Slip[]> {
    if (slips.length === 0) return []
    const steps = await db.all(store.stepsOf, { slips: slips.map(({ id }) => id) })
    return slips.map(({ desk: _, ...slip }) => ({
      ...slip,
      times: steps
        .filter((step) => step.slip === slip.id)
        .map(({ move, at, deviceAt, by }) => ({ move, at, deviceAt, by })),
      openMoves: openMoves(slipMoves, slip.state, roles),
    }))
  }

  /** The unit as it is once whoever held it before has let go. */
  async function heldUnit(tx: Tx, unit: string): Promise<StoredUnit | undefined> {
    await tx.run(store.holdUnit, { unit })
    return tx.maybe(store.unitById, { unit })
  }

  /** The unit's state follows its slips, and whoever watches it is told. */
  async function settleUnit(
    tx: Tx,
    id: string,
    now: string,
    wanted?: StoredUnit['state'],
  ): Promise<Unit['state']> {
    const unit = await tx.one(store.unitById, { unit: id })
    const slips = await tx.all(store.openStatesOfUnit, { unit: id })
    const state = unitStateOf(
      wanted ?? unit.state,
      slips.map((slip) => slip.state),
    )
    if (state !== unit.state) await tx.run(store.markUnitState, { unit: id, state })
    tx.emit(unitMoved, now, { unit: id, org: unit.org, state, wgs84: unitOf(unit).wgs84, at: now })
    return state
  }

  return {
    whole,
    heldUnit,
    settleUnit,

    /** Units with an open slip of the incident. */
    async unitsOf(db: Reader, incident: string): Promise<string[]> {
      return (await db.all(store.openUnitsOf, { incident })).map(({ unit }) => unit)
    },

    /** Of each incident that has slips: how many are not ended, and how many were reported with feedback. */
    async slipsOf(
      db: Reader,
      incidents: readonly string[],
    ): Promise<ReadonlyMap<string, { open: number; reported: number }>> {
      if (incidents.length === 0) return new Map()
      const counts = await db.all(store.countsOf, { incidents: [...incidents] })
      return new Map(counts.map(({ incident, ...count }) => [incident, count]))
    },

    /** Whether the unit has an open slip of the incident; only so long is the incident its business. */
    async isSentTo(db: Reader, unit: string, incident: string): Promise<boolean> {
      return (await db.all(store.openUnitsOf, { incident })).some((one) => one.unit === unit)
    },

    async unitsOfOrg(db: Reader, org: string): Promise<Unit[]> {
      return (await db.all(store.unitsOfOrg, { org })).map(unitOf)
    },

    /** Slips of the incident that are not ended, for whoever sends the next one. */
    openOf: async (db: Reader, incident: string) =>
      (await db.all(store.slipsOfIncident, { incident })).filter(({ state }) => isOpen(state)),
  }
}
