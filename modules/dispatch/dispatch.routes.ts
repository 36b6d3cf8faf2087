import { isRefusal, refuse } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import type { Reader } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { plusSeconds } from '@open110/kit/time'
import type { Record as Audit } from '@open110/modules/audit/server'
import type { Incidents } from '@open110/modules/incident/server'
import { normaliseFix } from '@open110/modules/place/fix'
import type { Reports } from '@open110/modules/report/server'
import { staffOf } from '@open110/modules/staff'
import type { Unit } from '@open110/modules/unit'
import type { StoredUnit, Units } from '@open110/modules/unit/server'
import * as api from './dispatch.api.ts'
import { backupOf, type Backups } from './dispatch.backup.server.ts'
import { cardOf, type CardNeighbours } from './dispatch.card.server.ts'
import { concludeRoutes } from './dispatch.conclude.routes.ts'
import { feedbackRoutes } from './dispatch.feedback.routes.ts'
import type { Feedbacks } from './dispatch.feedback.server.ts'
import { fieldRoutes } from './dispatch.field.routes.ts'
import type { SlipSteps } from './dispatch.move.server.ts'
import { panicRoutes } from './dispatch.panic.routes.ts'
import { panicOf } from './dispatch.panic.server.ts'
import { openPanicsFor } from './dispatch.panic.store.ts'
import type { Dispatch } from './dispatch.server.ts'
import { isOpen, type SlipRole } from './dispatch.steps.ts'
import * as store from './dispatch.store.ts'
import { slipKindOf } from './dispatch.ts'

/** What dispatching needs of its neighbours, handed in by `main.ts`. */
export type Neighbours = CardNeighbours & {
  ids: Ids
  audit: Audit
  dispatch: Dispatch
  feedbacks: Feedbacks
  backups: Backups
  steps: SlipSteps
  units: Pick<Units, 'byId' | 'held' | 'keepFixes' | 'within'>
  unitOf: (stored: StoredUnit) => Unit
  incidents: Pick<Incidents, 'visibleTo' | 'held' | 'go' | 'note'>
  reports: Pick<Reports, 'mirror' | 'ofIncident' | 'fixesOf' | 'supplementsOf'>
}

export type Me = Parameters<typeof staffOf>[0] & { readonly allows: readonly string[] }

/** In whose name this person may move this slip; a slip of others gives none, and neither does another's draft. */
export function rolesFor(me: Me, slip: { unit: string; desk: string; state?: string }): SlipRole[] {
  const staff = staffOf(me)
  const roles: SlipRole[] = []
  if (me.allows.includes('unit.work') && staff.unit === slip.unit && slip.state !== 'drafted')
    roles.push('unit')
  if (me.allows.includes('dispatch.work') && staff.org === slip.desk) roles.push('dispatcher')
  return roles
}

/** Ended slips stay so long on the unit's phone, and on the board. */
const endedSeconds = { phone: 2 * 3_600, board: 1_800 } as const

export function dispatchRoutes(near: Neighbours): Answer[] {
  const { dispatch, incidents, steps, backups } = near

  const myUnit = async (db: Reader, me: Me) => {
    const { unit } = staffOf(me)
    return unit === undefined ? undefined : near.units.byId(db, unit)
  }

  return [
    answer(api.issue, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await incidents.held(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      if (['closed', 'archived', 'merged', 'invalid'].includes(incident.state)) {
        return refuse('incident.already-closed', { state: incident.state })
      }
      const unit = await near.units.held(tx, body.unit)
      if (!unit || unit.org !== incident.desk) return refuse('unit.not-found')
      const earlier = await tx.all(store.slipsOfIncident, { incident: incident.id })
      const open = earlier.find((slip) => slip.unit === unit.id && isOpen(slip.state))
      if (open) return refuse('unit.already-sent', { slip: open.id, number: open.number, state: open.state })
      const stale = body.for === undefined ? undefined : await backups.unanswerable(tx, body.for, incident.id)
      if (stale) {
        const { no, state } = stale
        if (state === undefined) return no
        const facts = { move: 'answer', state }
        const object = body.for ?? incident.id
        await near.audit(tx, now, { actor: staff.id, act: `refused:${no.refused}`, object, facts })
        tx.remember()
        return no
      }
      const isDraft = body.draft === true
      const number = `${incident.number}-P${String(earlier.length + 1).padStart(2, '0')}`
      const kind = slipKindOf(unit.kind)
      const slip = await steps.add(
        tx,
        {
          number,
          incident: incident.id,
          desk: incident.desk,
          kind,
          unit: unit.id,
          unitName: unit.name,
          words: body.words?.trim() || undefined,
          answers: body.for,
        },
        isDraft,
        staff,
        now,
      )
      if (!isDraft) {
        await dispatch.settleUnit(tx, unit.id, now)
        await incidents.note(tx, incident.id, now, 'slip.issued', staff.name, unit.name)
        await steps.project(tx, incident.id, staff.name, now)
        if (kind === 'police') await near.reports.mirror(tx, incident.id, 'dispatched', now)
      }
      const facts = { incident: incident.id, unit: unit.id, number, isDraft }
      await near.audit(tx, now, { actor: staff.id, act: 'dispatch.issue', object: slip.id, facts })
      const [whole] = await dispatch.whole(tx, [slip], rolesFor(me, slip))
      return whole!
    }),

    answer(api.moveSlip, async ({ params, body }, { me, tx, now }) => {
      const found = await tx.maybe(store.slipById, { slip: params.slip })
      const roles = found ? rolesFor(me, found) : []
      if (!found || roles.length === 0) return refuse('slip.not-found')
      if (body.fix && normaliseFix(body.fix).state === 'datum-unknown')
        return refuse('place.datum-missing', { crs: body.fix.crs?.slice(0, 20) })
      const step = await steps.take(tx, found, body.move, roles, body, staffOf(me), now)
      return isRefusal(step) ? step : { state: step.slip.state, at: now, slip: step.slip }
    }),

    answer(api.slipsOf, async ({ params }, { me, db }) => {
      const incident = await incidents.visibleTo(db, staffOf(me).org, params.incident)
      if (isRefusal(incident)) return incident
      const slips = await db.all(store.slipsOfIncident, { incident: incident.id })
      return dispatch.whole(db, slips, me.allows.includes('dispatch.work') ? ['dispatcher'] : [])
    }),

    answer(api.board, async (_asked, { me, db, now }) => {
      const desk = staffOf(me).org
      const endedAfter = plusSeconds(now, -endedSeconds.board)
      const slips = await dispatch.whole(db, await db.all(store.slipsOfDesk, { desk, endedAfter }), [
        'dispatcher',
      ])
      const ids = [...new Set(slips.map(({ incident }) => incident))]
      const known = await Promise.all(ids.map((id) => incidents.visibleTo(db, desk, id)))
      const byId = new Map(known.flatMap((one) => (isRefusal(one) ? [] : [[one.id, one] as const])))
      return slips.flatMap((slip) => {
        const incident = byId.get(slip.incident)
        if (!incident) return []
        const place = incident.placeConfirmed ?? incident.placeInitial
        const { id, number } = incident
        const level = incident.levelConfirmed ?? incident.levelInitial
        const category = near.categoryName(incident.categoryConfirmed ?? incident.categoryInitial)
        return [
          { slip, incident: { id, number, level, category, placeWords: place.words, wgs84: place.wgs84 } },
        ]
      })
    }),

    answer(api.myUnit, async (_asked, { me, db, now }) => {
      const unit = await myUnit(db, me)
      if (!unit) return refuse('unit.not-found')
      const stored = await db.all(store.slipsOfUnit, {
        unit: unit.id,
        endedAfter: plusSeconds(now, -endedSeconds.phone),
      })
      const slips = await dispatch.whole(db, stored, ['unit'])
      const desks = new Map(stored.map(({ id, desk }) => [id, desk]))
      const cards = await Promise.all(
        slips.map((slip) => cardOf(near, db, desks.get(slip.id) ?? unit.org, slip, now)),
      )
      const panics = await db.all(openPanicsFor, { unit: unit.id, desk: unit.org })
      return {
        unit: near.unitOf(unit),
        cards: cards.filter((card) => card !== undefined),
        panics: panics.map(panicOf),
      }
    }),

    answer(api.backups, async (_asked, { me, db }) => backups.askedAt(db, staffOf(me).org)),

    answer(api.declineBackup, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await backups.incidentOf(tx, staff.org, params.backup)
      if (incident === undefined) return refuse('backup.not-found')
      await incidents.held(tx, staff.org, incident)
      const backup = await backups.held(tx, params.backup)
      const reason = body.reason?.trim()
      if (!reason) return refuse('reason.missing', { move: 'decline' })
      const by = { role: 'dispatcher', name: staff.name } as const
      const declined = await backups.go(tx, backup, 'decline', by, now, { reason })
      const act = isRefusal(declined) ? `refused:${declined.refused}` : 'backup.decline'
      const facts = { move: 'decline', incident: backup.incident, state: backup.state, reason }
      await near.audit(tx, now, { actor: staff.id, act, object: backup.id, facts })
      if (isRefusal(declined)) {
        tx.remember()
        return declined
      }
      await incidents.note(tx, backup.incident, now, 'slip.backup-declined', staff.name, reason)
      return backupOf(declined)
    }),

    ...fieldRoutes(near),
    ...feedbackRoutes(near),
    ...panicRoutes(near),
    ...concludeRoutes(near),
  ]
}
