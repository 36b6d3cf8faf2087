import { json, type Reader, type Tx } from '@open110/kit/server/db'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { move } from '@open110/kit/moves'
import { secondsBetween } from '@open110/kit/time'
import { contactOf, permit, type ContactPolicy, type Permit } from '@open110/modules/contact'
import { gistOf } from './report.card.server.ts'
import { openFusion } from './report.fusion.server.ts'
import { reportClimbed, reportMoved, reportRaised, reportSignal, reportTold } from './report.events.ts'
import * as store from './report.store.ts'
import { answerUrges } from './report.urge.store.ts'
import type { Stored } from './report.store.ts'
import { ladderSteps, reportMoves, type ReportView } from './report.ts'
import { asksForSilence, raisedBy } from './report.urgency.ts'

/** What the rest of the house may ask of reports; `main.ts` hands it on. */
export type Reports = ReturnType<typeof openReports>

/** Whose report it is and which desk answers for it: the facts that decide who may see it. */
export type Known = Pick<Stored, 'id' | 'citizen' | 'desk' | 'state' | 'incident' | 'receivedAt'>

const signalEverySeconds = 12
/** Rungs that an incident's work makes true; the two before them are the report's own. */
const incidentSteps = [...ladderSteps.slice(2), 'scene-done']

export function openReports() {
  const about = (report: { id: string; citizen: string; desk: string }) => ({
    report: report.id,
    citizen: report.citizen,
    desk: report.desk,
  })
  /** 保留 — what is not told to the phone any more is told to its desk alone. */
  const aboutWork = (report: Pick<Stored, 'id' | 'citizen' | 'desk' | 'withheldSince'>) => ({
    ...about(report),
    ...(report.withheldSince !== undefined && { citizen: 'withheld' }),
  })

  /** The desk that answers for it; another only for as long as it is shown what nobody has received. */
  function isAt(org: unknown, report: Pick<Stored, 'desk' | 'state' | 'overflowedTo'>): boolean {
    return report.desk === org || (report.state === 'delivered' && report.overflowedTo === org)
  }

  /** The report as far as this person may know of it; otherwise it does not exist for them (contract). */
  async function visibleTo(
    db: Reader,
    me: { id: string; kind: string; about: Readonly<Record<string, unknown>> },
    id: string,
  ): Promise<Stored | Refusal<'report.not-found'>> {
    const report = await db.maybe(store.reportById, { report: id })
    if (!report) return refuse('report.not-found')
    if (me.kind === 'citizen') return report.citizen === me.id ? report : refuse('report.not-found')
    return isAt(me.about['org'], report) ? report : refuse('report.not-found')
  }

  /** The report as it is now, if this desk may work on it. */
  async function atDesk(db: Reader, org: string, id: string): Promise<Stored | Refusal<'report.not-found'>> {
    const report = await db.maybe(store.reportById, { report: id })
    return report && isAt(org, report) ? report : refuse('report.not-found')
  }

  /** The same, held for a change. */
  async function held(tx: Tx, org: string, id: string): Promise<Stored | Refusal<'report.not-found'>> {
    await tx.run(store.holdReport, { report: id })
    return atDesk(tx, org, id)
  }

  async function setState(
    tx: Tx,
    report: Stored,
    name: keyof typeof reportMoves,
    now: string,
    outcome?: string,
  ) {
    const next = move(reportMoves, report.state, name, reportMoves[name].by)
    if (isRefusal(next)) return next
    await tx.run(store.markState, { report: report.id, state: next, outcome })
    tx.emit(reportMoved, now, { ...aboutWork(report), state: next })
    return next
  }

  /** A further rung becomes true, once. */
  async function climb(
    tx: Tx,
    report: Stored,
    step: ReportView['ladder'][number]['step'],
    now: string,
    by?: string,
  ) {
    const isNew = await tx.run(store.climb, { report: report.id, step, now, by })
    if (isNew) tx.emit(reportClimbed, now, { ...aboutWork(report), step, at: now })
  }

  /** There is more to read: told only to who may be told of progress. */
  function tellProgress(tx: Tx, _permit: Permit<'progress'>, report: Stored, now: string) {
    tx.emit(reportTold, now, about(report))
  }

  return {
    about,
    visibleTo,
    atDesk,
    held,
    setState,
    climb,
    gistOf,
    byId: (db: Reader, id: string) => db.maybe(store.reportById, { report: id }),
    byIds: async (db: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, Stored>> =>
      new Map((await db.all(store.reportsByIds, { reports: [...ids] })).map((report) => [report.id, report])),
    /** The desk that answers for it by now. */
    deskOf: async (db: Reader, id: string) => (await db.one(store.reportById, { report: id })).desk,
    ofIncident: (db: Reader, incident: string) => db.all(store.reportsOfIncident, { incident }),
    /** Desks at which a report waits to be received. */
    desksWaiting: async (db: Reader) => (await db.all(store.desksAnyWaiting)).map(({ desk }) => desk),
    fixesOf: (db: Reader, id: string) => db.all(store.fixesOf, { report: id }),
    supplementsOf: (db: Reader, id: string) => db.all(store.supplementsOf, { report: id }),

    /** Into an incident: accepted as its first report, or merged as a further one. */
    async join(
      tx: Tx,
      report: Stored,
      incident: { id: string; number: string },
      how: 'accept' | 'merge',
      now: string,
      by: string,
    ) {
      const next = move(reportMoves, report.state, how, ['call-taker'])
      if (isRefusal(next)) return next
      await tx.run(store.joinIncident, {
        report: report.id,
        incident: incident.id,
        number: incident.number,
        state: next,
      })
      tx.emit(reportMoved, now, { ...about(report), state: next })
      await climb(tx, { ...report, state: next }, 'accepted', now, by)
      return next
    },

    /** Out of an incident again. Who was told of its officers was told of somebody else's: those rungs go, and are given back. */
    async leave(tx: Tx, report: Stored, now: string) {
      const state = move(reportMoves, report.state, 'unmerge', ['call-taker'])
      if (isRefusal(state)) return state
      await tx.run(store.joinIncident, { report: report.id, state })
      const withdrawn = await tx.all(store.withdraw, { report: report.id, steps: [...incidentSteps] })
      tx.emit(reportMoved, now, { ...about(report), state })
      return withdrawn
    },

    ...openFusion(),

    /** The incident goes on after all: its reports are not done. */
    async revive(tx: Tx, incident: string, now: string): Promise<void> {
      for (const report of await tx.all(store.reportsOfIncident, { incident })) {
        const state = await setState(tx, report, 'revive', now)
        if (!isRefusal(state)) await tx.all(store.withdraw, { report: report.id, steps: ['done'] })
      }
    },

    /** 作废 — the incident was none, and neither was what it was accepted for; its reporters are told why. */
    async annul(tx: Tx, incident: string, now: string, reason?: string): Promise<void> {
      for (const report of await tx.all(store.reportsOfIncident, { incident }))
        await setState(tx, report, 'annul', now, reason)
    },

    /** The incident was one after all: the report that it was accepted for is so again, the others are part of it. */
    async reinstate(tx: Tx, incident: string, main: string | undefined, now: string): Promise<void> {
      for (const report of await tx.all(store.reportsOfIncident, { incident }))
        await setState(tx, report, report.id === main ? 'reinstate' : 'rejoin', now)
    },

    /** 联络策略 — what a person at the desk has set. */
    setContact: (
      tx: Tx,
      report: string,
      contact: ContactPolicy & { readonly by: string; readonly at: string },
    ) => tx.run(store.setContact, { report, contact: json(contact) }),

    /** 来话 — the reporter has said something. Whether they have asked for silence with it, for the first time. */
    async heard(
      tx: Tx,
      report: string,
      said: { words?: string | undefined; isHushed?: boolean },
      now: string,
    ): Promise<boolean> {
      const isHushed = said.isHushed === true || asksForSilence(said.words ?? '')
      const { isNewlyHushed, urgency, reasons, ...whose } = await tx.one(store.noteHeard, {
        report,
        isHushed,
        now,
      })
      const raised = raisedBy({ level: urgency, reasons }, said.words ?? '')
      if (raised) {
        await tx.run(store.markRaised, { report, ...raised })
        tx.emit(reportRaised, now, { report, ...whose, urgency: raised.level })
      }
      return isNewlyHushed
    },

    /** Every report of an incident mirrors what its units do; only what is true is told. */
    async mirror(
      tx: Tx,
      incident: string,
      step: 'dispatched' | 'en-route' | 'on-scene' | 'done',
      now: string,
      by?: string,
    ) {
      for (const report of await tx.all(store.reportsOfIncident, { incident })) {
        await climb(tx, report, step, now, by)
        const name = step === 'done' ? 'finish' : 'handle'
        const next = move(reportMoves, report.state, name, ['system'])
        if (isRefusal(next)) continue
        await tx.run(store.markState, { report: report.id, state: next })
        tx.emit(reportMoved, now, { ...aboutWork(report), state: next })
      }
    },

    /** 进展 — there is more to read for those reporters of the incident who may be told of it. */
    async tell(tx: Tx, incident: string, now: string): Promise<void> {
      for (const report of await tx.all(store.reportsOfIncident, { incident })) {
        const may = permit(contactOf(report, now), 'progress', now)
        if (!isRefusal(may)) tellProgress(tx, may, report, now)
      }
    },

    /** 处置完毕 — no rung of its own; its reporter reads it where progress may be told. */
    async settled(tx: Tx, incident: string, now: string): Promise<void> {
      for (const report of await tx.all(store.reportsOfIncident, { incident }))
        await tx.run(store.climb, { report: report.id, step: 'scene-done', now })
    },

    /** A message of the desk answers what was urged until then. */
    answerUrges: (tx: Tx, report: string, now: string) => tx.run(answerUrges, { report, now }),

    noteAnswer: (tx: Tx, report: string, field: string, value: string) =>
      tx.one(store.noteAnswer, { report, field, value }),
    countAttachment: (tx: Tx, report: string) => tx.run(store.countAttachment, { report }),

    /** The citizen's phone was heard: each open report's desk is told, not more often than it can matter. */
    async signal(tx: Tx, citizen: string, now: string): Promise<void> {
      for (const report of await tx.all(store.openReportsOfCitizen, { citizen })) {
        if (report.lastSignalAt && secondsBetween(report.lastSignalAt, now) < signalEverySeconds) continue
        await tx.run(store.noteSignal, { report: report.id, now })
        tx.emit(reportSignal, now, { report: report.id, citizen, desk: report.desk, at: now })
      }
    },
  }
}
