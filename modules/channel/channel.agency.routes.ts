import { refuse } from '@open110/kit/refuse'
import type { Reader } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import type { GivesOf } from '@open110/kit/route'
import type { Look, Record as Audit } from '@open110/modules/audit/server'
import type { Bringing, Reports } from '@open110/modules/report/server'
import { staffOf } from '@open110/modules/staff'
import * as api from './channel.api.ts'
import * as store from './channel.agency.store.ts'
import type { Callers } from './channel.callers.server.ts'

/** 联动单位转入 — what 12345 and other bodies hand over to 110; each sees its own and nothing else. */
export function agencyRoutes(near: {
  callers: Callers
  bringing: Bringing
  reports: Reports
  audit: Audit
  look: Look
  isDesk: (db: Reader, desk: string) => Promise<boolean>
}): Answer[] {
  const { bringing, reports } = near

  async function viewOf(db: Reader, sent: store.Sent): Promise<GivesOf<typeof api.agencyReport>> {
    const report = await reports.byId(db, sent.report)
    if (!report) throw new Error('a report that was handed over is gone')
    const ladder = await bringing.ladder(db, report)
    return {
      id: report.id,
      receiptCode: report.receiptCode,
      externalNumber: sent.externalNumber,
      state: report.state,
      sentAt: sent.at,
      incident: report.incidentNumber,
      ladder: ladder.map(({ step, at }) => ({ step, at })),
      outcome: report.outcome,
    }
  }

  return [
    answer(api.sendFromAgency, async ({ body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const { externalNumber } = body
      if (body.desk !== undefined && !(await near.isDesk(tx, body.desk))) return refuse('desk.not-found')
      await tx.run(store.holdOrder, { order: `${staff.org} ${externalNumber}` })
      const sent = await tx.maybe(store.sentAs, { org: staff.org, externalNumber })
      if (sent) {
        const report = await reports.byId(tx, sent.report)
        if (!report) throw new Error('a report that was handed over is gone')
        const { id, receiptCode, deliveredAt, desk, deskName } = report
        return { id, receiptCode, deliveredAt, desk: { id: desk, name: deskName }, isRepeat: true }
      }
      // `12345.lishui` works for 丽水: its own desk is meant where it says no other.
      const own = staff.org.slice(staff.org.indexOf('.') + 1)
      const desk = body.desk ?? ((await near.isDesk(tx, own)) ? own : undefined)
      const { words, placeWords, place, callSafe, level } = body
      const { id, receiptCode, deliveredAt, ...brought } = await bringing.bring(
        tx,
        {
          mode: 'agency',
          citizen: await near.callers(tx, { number: body.phone, name: body.name }, now),
          words,
          placeWords,
          pin: place && { ...place, source: 'agency' },
          callSafe,
          desk: desk ? { id: desk, isFinal: false } : undefined,
          atLeast: level,
          sent: { org: staff.org, externalNumber, words, placeWords, place, level, callSafe },
        },
        now,
      )
      await tx.run(store.addAgencyReport, {
        org: staff.org,
        externalNumber,
        report: id,
        staff: staff.id,
        now,
      })
      const facts = { org: staff.org, level }
      await near.audit(tx, now, { actor: staff.id, act: 'channel.agency-report', object: id, facts })
      return { id, receiptCode, deliveredAt, desk: brought.desk, isRepeat: false }
    }),

    answer(api.agencyReports, async (_, { me, db }) => {
      const sent = await db.all(store.sentByOrg, { org: staffOf(me).org })
      return Promise.all(sent.map((one) => viewOf(db, one)))
    }),

    answer(api.agencyReport, async ({ params }, { me, db, now }) => {
      const sent = await db.maybe(store.agencyOf, { report: params.report })
      if (sent?.org !== staffOf(me).org) return refuse('report.not-found')
      await near.look(db, now, { actor: me.id, act: 'channel.agency-report', object: sent.report })
      return viewOf(db, sent)
    }),
  ]
}
