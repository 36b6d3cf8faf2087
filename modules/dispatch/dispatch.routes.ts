import { isRefusal, refuse } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import { json, type Reader, type Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { plusSeconds } from '@open110/kit/time'
import type { Record as Audit } from '@open110/modules/audit/server'
import type { Incidents } from '@open110/modules/incident/server'
import { normaliseFix } from '@open110/modules/place/fix'
import type { Reports } from '@open110/modules/report/server'
import { staffOf } from '@open110/modules/staff'
import { unitOf, type Units } from '@open110/modules/unit/server'
import * as api from './dispatch.api.ts'
import { cardOf, type CardNeighbours } from './dispatch.card.server.ts'
import { slipIssued, slipMoved } from './dispatch.events.ts'
import type { Dispatch } from './dispatch.server.ts'
import { incidentStateOf, isOpen, takeStep, type SlipRole } from './dispatch.steps.ts'
import * as store from './dispatch.store.ts'

/** What dispatching needs of its neighbours, handed in by `main.ts`. */
export type Neighbours = CardNeighbours & {
  ids: Ids
  audit: Audit
  dispatch: Dispatch
  units: Pick<Units, 'byId' | 'held' | 'keepFixes'>
  incidents: Pick<Incidents, 'visibleTo' | 'held' | 'project' | 'note'>
  reports: Pick<Reports, 'mirror'>
}

type Me = Parameters<typeof staffOf>[0] & { readonly allows: readonly string[] }

/** In whose name this person may move this slip; a slip of others gives none. */
function rolesFor(me: Me, slip: { unit: string; desk: string }): SlipRole[] {
  const staff = staffOf(me)
  const roles: SlipRole[] = []
  if (me.allows.includes('unit.work') && staff.unit === slip.unit) roles.push('unit')
  if (me.allows.includes('dispatch.work') && staff.org === slip.desk) roles.push('dispatcher')
  return roles
}

/** Ended slips stay on the unit's phone so long. */
const endedSeconds = 2 * 3_600

/** What the reporter is told, without naming the unit. */
const rungs: Readonly<Record<string, 'en-route' | 'on-scene'>> = { depart: 'en-route', arrive: 'on-scene' }

export function dispatchRoutes(near: Neighbours): Answer[] {
  const { dispatch, incidents } = near

  /** The incident follows its slips (domain §3.4). */
  async function project(tx: Tx, incident: string, by: string, now: string): Promise<void> {
    const slips = await tx.all(store.slipsOfIncident, { incident })
    const state = incidentStateOf(
      slips.map((slip) => ({ state: slip.state, hasFeedback: slip.feedback !== undefined })),
    )
    await incidents.project(tx, incident, state, by, now)
  }

  const myUnit = async (db: Reader, me: Me) => {
    const { unit } = staffOf(me)
    return unit === undefined ? undefined : near.units.byId(db, unit)
  }

  return [
    answer(api.issue, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await incidents.held(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      if (['closed', 'merged', 'invalid'].includes(incident.state)) {
        return refuse('incident.already-closed', { state: incident.state })
      }
      const unit = await near.units.held(tx, body.unit)
      if (!unit || unit.org !== incident.desk) return refuse('unit.not-found')
      const earlier = await tx.all(store.slipsOfIncident, { incident: incident.id })
      const open = earlier.find((slip) => slip.unit === unit.id && isOpen(slip.state))
      if (open) return refuse('unit.already-sent', { slip: open.id, number: open.number, state: open.state })
      const id = near.ids.make('sl')
      const number = `${incident.number}-P${String(earlier.length + 1).padStart(2, '0')}`
      const words = body.words?.trim() || undefined
      const about = { incident: incident.id, desk: incident.desk, unit: unit.id }
      await tx.run(store.addSlip, { id, number, ...about, words, now, by: staff.name })
      tx.emit(slipIssued, now, { slip: id, ...about, state: 'issued', at: now })
      await dispatch.settleUnit(tx, unit.id, now)
      await incidents.note(tx, incident.id, now, 'slip.issued', staff.name, unit.name)
      await project(tx, incident.id, staff.name, now)
      await near.reports.mirror(tx, incident.id, 'dispatched', now)
      const facts = { incident: incident.id, unit: unit.id, number }
      await near.audit(tx, now, { actor: staff.id, act: 'dispatch.issue', object: id, facts })
      const slip = await tx.one(store.slipById, { slip: id })
      const [whole] = await dispatch.whole(tx, [slip], rolesFor(me, slip))
      return whole!
    }),

    answer(api.moveSlip, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const found = await tx.maybe(store.slipById, { slip: params.slip })
      const roles = found ? rolesFor(me, found) : []
      if (!found || roles.length === 0) return refuse('slip.not-found')
      if (body.fix && normaliseFix(body.fix).state === 'datum-unknown')
        return refuse('place.datum-missing', { crs: body.fix.crs?.slice(0, 20) })
      // Always incident, then slip, then unit: two who press at once wait for each other and never in a circle.
      await incidents.held(tx, found.desk, found.incident)
      const slip = await tx.one(store.slipForUpdate, { slip: found.id })
      const [before] = await dispatch.whole(tx, [slip], roles)
      const step = takeStep(before!, body.move, roles, body)
      if (isRefusal(step)) {
        const facts = { move: body.move.slice(0, 40), state: slip.state }
        await near.audit(tx, now, { actor: staff.id, act: `refused:${step.refused}`, object: slip.id, facts })
        tx.remember()
        return step
      }
      const { state, reason } = step
      const feedback = step.feedback && json(step.feedback)
      await tx.run(store.markSlip, { slip: slip.id, state, reason, feedback })
      await tx.run(store.addStep, {
        slip: slip.id,
        move: body.move,
        state,
        now,
        deviceAt: body.madeAt,
        by: staff.name,
        note: reason ?? feedback,
      })
      const { incident, desk } = slip
      tx.emit(slipMoved, now, { slip: slip.id, incident, desk, unit: slip.unit, state, at: now })
      const unit = await near.units.held(tx, slip.unit)
      if (unit && body.fix && roles.includes('unit')) {
        await near.units.keepFixes(tx, unit, [{ ...body.fix, at: body.fix.at ?? body.madeAt }], now)
      }
      await dispatch.settleUnit(tx, slip.unit, now)
      const words = reason === undefined ? slip.unitName : `${slip.unitName} · ${reason}`
      await incidents.note(tx, incident, now, `slip.${body.move}`, staff.name, words)
      await project(tx, incident, staff.name, now)
      const rung = rungs[body.move]
      if (rung) await near.reports.mirror(tx, incident, rung, now)
      const facts = { from: slip.state, to: state, reason }
      await near.audit(tx, now, { actor: staff.id, act: `slip.${body.move}`, object: slip.id, facts })
      const [after] = await dispatch.whole(tx, [await tx.one(store.slipById, { slip: slip.id })], roles)
      return { state, at: now, slip: after! }
    }),

    answer(api.slipsOf, async ({ params }, { me, db }) => {
      const incident = await incidents.visibleTo(db, staffOf(me).org, params.incident)
      if (isRefusal(incident)) return incident
      const slips = await db.all(store.slipsOfIncident, { incident: incident.id })
      return dispatch.whole(db, slips, me.allows.includes('dispatch.work') ? ['dispatcher'] : [])
    }),

    answer(api.myUnit, async (_asked, { me, db, now }) => {
      const unit = await myUnit(db, me)
      if (!unit) return refuse('unit.not-found')
      const stored = await db.all(store.slipsOfUnit, {
        unit: unit.id,
        endedAfter: plusSeconds(now, -endedSeconds),
      })
      const slips = await dispatch.whole(db, stored, ['unit'])
      const desks = new Map(stored.map(({ id, desk }) => [id, desk]))
      const cards = await Promise.all(
        slips.map((slip) => cardOf(near, db, desks.get(slip.id) ?? unit.org, slip)),
      )
      return { unit: unitOf(unit), cards: cards.filter((card) => card !== undefined) }
    }),
  ]
}
