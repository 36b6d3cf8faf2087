import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { move } from '@open110/kit/moves'
import type { Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { staffOf } from '@open110/modules/staff'
import * as api from './incident.fusion.api.ts'
import * as fusion from './incident.fusion.store.ts'
import { similarOf } from './incident.hint.server.ts'
import type { Neighbours } from './incident.server.ts'
import * as store from './incident.store.ts'
import { incidentMoves, isEnded } from './incident.ts'

/** 并案 — many reports, one event: joined and parted by people, each reporter still answered for themselves (LD, P6). */
export function fusionRoutes(
  near: Pick<Neighbours, 'audit' | 'reports' | 'incidents' | 'slipsOf'>,
): Answer[] {
  const { incidents, reports } = near

  /** A refused move changes nothing, and is on record all the same (domain §3.4). */
  async function turnDown<No extends Refusal>(
    tx: Tx,
    staff: { id: string },
    of: { id: string; state: string },
    name: string,
    no: No,
    now: string,
  ) {
    const facts = { move: name, state: of.state }
    await near.audit(tx, now, { actor: staff.id, act: `refused:${no.refused}`, object: of.id, facts })
    tx.remember()
    return no
  }

  /** The record of the incident has changed: who works on it, or drives to it, fetches it again. */
  async function changed(
    tx: Tx,
    incident: { id: string; desk: string; state: string },
    by: string,
    now: string,
    what: string,
    words?: string,
  ) {
    await tx.run(fusion.unpinView, { incident: incident.id })
    await tx.run(store.touch, { incident: incident.id, now, by })
    await incidents.note(tx, incident.id, now, what, by, words)
    await incidents.tell(tx, incident, incident.state, now, false)
  }

  return [
    answer(api.similar, async ({ params }, { me, db, now }) => {
      const report = await reports.visibleTo(db, me, params.report)
      if (isRefusal(report)) return report
      // A desk that is shown another's report compares it with its own and with nobody else's.
      return similarOf(reports, db, { ...report, desk: staffOf(me).org }, now)
    }),

    answer(api.mergeReport, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await incidents.held(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      if (isEnded(incident.state)) return refuse('incident.already-closed')
      const report = await reports.held(tx, staff.org, body.report)
      if (isRefusal(report)) return report
      const no = <No extends Refusal>(refusal: No) => turnDown(tx, staff, report, 'merge', refusal, now)
      if (!report.receivedAt) return no(refuse('report.not-received'))
      if (report.incident) return no(refuse('report.already-merged', { number: report.incidentNumber }))
      const joined = await reports.join(tx, report, incident, 'merge', now, report.deskName)
      if (isRefusal(joined)) return no(joined)
      await tx.run(store.addReportTo, {
        incident: incident.id,
        report: report.id,
        isMain: false,
        now,
        by: staff.id,
      })
      await changed(tx, incident, staff.name, now, 'incident.merge-report', report.receiptCode)
      const facts = { report: report.id }
      await near.audit(tx, now, { actor: staff.id, act: 'incident.merge-report', object: incident.id, facts })
      return { incident: incident.id, report: report.id }
    }),

    answer(api.unmergeReport, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await incidents.held(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      const report = await reports.held(tx, staff.org, params.report)
      if (isRefusal(report)) return report
      const no = <No extends Refusal>(refusal: No) => turnDown(tx, staff, report, 'unmerge', refusal, now)
      const reason = body.reason?.trim()
      if (!reason) return no(refuse('reason.missing'))
      const place = await tx.maybe(fusion.isMainOf, { incident: incident.id, report: report.id })
      if (!place || place.isMain) return no(refuse('report.not-merged'))
      const brought = await tx.maybe(fusion.broughtBy, { report: report.id })
      if (brought) return no(refuse('incident.unmerge-first', { number: brought.number }))
      const withdrawn = await reports.leave(tx, report, now)
      if (isRefusal(withdrawn)) return no(withdrawn)
      await tx.run(fusion.removeReport, { incident: incident.id, report: report.id })
      await tx.run(fusion.forgetReport, { report: report.id })
      await changed(tx, incident, staff.name, now, 'incident.unmerge-report', reason)
      const facts = { report: report.id, reason, withdrawn }
      await near.audit(tx, now, {
        actor: staff.id,
        act: 'incident.unmerge-report',
        object: incident.id,
        facts,
      })
      return { report: report.id }
    }),

    answer(api.mergeIncident, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      // Held in the order of their ids: two who merge crosswise wait for each other and never in a circle.
      for (const id of [params.incident, body.into].toSorted()) {
        const one = await incidents.held(tx, staff.org, id)
        if (isRefusal(one)) return one
      }
      const incident = await incidents.held(tx, staff.org, params.incident)
      const into = await incidents.held(tx, staff.org, body.into)
      if (isRefusal(incident)) return incident
      if (isRefusal(into)) return into
      const no = (
        refusal: Refusal<'incident.merge-invalid' | 'incident.already-closed' | 'incident.slips-open'>,
      ) => turnDown(tx, staff, incident, 'merge', refusal, now)
      const next = move(incidentMoves, incident.state, 'merge', staff.roles)
      if (isRefusal(next)) return turnDown(tx, staff, incident, 'merge', next, now)
      if (incident.id === into.id) return no(refuse('incident.merge-invalid'))
      if (isEnded(into.state)) return no(refuse('incident.already-closed', { number: into.number }))
      const open = (await near.slipsOf(tx, [incident.id])).get(incident.id)?.open ?? 0
      if (open > 0) return no(refuse('incident.slips-open', { open }))
      await tx.run(fusion.keepFusion, { merged: incident.id, now })
      const carried = await tx.all(fusion.carryReports, { merged: incident.id, into: into.id })
      await reports.carry(
        tx,
        carried.map(({ report }) => report),
        into,
        now,
      )
      const moved = await incidents.go(tx, incident, 'merge', staff.roles, staff.name, now, {
        reason: into.number,
        mergedInto: into.id,
      })
      if (isRefusal(moved)) return moved
      await tx.run(fusion.joinDangers, { into: into.id, dangers: incident.dangers })
      await changed(tx, into, staff.name, now, 'incident.merged-in', incident.number)
      const facts = { into: into.id, reports: carried.map(({ report }) => report) }
      await near.audit(tx, now, { actor: staff.id, act: 'incident.merge', object: incident.id, facts })
      return { state: moved.state, into: into.id }
    }),

    answer(api.unmergeIncident, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const seen = await incidents.visibleTo(tx, staff.org, params.incident)
      if (isRefusal(seen)) return seen
      const { id: root } = await tx.one(fusion.rootOf, { incident: seen.id })
      for (const id of [seen.id, root].toSorted()) await incidents.held(tx, staff.org, id)
      const incident = await incidents.held(tx, staff.org, seen.id)
      if (isRefusal(incident)) return incident
      const next = move(incidentMoves, incident.state, 'unmerge', staff.roles)
      if (isRefusal(next)) return turnDown(tx, staff, incident, 'unmerge', next, now)
      const reason = body.reason?.trim()
      if (!reason) return turnDown(tx, staff, incident, 'unmerge', refuse('reason.missing'), now)
      const whole = await incidents.held(tx, staff.org, root)
      if (isRefusal(whole)) return whole
      const back = await tx.all(fusion.carryBack, { merged: incident.id, root })
      const withdrawn = await reports.part(tx, back, incident, now)
      await tx.run(fusion.forgetFusion, { merged: incident.id, reports: back.map(({ report }) => report) })
      const moved = await incidents.go(tx, incident, 'unmerge', staff.roles, staff.name, now, { reason })
      if (isRefusal(moved)) return moved
      await incidents.settle(tx, incident.id, staff.name, now)
      await changed(tx, whole, staff.name, now, 'incident.parted', `${incident.number} ${reason}`)
      const facts = { from: root, reason, withdrawn }
      await near.audit(tx, now, { actor: staff.id, act: 'incident.unmerge', object: incident.id, facts })
      const { state } = await tx.one(store.incidentById, { incident: incident.id })
      return { state }
    }),

    answer(api.bestView, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await incidents.held(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      const report = body.report ?? undefined
      if (report && !(await tx.maybe(fusion.isMainOf, { incident: incident.id, report })))
        return refuse('report.not-merged')
      await tx.run(fusion.pinView, { incident: incident.id, report })
      await incidents.tell(tx, incident, incident.state, now, false)
      await near.audit(tx, now, {
        actor: staff.id,
        act: 'incident.pin-view',
        object: incident.id,
        facts: { report },
      })
      return { report }
    }),

    answer(api.counts, async ({ query }, { me, db }) => {
      const span = { desk: staffOf(me).org, from: query.from, to: query.to }
      const levels = await db.all(fusion.volumeOfDesk, span)
      const byMode = await reports.volumeOf(db, span)
      const { count: mergedReports } = await db.one(fusion.furtherReports, span)
      const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
      return {
        from: query.from,
        to: query.to,
        reports: sum(byMode.map((mode) => mode.reports)),
        effective: sum(byMode.map((mode) => mode.effective)),
        mergedReports,
        byMode,
        incidents: sum(levels.map((level) => level.incidents)),
        mergedIncidents: sum(levels.map((level) => level.merged)),
        byLevel: levels.map(({ level, incidents: count }) => ({ level, incidents: count })),
      }
    }),
  ]
}
