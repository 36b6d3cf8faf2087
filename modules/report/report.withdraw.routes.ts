import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import { move } from '@open110/kit/moves'
import type { Reader, Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import type { Record as Audit } from '@open110/modules/audit/server'
import type { PinFind } from '@open110/modules/person'
import { staffOf } from '@open110/modules/staff'
import * as api from './report.api.ts'
import { reportRaised, withdrawAsked, withdrawDecided } from './report.events.ts'
import type { Reports } from './report.server.ts'
import { reportMoves } from './report.ts'
import { openDecisions, type Withdrawal } from './report.withdraw.ts'
import * as store from './report.withdraw.store.ts'

/** 撤回申请 — asked from the phone, which learns nothing from the answer; decided by a person at the desk. */
export function withdrawRoutes(near: {
  ids: Ids
  audit: Audit
  reports: Reports
  /** What was typed. It takes as long whatever it was, also where nothing was ever set. */
  findPin: (db: Reader, citizen: string, pin: string) => Promise<PinFind>
  /** On the time line of the incident, for whoever works on it or drives to it. */
  note: (tx: Tx, incident: string, now: string, what: string, by?: string, words?: string) => Promise<unknown>
  refresh: (tx: Tx, incident: string, now: string) => Promise<void>
}): Answer[] {
  const { reports } = near

  return [
    answer(api.askWithdraw, async ({ params, body }, { me, tx, now }) => {
      const report = await reports.visibleTo(tx, me, params.report)
      if (isRefusal(report)) return report
      const how = await near.findPin(tx, me.id, body.pin ?? '')
      const { incident, desk } = report
      // Always incident, then report: two who write at once wait for each other and never in a circle.
      if (incident) await near.note(tx, incident, now, `withdraw.asked-${how}`)
      const id = near.ids.make('wd')
      await tx.run(store.addWithdrawal, { id, report: report.id, now, madeAt: body.madeAt, how })
      await tx.run(store.withhold, { report: report.id, now, isDuress: how === 'duress' })
      tx.emit(withdrawAsked, now, { report: report.id, desk, withdrawal: id, how })
      if (how === 'duress') tx.emit(reportRaised, now, { ...reports.about(report), urgency: 1 })
      if (incident) await near.refresh(tx, incident, now)
      await near.audit(tx, now, {
        actor: me.id,
        act: 'report.ask-withdraw',
        object: report.id,
        facts: { how },
      })
      return { asked: true as const }
    }),

    answer(api.withdrawals, async ({ params }, { me, db }) => {
      const report = await reports.atDesk(db, staffOf(me).org, params.report)
      if (isRefusal(report)) return report
      return (await db.all(store.withdrawalsOf, { report: report.id })).map(withdrawalOf)
    }),

    answer(api.decideWithdraw, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const asked = await tx.maybe(store.withdrawalById, { withdrawal: params.withdrawal })
      const report = asked && (await reports.held(tx, staff.org, asked.report))
      if (!asked || !report || isRefusal(report)) return refuse('withdraw.not-found')
      const reason = body.reason?.trim()
      const earlier = (await tx.all(store.withdrawalsOf, { report: report.id })).map(withdrawalOf)
      const isAlone = !report.incident && (report.state === 'received' || report.state === 'verifying')
      // As heavy as to decline it by hand.
      const isWeighty = isAlone && body.decision === 'agree' && report.urgency === 1
      const no:
        | Refusal<
            | 'reason.missing'
            | 'report.not-received'
            | 'withdraw.under-duress'
            | 'withdraw.already-decided'
            | 'report.supervisor-denied'
          >
        | undefined = !report.receivedAt
        ? refuse('report.not-received')
        : !earlier.some(({ decision }) => !decision)
          ? refuse('withdraw.already-decided')
          : !openDecisions(earlier).includes(body.decision)
            ? refuse('withdraw.under-duress')
            : !reason
              ? refuse('reason.missing')
              : isWeighty && !me.allows.includes('report.supervise')
                ? refuse('report.supervisor-denied')
                : undefined
      if (no) {
        const facts = { decision: body.decision, state: report.state }
        await near.audit(tx, now, { actor: me.id, act: `refused:${no.refused}`, object: report.id, facts })
        tx.remember()
        return no
      }
      const decided = { decision: body.decision, by: staff.name, now, reason: reason ?? '' }
      await tx.run(store.decide, { report: report.id, ...decided })
      await tx.run(store.release, { report: report.id })
      if (isAlone && body.decision === 'agree') {
        const next = move(reportMoves, report.state, 'decline', reportMoves.decline.by)
        if (!isRefusal(next)) await reports.setState(tx, report, 'decline', now, reason)
      }
      tx.emit(withdrawDecided, now, { report: report.id, desk: report.desk, withdrawal: asked.id })
      const { incident } = report
      if (incident) {
        await near.note(tx, incident, now, `withdraw.${body.decision}`, staff.name, reason)
        await near.refresh(tx, incident, now)
      }
      const act = `withdraw.${body.decision}`
      await near.audit(tx, now, { actor: staff.id, act, object: report.id, facts: { reason } })
      return { decision: body.decision, at: now }
    }),
  ]
}

function withdrawalOf(stored: store.StoredWithdrawal): Withdrawal {
  const { id, at, madeAt, how, decision, decidedBy, decidedAt, reason } = stored
  const decided = decision && {
    what: decision,
    by: decidedBy ?? '',
    at: decidedAt ?? at,
    reason: reason ?? '',
  }
  return { id: id as Withdrawal['id'], at, madeAt, how, decision: decided }
}
