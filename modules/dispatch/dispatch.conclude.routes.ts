import { isRefusal, refuse } from '@open110/kit/refuse'
import { answer, type Answer } from '@open110/kit/server/http'
import { whyNot } from '@open110/modules/incident'
import { closingWords } from '@open110/modules/incident/close'
import { staffOf } from '@open110/modules/staff'
import * as api from './dispatch.api.ts'
import type { Neighbours } from './dispatch.routes.ts'
import { asksUnit, isOpen } from './dispatch.steps.ts'
import * as store from './dispatch.store.ts'

/** 确认并办结 — take every feedback, end the slips and close the incident with one press, or do none of it. */
export function concludeRoutes(near: Neighbours): Answer[] {
  const { incidents, steps, dispatch } = near
  return [
    answer(api.conclude, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await incidents.held(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      const slips = await tx.all(store.slipsOfIncident, { incident: incident.id })
      const busy = slips.filter(({ state }) => asksUnit(state)).length
      const reported = (await dispatch.slipsOf(tx, [incident.id])).get(incident.id)?.reported ?? 0
      const reason = closingWords(body)
      const has = { reason, openSlips: busy, reported, now, reviveWithinDays: 0 }
      // Asked before anything is ended: a refusal leaves every slip as it was.
      const no =
        busy > 0
          ? refuse('incident.slips-open', { open: busy })
          : whyNot(incident.state, 'close', staff.roles, has)
      if (no) {
        const facts = { move: 'conclude', state: incident.state }
        const act = `refused:${no.refused}`
        await near.audit(tx, now, { actor: staff.id, act, object: incident.id, facts })
        tx.remember()
        const code = no.refused === 'incident.slips-open' ? no.refused : 'incident.feedback-missing'
        return refuse(no.refused === 'move.not-now' ? no.refused : code, no.facts)
      }
      // In the order of their units, so that two who close incidents with the same units wait and never in a circle.
      const open = slips.filter(({ state }) => isOpen(state)).toSorted((a, b) => (a.unit < b.unit ? -1 : 1))
      for (const slip of open) {
        const name = slip.state === 'drafted' ? 'drop' : 'close'
        const step = await steps.take(tx, slip, name, ['dispatcher'], {}, staff, now)
        if (isRefusal(step)) throw new Error(`a slip that asks nothing was not ended: ${step.refused}`)
      }
      const settled = await incidents.held(tx, staff.org, incident.id)
      const closed = isRefusal(settled)
        ? settled
        : await incidents.go(tx, settled, 'close', staff.roles, staff.name, now, {
            reason,
            code: body.code ?? (reason ? 'other' : undefined),
          })
      if (isRefusal(closed))
        throw new Error(`an incident whose slips have ended was not closed: ${closed.refused}`)
      await near.reports.mirror(tx, incident.id, 'done', now)
      const facts = { reason, code: body.code, slips: open.length }
      await near.audit(tx, now, { actor: staff.id, act: 'incident.close', object: incident.id, facts })
      const after = await tx.all(store.slipsOfIncident, { incident: incident.id })
      return {
        state: closed.state,
        accepted: open.filter(({ state }) => state === 'reported').length,
        slips: await dispatch.whole(tx, after, ['dispatcher']),
      }
    }),
  ]
}
