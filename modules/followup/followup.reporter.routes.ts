import { isRefusal, refuse } from '@open110/kit/refuse'
import { json } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { plusSeconds, secondsBetween } from '@open110/kit/time'
import { contactOf } from '@open110/modules/contact'
import * as api from './followup.api.ts'
import { reportContested, reportRated } from './followup.events.ts'
import type { FollowUps, Near } from './followup.server.ts'
import { rateableStages, unvisitedOf } from './followup.steps.ts'
import * as store from './followup.store.ts'

/** A reporter cannot promise for longer than this when they may be rung. */
const longestReachSeconds = 14 * 86_400

/** 评价、异议、可联系时间 — the reporter's side, always by their own press. */
export function reporterRoutes(near: Near & { followUps: FollowUps }): Answer[] {
  const { followUps, reports, incidents } = near

  return [
    answer(api.rate, async ({ params, body }, { me, tx, now }) => {
      const report = await reports.visibleTo(tx, me, params.report)
      if (isRefusal(report)) return report
      const policy = await followUps.policyOf(tx, report.desk, now)
      const given = await tx.all(store.ratingsOf, { reports: [report.id] })
      const { stage, stars, items } = body
      if (!rateableStages(report, contactOf(report, now).mode, given, now, policy).includes(stage)) {
        const earlier = given.find((rating) => rating.stage === stage)
        return earlier
          ? refuse('rating.already-final', { at: earlier.changedAt })
          : refuse('rating.not-yet', { stage })
      }
      const words = body.words?.trim() || undefined
      const rated = { report: report.id, stage, stars, items: json(items ?? {}), words }
      await tx.run(store.keepRating, { ...rated, desk: report.desk, now })
      const { incident } = report
      tx.emit(reportRated, now, { report: report.id, desk: report.desk, incident })
      await near.audit(tx, now, {
        actor: me.id,
        act: 'report.rate',
        object: report.id,
        facts: { stage, stars },
      })
      const about = incident && (await incidents.visibleTo(tx, report.desk, incident))
      if (about && !isRefusal(about) && stars <= policy.dissatisfiedStars) {
        const dueAt = plusSeconds(now, policy.dueHours.dissatisfied * 3_600)
        const why = { report: report.id, reason: 'dissatisfied' as const, isMajor: false, dueAt }
        await followUps.open(tx, about, why, now)
      }
      return { stage, stars, items, words, at: now }
    }),

    answer(api.contest, async ({ params, body }, { me, tx, now }) => {
      const report = await reports.visibleTo(tx, me, params.report)
      if (isRefusal(report)) return report
      const words = body.words.trim()
      if (!words) return refuse('contest.words-missing')
      const incident = report.incident && (await incidents.visibleTo(tx, report.desk, report.incident))
      if (!incident || isRefusal(incident)) return refuse('report.not-contestable')
      const hasArrived = await near.hasArrived(tx, incident.id)
      const closed = { closeReason: incident.closeReason, hasArrived }
      if (!unvisitedOf(report, closed, undefined)) return refuse('report.not-contestable')
      const isFirst = await tx.run(store.addContest, { report: report.id, incident: incident.id, words, now })
      if (!isFirst) return refuse('report.already-contested')
      const policy = await followUps.policyOf(tx, report.desk, now)
      const dueAt = plusSeconds(now, policy.dueHours.contested * 3_600)
      const why = { report: report.id, reason: 'contested' as const, isMajor: false, dueAt, words }
      await followUps.open(tx, incident, why, now)
      tx.emit(reportContested, now, { report: report.id, desk: report.desk, incident: incident.id })
      await near.audit(tx, now, { actor: me.id, act: 'report.contest', object: report.id })
      return { at: now }
    }),

    answer(api.reach, async ({ params, body }, { me, tx, now }) => {
      const report = await reports.visibleTo(tx, me, params.report)
      if (isRefusal(report)) return report
      const { ways, from, until } = body
      const isSpan = from < until && until > now && secondsBetween(from, until) <= longestReachSeconds
      if (!isSpan) return refuse('reach.span-invalid')
      await tx.run(store.keepReach, { report: report.id, ways, from, until, now })
      await near.audit(tx, now, { actor: me.id, act: 'report.reach', object: report.id, facts: { ways } })
      return { ways, from, until }
    }),
  ]
}
