import { isRefusal, refuse } from '@open110/kit/refuse'
import type { Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { contactOf, permit, type Permit } from '@open110/modules/contact'
import { staffOf } from '@open110/modules/staff'
import * as api from './report.api.ts'
import { reportUrgeAnswered, reportUrged } from './report.events.ts'
import type { Neighbours } from './report.routes.ts'
import { holdReport } from './report.store.ts'
import { openReportStates } from './report.ts'
import { urgePolicy, urgeWait, usualAnswer } from './report.urge.ts'
import * as store from './report.urge.store.ts'

/** 催促 — what somebody who waits may say, and what the desk says to it. */
export function urgeRoutes(near: Pick<Neighbours, 'ids' | 'reports' | 'audit' | 'unitsOf'>): Answer[] {
  const { reports } = near

  return [
    answer(api.urge, async ({ params }, { me, tx, now }) => {
      // Two presses at once wait for each other, and the second one is told of the first.
      await tx.run(holdReport, { report: params.report })
      const report = await reports.visibleTo(tx, me, params.report)
      if (isRefusal(report)) return report
      if (!openReportStates.some((state) => state === report.state))
        return refuse('report.already-ended', { state: report.state })
      const [last] = await tx.all(store.urgesOf, { report: report.id })
      const secondsLeft = urgeWait(last?.at, now)
      if (secondsLeft > 0) return refuse('report.already-urged', { secondsLeft })
      const urge = near.ids.make('ug')
      await tx.run(store.addUrge, { id: urge, report: report.id, now })
      tx.emit(reportUrged, now, {
        ...reports.about(report),
        urge,
        incident: report.incident,
        units: report.incident ? await near.unitsOf(tx, report.incident) : [],
      })
      await near.audit(tx, now, { actor: me.id, act: 'report.urge', object: report.id })
      return { at: now, againInSeconds: urgePolicy.everySeconds }
    }),

    answer(api.answerUrge, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const report = await reports.held(tx, staff.org, params.report)
      if (isRefusal(report)) return report
      const may = permit(contactOf(report, now), 'progress', now)
      if (isRefusal(may)) {
        const { refused: no, facts } = may
        await near.audit(tx, now, { actor: me.id, act: `refused:${no}`, object: report.id, facts })
        tx.remember()
        return may
      }
      const words = body.words?.trim() || undefined
      const answered = await keepAnswer(tx, may, {
        report: report.id,
        now,
        by: staff.name,
        answer: words ?? usualAnswer,
      })
      if (!answered) return refuse('urge.not-open')
      tx.emit(reportUrgeAnswered, now, reports.about(report))
      await near.audit(tx, now, { actor: staff.id, act: 'report.answer-urge', object: report.id })
      return { at: now }
    }),
  ]
}

/** The answer is read on the phone: progress, told only where it may be. */
const keepAnswer = (
  tx: Tx,
  _permit: Permit<'progress'>,
  answer: { report: string; now: string; by: string; answer: string },
): Promise<number> => tx.run(store.answerUrges, answer)
