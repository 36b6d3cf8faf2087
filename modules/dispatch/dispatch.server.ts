import { openMoves } from '@open110/kit/moves'
import type { Reader, Tx } from '@open110/kit/server/db'
import type { UnitState } from '@open110/modules/unit'
import type { Units } from '@open110/modules/unit/server'
import { asksUnit, isOpen, unitStateOf, type SlipRole } from './dispatch.steps.ts'
import * as store from './dispatch.store.ts'
import type { StoredSlip } from './dispatch.store.ts'
import { slipMoves, type Slip } from './dispatch.ts'

/** What the rest of the house may ask of slips and units; `main.ts` hands it on. */
export type Dispatch = ReturnType<typeof openDispatch>

export function openDispatch(near: { units: Pick<Units, 'byId' | 'settle'> }) {
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

  const openStates = async (db: Reader, unit: string) =>
    (await db.all(store.openStatesOfUnit, { unit })).map(({ state }) => state)

  /** The unit's state follows its slips. */
  async function settleUnit(tx: Tx, id: string, now: string): Promise<void> {
    const unit = await near.units.byId(tx, id)
    if (!unit) return
    const states = await openStates(tx, id)
    const openSlips = states.filter(asksUnit).length
    await near.units.settle(tx, unit, now, { state: unitStateOf(unit.state, states), openSlips })
  }

  return {
    whole,
    settleUnit,

    /** What its open slips make of a unit that says this of itself. */
    stateOf: async (db: Reader, unit: string, said: UnitState) => unitStateOf(said, await openStates(db, unit)),

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

    /** Slips of the incident that are not ended, for whoever sends the next one. */
    openOf: async (db: Reader, incident: string) =>
      (await db.all(store.slipsOfIncident, { incident })).filter(({ state }) => isOpen(state)),
  }
}
