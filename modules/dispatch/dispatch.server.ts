import { openMoves } from '@open110/kit/moves'
import type { Reader, Tx } from '@open110/kit/server/db'
import { secondsBetween } from '@open110/kit/time'
import type { UnitState } from '@open110/modules/unit'
import type { Units } from '@open110/modules/unit/server'
import * as backupStore from './dispatch.backup.store.ts'
import * as feedbackStore from './dispatch.feedback.store.ts'
import type { StoredFeedback } from './dispatch.feedback.store.ts'
import * as readbackStore from './dispatch.readback.store.ts'
import { asksUnit, isOpen, isTold, unitStateOf, type SlipRole } from './dispatch.steps.ts'
import * as store from './dispatch.store.ts'
import type { StoredSlip } from './dispatch.store.ts'
import { slipMoves, type Feedback, type FeedbackSheet, type Slip } from './dispatch.ts'

/** What the rest of the house may ask of slips and units; `main.ts` hands it on. */
export type Dispatch = ReturnType<typeof openDispatch>

export function sheetOf({
  lng,
  lat,
  incident: _,
  desk: __,
  unit: ___,
  ...sheet
}: StoredFeedback): FeedbackSheet {
  return { ...sheet, wgs84: lng === undefined || lat === undefined ? undefined : { lng, lat } }
}

/** What a unit took is handed in so long after its slip has ended. */
const lateSeconds = 12 * 3_600

export function openDispatch(near: { units: Pick<Units, 'byId' | 'follow'> }) {
  /** Slips with everything that hangs on them, and the buttons of whoever looks. */
  async function whole(
    db: Reader,
    slips: readonly StoredSlip[],
    roles: readonly SlipRole[],
  ): Promise<Slip[]> {
    if (slips.length === 0) return []
    const ids = { slips: slips.map(({ id }) => id) }
    const [steps, feedbacks, words, readbacks, backups] = await Promise.all([
      db.all(store.stepsOf, ids),
      db.all(feedbackStore.feedbacksOf, ids),
      db.all(readbackStore.wordsOf, ids),
      db.all(readbackStore.readbacksOf, ids),
      db.all(backupStore.backupsOf, ids),
    ])
    return slips.map(({ desk: _, ...slip }): Slip => {
      // What a unit has not handed in is its own.
      const sheets = feedbacks.filter(
        (one) => one.slip === slip.id && (one.state !== 'draft' || roles.includes('unit')),
      )
      const final = sheets.find(
        ({ type, number }) => (type === 'final' || type === 'joint') && number !== undefined,
      )
      return {
        ...slip,
        times: steps.filter((step) => step.slip === slip.id).map(({ slip: _slip, ...step }) => step),
        feedback: final?.content as Feedback | undefined,
        feedbacks: sheets.map(sheetOf),
        dialogue: words.filter((one) => one.slip === slip.id).map(({ slip: _slip, ...word }) => word),
        unread: asksUnit(slip.state)
          ? readbacks.filter((one) => one.slip === slip.id).map(({ slip: _slip, ...one }) => one)
          : [],
        backups: backups.filter((one) => one.slip === slip.id).map(({ desk: _desk, ...backup }) => backup),
        openMoves: openMoves(slipMoves, slip.state, roles),
      }
    })
  }

  const openStates = async (db: Reader, unit: string) =>
    (await db.all(store.openStatesOfUnit, { unit })).map(({ state }) => state)

  /** The unit's state follows its slips; one that takes a step is no more out of service. */
  async function settleUnit(tx: Tx, id: string, now: string, isItsStep = false): Promise<void> {
    const unit = await near.units.byId(tx, id)
    if (!unit) return
    const states = await openStates(tx, id)
    const openSlips = states.filter(asksUnit).length
    const state = unitStateOf(isItsStep && unit.state === 'out' ? 'ready' : unit.state, states)
    await near.units.follow(tx, unit, now, { state, openSlips })
  }

  /** Units that know of the incident and are not done with it. */
  async function sent(db: Reader, incident: string) {
    return (await db.all(store.openUnitsOf, { incident })).filter(({ state }) => isTold(state))
  }

  return {
    whole,
    settleUnit,

    /** What its open slips make of a unit that says this of itself. */
    stateOf: async (db: Reader, unit: string, said: UnitState) =>
      unitStateOf(said, await openStates(db, unit)),

    /** Units with an open slip of the incident. */
    unitsOf: async (db: Reader, incident: string) => (await sent(db, incident)).map(({ unit }) => unit),

    /** Those of them that may know of the people in it: a task is no reason to. */
    informedOf: async (db: Reader, incident: string) =>
      (await sent(db, incident)).filter(({ kind }) => kind !== 'task').map(({ unit }) => unit),

    /** Units that are sent or thought of, for whoever looks for the next one. */
    takenBy: async (db: Reader, incident: string) =>
      (await db.all(store.openUnitsOf, { incident })).map(({ unit }) => unit),

    /** Of each incident that has slips: how many are not ended, and how many were reported with feedback. */
    async slipsOf(
      db: Reader,
      incidents: readonly string[],
    ): Promise<ReadonlyMap<string, { open: number; reported: number }>> {
      if (incidents.length === 0) return new Map()
      const counts = await db.all(store.countsOf, { incidents: [...incidents] })
      return new Map(counts.map(({ incident, ...count }) => [incident, count]))
    },

    /** Whether the unit has an open slip of the incident that lets it know the people in it. */
    async isSentTo(db: Reader, unit: string, incident: string): Promise<boolean> {
      return (await sent(db, incident)).some((one) => one.unit === unit && one.kind !== 'task')
    },

    /**
     * 出警任务 — whether what a unit took on an incident is still wanted, as of the moment at which it began to hand it in. A
     * body camera is read out after the slip has ended; who was called off before it signed was never there.
     */
    async errandOf(
      db: Reader,
      unit: string,
      incident: string,
      at: string,
    ): Promise<'open' | 'late' | undefined> {
      const errands = await db.all(store.errandsOf, { unit, incident })
      if (errands.some(({ state, endedAt }) => isTold(state) || (endedAt !== undefined && at <= endedAt)))
        return 'open'
      const isLate = errands.some(
        ({ endedAt }) => endedAt !== undefined && secondsBetween(endedAt, at) <= lateSeconds,
      )
      return isLate ? 'late' : undefined
    },

    /** Slips of the incident that are not ended, for whoever sends the next one. */
    openOf: async (db: Reader, incident: string) =>
      (await db.all(store.slipsOfIncident, { incident })).filter(({ state }) => isOpen(state)),

    /** What officers wrote for whoever reported, a sentence each. */
    saidToReporters: (db: Reader, incident: string) => db.all(feedbackStore.saidToReporters, { incident }),

    /** How far each unit of an incident has read back what. */
    acknowledgedUpTo: (db: Reader, incident: string) => db.all(readbackStore.readUpTo, { incident }),
  }
}
