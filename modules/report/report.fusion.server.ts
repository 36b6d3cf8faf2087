import { isRefusal } from '@open110/kit/refuse'
import { move } from '@open110/kit/moves'
import type { Reader, Tx } from '@open110/kit/server/db'
import { reportMoved, reportTaken } from './report.events.ts'
import { gistOf } from './report.card.server.ts'
import * as fusion from './report.fusion.store.ts'
import * as store from './report.store.ts'
import { reportMoves } from './report.ts'

/** 并案与比对 — what others ask of reports in order to see that several are one event. */
export function openFusion() {
  return {
    /** With their incident into another one: each dialogue stays, and so does whatever was told. */
    async carry(
      tx: Tx,
      reports: readonly string[],
      into: { id: string; number: string },
      now: string,
    ): Promise<void> {
      for (const id of reports) {
        const report = await tx.one(store.reportById, { report: id })
        const next = move(reportMoves, report.state, 'carry', ['system'])
        const state = isRefusal(next) ? report.state : next
        await tx.run(store.joinIncident, { report: id, incident: into.id, number: into.number, state })
        tx.emit(reportMoved, now, { report: id, citizen: report.citizen, desk: report.desk, state })
      }
    },

    /** Back with their own incident. What was told of the other's officers since then goes, and is given back. */
    async part(
      tx: Tx,
      reports: readonly { report: string; wasMain: boolean; at: string }[],
      incident: { id: string; number: string },
      now: string,
    ): Promise<{ report: string; step: string; at: string }[]> {
      const withdrawn: { report: string; step: string; at: string }[] = []
      for (const { report: id, wasMain, at } of reports) {
        const report = await tx.one(store.reportById, { report: id })
        const isStillMerged = report.state === 'merged' && !wasMain
        const next = move(reportMoves, report.state, 'part', reportMoves.part.by)
        const state = isStillMerged || isRefusal(next) ? report.state : next
        await tx.run(store.joinIncident, {
          report: id,
          incident: incident.id,
          number: incident.number,
          state,
        })
        for (const rung of await tx.all(fusion.withdrawSince, { report: id, since: at }))
          withdrawn.push({ report: id, ...rung })
        tx.emit(reportMoved, now, { report: id, citizen: report.citizen, desk: report.desk, state })
      }
      return withdrawn
    },

    /** Reports of a desk that are no incident yet, the newest first, each with its best point. */
    async undecided(db: Reader, desk: string, since: string) {
      const rows = await db.all(fusion.undecidedOfDesk, { desk, since })
      return rows.map(({ lng, lat, ...row }) => ({
        ...row,
        gist: gistOf(row),
        wgs84: lng === undefined || lat === undefined ? undefined : { lng, lat },
      }))
    },

    /** Reports delivered in this time by the way in which they came; what was declined or invalid had no effect. */
    volumeOf: (db: Reader, span: { desk: string; from: string; to: string }) =>
      db.all(fusion.volumeByMode, span),

    /** What this person has received and not decided yet. */
    async ownedBy(db: Reader, desk: string, staff: string) {
      const rows = await db.all(fusion.ownedOfDesk, { desk, staff })
      return rows.map((row) => ({ ...row, gist: gistOf(row) }))
    },

    /** 责任转移 — only what the outgoing person still answers for passes on; the desk hears who has it now. */
    async passOn(
      tx: Tx,
      what: { reports: readonly string[]; incidents: readonly string[] },
      from: string,
      to: { staff: string; name: string; seat: number },
      now: string,
    ): Promise<void> {
      const { staff, name, seat } = to
      const given = {
        reports: [...what.reports],
        incidents: [...what.incidents],
        from,
        staff,
        name,
        seat,
        now,
      }
      for (const { id, citizen, desk } of await tx.all(fusion.passOn, given))
        tx.emit(reportTaken, now, { report: id, citizen, desk, seat, how: 'take' })
    },
  }
}
