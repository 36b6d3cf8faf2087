import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { move } from '@open110/kit/moves'
import { json, type Reader, type Tx } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import type { Ids } from '@open110/kit/ids'
import type { Look, Record as Audit } from '@open110/modules/audit/server'
import { contactOf, mayReach, strictestOf } from '@open110/modules/contact'
import type { Reports } from '@open110/modules/report/server'
import { incidentChanged, incidentMoved } from './incident.events.ts'
import { categoryPath } from './incident.category.ts'
import { policyFrom, type IncidentPolicy } from './incident.policy.ts'
import * as fusion from './incident.fusion.store.ts'
import { asksOf, forgetAsks, lockOf } from './incident.lock.store.ts'
import * as store from './incident.store.ts'
import type { StoredIncident } from './incident.store.ts'
import { incidentMoves, openByHand, type Incident, type IncidentRow, type IncidentState } from './incident.ts'

/** Of each incident that has slips: how many are not ended, and how many were reported with feedback. */
export type SlipsOf = (
  db: Reader,
  incidents: readonly string[],
) => Promise<ReadonlyMap<string, { open: number; reported: number }>>

export type Incidents = ReturnType<typeof openIncidents>

/** What incidents need of their neighbours, handed in by `main.ts`. */
export type Neighbours = {
  ids: Ids
  audit: Audit
  /** Put on record, once for a while, that somebody has looked. */
  look: Look
  reports: Reports
  incidents: Incidents
  divisionOf: (db: Reader, desk: string) => Promise<string>
  slipsOf: SlipsOf
  /** Whether this unit has a slip of the incident. */
  isSentTo: (db: Reader, unit: string, incident: string) => Promise<boolean>
  seatOfStaff: (db: Reader, staff: string) => Promise<{ desk: string; seat: number } | undefined>
}

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
  slipsOf: SlipsOf
}) {
  const { reports } = near

  /** The policy in force at this moment. */
  const policyOf = async (db: Reader, desk: string, now: string): Promise<IncidentPolicy> =>
    policyFrom((await db.maybe(store.policyAt, { desk, now }))?.policy)

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
    more: {
      reason?: string | undefined
      code?: string | undefined
      nextAt?: string | undefined
      mergedInto?: string | undefined
      /** What the timeline calls it, where nobody has pressed anything. */
      byItself?: string
    } = {},
  ): Promise<{ state: IncidentState; version: number } | Refusal<'move.not-now' | 'move.denied'>> {
    const state = move(incidentMoves, incident.state, name, roles)
    if (isRefusal(state)) return state
    const closeReason = name === 'close' || name === 'invalidate' ? more.reason : undefined
    const { version } = await tx.one(store.markState, {
      incident: incident.id,
      state,
      closeReason,
      closeCode: name === 'close' ? more.code : undefined,
      mergedInto: more.mergedInto,
      nextAt: more.nextAt,
      now,
      by,
    })
    await tx.run(forgetAsks, { incident: incident.id })
    if (more.byItself) await note(tx, incident.id, now, more.byItself)
    else await note(tx, incident.id, now, `incident.${name}`, by, more.reason)
    await tell(tx, incident, state, now, true)
    return { state, version }
  }

  /** What stood still follows its slips again: those that were reported with feedback say so. */
  async function settle(tx: Tx, id: string, by: string, now: string): Promise<void> {
    const slips = (await near.slipsOf(tx, [id])).get(id)
    if (!slips || slips.open > 0 || slips.reported === 0) return
    await go(tx, await tx.one(store.incidentForUpdate, { incident: id }), 'report', ['system'], by, now)
  }

  return {
    visibleTo,
    held,
    go,
    settle,
    policyOf,
    note,
    tell,

    stateOf: async (db: Reader, id: string) => (await db.maybe(store.incidentById, { incident: id }))?.state,

    /** 级别 — as confirmed, else as first given. */
    levelOf: async (db: Reader, id: string) => {
      const incident = await db.maybe(store.incidentById, { incident: id })
      return incident?.levelConfirmed ?? incident?.levelInitial
    },

    statesOf: async (db: Reader, ids: readonly string[]) =>
      new Map((await db.all(store.statesOf, { incidents: [...ids] })).map(({ id, state }) => [id, state])),

    /** What this person answers for and that is not ended. */
    ownedBy: async (db: Reader, desk: string, staff: string) =>
      (await db.all(store.ownedBy, { desk, staff })).map((incident) => rowOf(incident, 0)),

    /** 责任转移 — signed for by another person of the desk; what has changed hands meanwhile stays where it is. */
    async passOn(
      tx: Tx,
      incidents: readonly string[],
      from: { staff: string; name: string },
      to: { staff: string; name: string },
      now: string,
    ): Promise<void> {
      const passed = await tx.all(store.passOn, {
        incidents: [...incidents],
        from: from.staff,
        to: to.staff,
        name: to.name,
      })
      for (const { id } of passed) {
        await note(tx, id, now, 'desk.handed-over', to.name, `${from.name} → ${to.name}`)
        const incident = await tx.one(store.incidentById, { incident: id })
        await tell(tx, incident, incident.state, now, false)
      }
    },

    /** 最佳视角 — the report whose pictures are shown first, if somebody has said so. */
    bestViewOf: async (db: Reader, id: string) =>
      (await db.maybe(store.incidentById, { incident: id }))?.bestView,

    async whole(
      db: Reader,
      incident: StoredIncident,
      roles: readonly string[],
      now: string,
    ): Promise<Incident> {
      const about = { incident: incident.id }
      const timeline = await db.all(store.stepsOf, about)
      const joined = await reports.ofIncident(db, incident.id)
      const main = await db.maybe(store.mainReport, about)
      const lock = await db.maybe(lockOf, { ...about, now })
      const { secondPersonSeconds } = await policyOf(db, incident.desk, now)
      const contact = strictestOf(joined.map((report) => contactOf(report, now)))
      const asks = await db.all(asksOf, { ...about, since: plusSeconds(now, -secondPersonSeconds) })
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
        callSafe: incident.callSafe && mayReach(contact, 'call'),
        contact,
        reports: joined.map((report) => ({
          id: report.id,
          receiptCode: report.receiptCode,
          gist: reports.gistOf(report),
          deliveredAt: report.deliveredAt,
          isMain: report.id === main?.report,
          isCovert: !mayReach(contactOf(report, now), 'sound'),
        })),
        mergedInto:
          incident.mergedInto === undefined
            ? undefined
            : await db.one(fusion.numberOf, { incident: incident.mergedInto }),
        fused: await db.all(fusion.fusedInto, about),
        bestView: incident.bestView,
        closeReason: incident.closeReason,
        closeCode: incident.closeCode,
        nextAt: incident.nextAt,
        acceptedAt: incident.acceptedAt,
        acceptedBy: incident.acceptedBy,
        owner: { staff: incident.owner, name: incident.ownerName ?? incident.acceptedBy },
        lock: lock && { staff: lock.staff, name: lock.staffName, until: lock.until },
        asks: asks.map((ask) => ({
          move: ask.move,
          staff: ask.staff,
          by: ask.staffName,
          until: plusSeconds(ask.askedAt, secondPersonSeconds),
        })),
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

    /** 核定类别 — as the unit found it and the dispatcher accepted it; what a person has confirmed before stays. */
    async confirmCategory(
      tx: Tx,
      id: string,
      found: { category: string; by: string },
      now: string,
    ): Promise<void> {
      const { category, by } = found
      const mark = json({ by, at: now })
      const changed = await tx.maybe(store.confirmCategory, { incident: id, category, mark, now, by })
      if (!changed) return
      await note(tx, id, now, 'incident.category-found', by, categoryPath(category))
      await tell(tx, { id, desk: changed.desk }, changed.state, now, false)
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
