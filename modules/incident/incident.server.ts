import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { move } from '@open110/kit/moves'
import { json, type Reader, type Tx } from '@open110/kit/server/db'
import type { Reports } from '@open110/modules/report/server'
import { incidentChanged, incidentMoved } from './incident.events.ts'
import * as store from './incident.store.ts'
import type { StoredIncident } from './incident.store.ts'
import { incidentMoves, openByHand, type Incident, type IncidentRow, type IncidentState } from './incident.ts'

export type Incidents = ReturnType<typeof openIncidents>

/** Who acts, as far as the table of moves and the timeline need to know. */
export type Actor = { id: string; name: string; org: string; roles: readonly string[] }

/** What the slips of an incident make of it: the move that leads to this state. */
const projections = {
  dispatched: 'dispatch',
  'en-route': 'set-out',
  'on-scene': 'arrive',
  'scene-done': 'settle',
  reported: 'report',
  accepted: 'stand-down',
} as const

export function openIncidents(near: {
  reports: Reports
  unitsOf: (db: Reader, incident: string) => Promise<string[]>
}) {
  const { reports } = near

  async function visibleTo(
    db: Reader,
    org: string,
    id: string,
  ): Promise<StoredIncident | Refusal<'incident.not-found'>> {
    const incident = await db.maybe(store.incidentById, { incident: id })
    return incident?.desk === org ? incident : refuse('incident.not-found')
  }

  async function held(
    tx: Tx,
    org: string,
    id: string,
  ): Promise<StoredIncident | Refusal<'incident.not-found'>> {
    const incident = await tx.maybe(store.incidentForUpdate, { incident: id })
    return incident?.desk === org ? incident : refuse('incident.not-found')
  }

  const note = (tx: Tx, incident: string, now: string, what: string, by?: string, words?: string) =>
    tx.run(store.addStep, { incident, now, what, by, note: words })

  async function tell(
    tx: Tx,
    incident: { id: string; desk: string },
    state: string,
    now: string,
    moved: boolean,
  ) {
    const units = await near.unitsOf(tx, incident.id)
    tx.emit(moved ? incidentMoved : incidentChanged, now, {
      incident: incident.id,
      desk: incident.desk,
      state,
      units,
    })
  }

  /** The move, its time line entry and its event, in one place for hands and for slips. */
  async function go(
    tx: Tx,
    incident: StoredIncident,
    name: keyof typeof incidentMoves,
    roles: readonly string[],
    by: string,
    now: string,
    more: { reason?: string | undefined; nextAt?: string | undefined } = {},
  ): Promise<{ state: IncidentState; version: number } | Refusal<'move.not-now' | 'move.denied'>> {
    const state = move(incidentMoves, incident.state, name, roles)
    if (isRefusal(state)) return state
    const closeReason = name === 'close' || name === 'invalidate' ? more.reason : undefined
    const { version } = await tx.one(store.markState, {
      incident: incident.id,
      state,
      closeReason,
      nextAt: more.nextAt,
      now,
      by,
    })
    await note(tx, incident.id, now, `incident.${name}`, by, more.reason)
    await tell(tx, incident, state, now, true)
    return { state, version }
  }

  return {
    visibleTo,
    held,
    go,
    note,
    tell,

    stateOf: async (db: Reader, id: string) => (await db.maybe(store.incidentById, { incident: id }))?.state,

    statesOf: async (db: Reader, ids: readonly string[]) =>
      new Map((await db.all(store.statesOf, { incidents: [...ids] })).map(({ id, state }) => [id, state])),

    async whole(db: Reader, incident: StoredIncident, roles: readonly string[]): Promise<Incident> {
      const timeline = await db.all(store.stepsOf, { incident: incident.id })
      const joined = await reports.ofIncident(db, incident.id)
      const main = await db.maybe(store.mainReport, { incident: incident.id })
      const beside = <Value>(field: string, initial: Value, confirmed: Value | undefined) => ({
        initial,
        confirmed,
        confirmedBy: incident.confirmed[field]?.by,
        confirmedAt: incident.confirmed[field]?.at,
      })
      return {
        id: incident.id as Incident['id'],
        number: incident.number,
        state: incident.state,
        desk: incident.desk,
        level: beside('level', incident.levelInitial, incident.levelConfirmed),
        category: beside('category', incident.categoryInitial, incident.categoryConfirmed),
        place: beside('place', incident.placeInitial, incident.placeConfirmed),
        narrative: incident.narrative,
        dangers: incident.dangers,
        facts: incident.facts,
        // One reporter in danger is enough, whichever report was the first and whenever they said so.
        callSafe: incident.callSafe && joined.every(({ callSafe }) => callSafe),
        reports: joined.map((report) => ({
          id: report.id,
          receiptCode: report.receiptCode,
          gist: reports.gistOf(report),
          deliveredAt: report.deliveredAt,
          isMain: report.id === main?.report,
        })),
        mergedInto: incident.mergedInto,
        closeReason: incident.closeReason,
        nextAt: incident.nextAt,
        acceptedAt: incident.acceptedAt,
        acceptedBy: incident.acceptedBy,
        version: incident.version,
        timeline,
        openMoves: openByHand(incident.state, roles),
      }
    },

    /** The incident follows its slips. What the table does not allow from here is left as it is. */
    async project(
      tx: Tx,
      id: string,
      state: keyof typeof projections,
      by: string,
      now: string,
    ): Promise<void> {
      const incident = await tx.one(store.incidentForUpdate, { incident: id })
      if (incident.state === state) return tell(tx, incident, state, now, false)
      await go(tx, incident, projections[state], ['system'], by, now)
    },

    /** What hangs on one of its reports is another: whoever works on it, or drives to it, fetches it again. */
    async refresh(tx: Tx, id: string, now: string): Promise<void> {
      const incident = await tx.one(store.incidentById, { incident: id })
      await tell(tx, incident, incident.state, now, false)
    },

    async fillFact(tx: Tx, id: string, field: string, value: string, now: string): Promise<void> {
      const fact = json({ value, from: 'answer', at: now })
      const filled = await tx.maybe(store.fillFact, { incident: id, field, fact, now })
      if (filled) await tell(tx, { id, desk: filled.desk }, filled.state, now, false)
    },
  }
}

export function rowOf(incident: StoredIncident & { reports: number }, openSlips: number): IncidentRow {
  const place = incident.placeConfirmed ?? incident.placeInitial
  const gist = incident.narrative.replace(/\s+/g, ' ').slice(0, 60)
  return {
    id: incident.id as IncidentRow['id'],
    number: incident.number,
    state: incident.state,
    level: incident.levelConfirmed ?? incident.levelInitial,
    category: incident.categoryConfirmed ?? incident.categoryInitial,
    place: place.words ?? '',
    gist,
    wgs84: place.wgs84,
    dangers: incident.dangers,
    reports: incident.reports,
    openSlips,
    acceptedAt: incident.acceptedAt,
    changedAt: incident.changedAt,
  }
}
