import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { move } from '@open110/kit/moves'
import { answer, type Answer } from '@open110/kit/server/http'
import { categoryPath } from '@open110/modules/incident/category'
import { normaliseFix } from '@open110/modules/place/fix'
import { staffOf } from '@open110/modules/staff'
import * as api from './dispatch.feedback.api.ts'
import type { StoredFeedback } from './dispatch.feedback.store.ts'
import { sumsOf, type Sum } from './dispatch.feedback.store.ts'
import { rolesFor, type Neighbours } from './dispatch.routes.ts'
import { sheetOf } from './dispatch.server.ts'
import { faultOf, finalTypeOf } from './dispatch.steps.ts'
import * as store from './dispatch.store.ts'
import { feedbackForm, feedbackMoves, feedbackCounts, type SlipMove } from './dispatch.ts'

/** A final feedback's moves are its slip's. */
const slipMoveOf: Readonly<Record<string, SlipMove>> = {
  submit: 'report',
  accept: 'close',
  'send-back': 'send-back',
}
const isFinal = ({ type }: Pick<StoredFeedback, 'type'>) => type === 'final' || type === 'joint'
/** Where somebody is who has something to write: from the scene until the dispatcher has taken it. */
const writeStates: readonly string[] = ['on-scene', 'scene-done', 'reported']

/** 反馈 — written by the unit, taken or sent back by the dispatcher. */
export function feedbackRoutes(near: Neighbours): Answer[] {
  const { feedbacks, steps, incidents } = near

  return [
    answer(api.writeFeedback, async ({ params, body }, { me, tx, now }) => {
      const found = await tx.maybe(store.slipById, { slip: params.slip })
      if (!found || !rolesFor(me, found).includes('unit')) return refuse('slip.not-found')
      if (body.fix && normaliseFix(body.fix).state === 'datum-unknown')
        return refuse('place.datum-missing', { crs: body.fix.crs?.slice(0, 20) })
      const staff = staffOf(me)
      const { type } = body
      if (type === 'arrival' || (type !== 'handling' && type !== (finalTypeOf(found.kind) ?? 'final')))
        return refuse('feedback.type-invalid', { type, kind: found.kind })
      await incidents.held(tx, found.desk, found.incident)
      const slip = await tx.one(store.slipForUpdate, { slip: found.id })
      const refused = async <R extends Refusal>(no: R): Promise<R> => {
        const facts = { move: 'feedback', type, state: slip.state }
        await near.audit(tx, now, { actor: staff.id, act: `refused:${no.refused}`, object: slip.id, facts })
        tx.remember()
        return no
      }
      if (!writeStates.includes(slip.state))
        return refused(refuse('move.not-now', { move: 'feedback', state: slip.state }))
      const earlier = (await feedbacks.ofSlip(tx, slip.id)).find((one) => one.type === type)
      if (type !== 'handling' && earlier && !['draft', 'sent-back'].includes(earlier.state))
        return refused(refuse('feedback.already-submitted', { state: earlier.state }))
      const whole = { ...earlier?.content, ...body.content }
      const fault = faultOf(type === 'handling' ? body.content : whole, type, body.isDraft)
      if (fault) return refused(fault)
      if (type !== 'handling' && !body.isDraft) {
        const given = { feedback: whole, fix: body.fix, madeAt: body.madeAt }
        const step = await steps.take(tx, slip, 'report', ['unit'], given, staff, now)
        if (isRefusal(step)) return refuse('move.not-now', step.facts)
        const sent = (await feedbacks.ofSlip(tx, slip.id)).find((one) => one.type === type)
        return sheetOf(sent!)
      }
      const one = await feedbacks.inHand(tx, slip, type, now)
      const at = body.fix && normaliseFix(body.fix).wgs84
      const happened = feedbacks.moment(slip, body.madeAt, now)
      const saved = await feedbacks.save(tx, one, { content: body.content, at, happenedAt: happened }, now)
      if (!body.isDraft) {
        await feedbacks.submit(tx, slip, saved, staff.name, now)
        await incidents.note(tx, slip.incident, now, 'feedback.handling', staff.name, slip.unitName)
        const facts = { slip: slip.id, type }
        await near.audit(tx, now, { actor: staff.id, act: 'feedback.submit', object: one.id, facts })
      }
      return sheetOf((await feedbacks.byId(tx, one.id))!)
    }),

    answer(api.moveFeedback, async ({ params, body }, { me, tx, now }) => {
      const found = await feedbacks.byId(tx, params.feedback)
      const slip = found && (await tx.maybe(store.slipById, { slip: found.slip }))
      const roles = slip ? rolesFor(me, slip) : []
      // What a unit has not handed in does not exist for its desk.
      const isHidden = found?.state === 'draft' && !roles.includes('unit')
      if (!found || !slip || roles.length === 0 || isHidden) return refuse('feedback.not-found')
      await incidents.held(tx, slip.desk, slip.incident)
      await tx.one(store.slipForUpdate, { slip: slip.id })
      const staff = staffOf(me)
      const one = (await feedbacks.byId(tx, found.id)) ?? found
      const refused = async <R extends Refusal>(no: R): Promise<R> => {
        const facts = { move: body.move.slice(0, 40), state: one.state }
        await near.audit(tx, now, { actor: staff.id, act: `refused:${no.refused}`, object: one.id, facts })
        tx.remember()
        return no
      }
      const next = move(feedbackMoves, one.state, body.move, roles)
      if (isRefusal(next)) return refused(next)
      const content = { ...one.content, ...body.content }
      const reason = body.reason?.trim() || undefined
      const missing = body.missing ?? []
      if (body.move === 'send-back' && !reason && missing.length === 0)
        return refused(refuse('reason.missing', { move: body.move }))
      const fault = body.move === 'submit' ? faultOf(content, one.type) : undefined
      if (fault) return refused(fault)
      if (isFinal(one)) {
        const given = {
          reason,
          missing,
          madeAt: body.madeAt,
          ...(body.move === 'submit' && { feedback: content }),
        }
        const step = await steps.take(tx, slip, slipMoveOf[body.move]!, roles, given, staff, now)
        if (isRefusal(step)) return refuse('move.not-now', step.facts)
      } else {
        if (body.move === 'submit') {
          const happened = feedbacks.moment(slip, body.madeAt, now)
          const saved = await feedbacks.save(
            tx,
            one,
            { content: body.content ?? {}, happenedAt: happened },
            now,
          )
          await feedbacks.submit(tx, slip, saved, staff.name, now)
        }
        if (body.move === 'accept') await feedbacks.accept(tx, one, staff.name, now)
        if (body.move === 'send-back') await feedbacks.sendBack(tx, one, { reason, missing }, now)
        const facts = { slip: slip.id, from: one.state, to: next, reason, missing }
        await near.audit(tx, now, { actor: staff.id, act: `feedback.${body.move}`, object: one.id, facts })
      }
      return sheetOf((await feedbacks.byId(tx, one.id))!)
    }),

    answer(api.form, ({ params }) =>
      Promise.resolve(
        feedbackForm(params.category).map(({ choices, ...field }) => ({
          ...field,
          ...(choices && { choices: [...choices] }),
        })),
      ),
    ),

    answer(api.sums, async ({ query }, { me, db }) => {
      const { from, to } = query
      const found = await db.all(sumsOf, { desk: staffOf(me).org, from, to })
      // Nothing to add up is a sum of nothing.
      const none = Object.fromEntries(
        ['feedbacks', ...feedbackCounts].map((name) => [name, 0]),
      ) as unknown as Sum
      const { category: _, ...total } = found.find(({ category }) => category === undefined) ?? none
      const rows = found.flatMap(({ category, ...counts }) =>
        category === undefined ? [] : [{ category, name: categoryPath(category), ...counts }],
      )
      return { from, to, total, rows: rows.toSorted((a, b) => b.feedbacks - a.feedbacks) }
    }),
  ]
}
