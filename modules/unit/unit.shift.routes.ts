import { refuse } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import { json, type Reader } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { secondsBetween } from '@open110/kit/time'
import type { Record as Audit } from '@open110/modules/audit/server'
import { staffOf } from '@open110/modules/staff'
import * as api from './unit.api.ts'
import { trackOf } from './unit.fix.store.ts'
import { mayMove } from './unit.reach.ts'
import type { Units } from './unit.server.ts'
import * as store from './unit.shift.store.ts'
import { mostShiftSeconds, type ShiftId } from './unit.shift.ts'
import type { UnitState } from './unit.ts'

/** A trail is asked for a day at most, and told in pieces. */
const mostTrackSeconds = 86_400
const mostFixes = 5_000

/** 班次与轨迹 — who is on duty with a unit, and where it has been. */
export function shiftRoutes(near: {
  ids: Ids
  audit: Audit
  units: Units
  stateOf: (db: Reader, unit: string, said: UnitState) => Promise<UnitState>
}): Answer[] {
  const { units } = near
  return [
    answer(api.startShift, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const unit = mayMove(me, await units.held(tx, params.unit))?.unit
      if (!unit) return refuse('unit.not-found')
      if (unit.onDutyAt !== undefined) return refuse('unit.already-on-shift', { since: unit.onDutyAt })
      const seconds = secondsBetween(now, body.plannedEndAt)
      if (seconds <= 0 || seconds > mostShiftSeconds) return refuse('unit.shift-end-invalid')
      const id = near.ids.make('sh') as ShiftId
      const { members, vehicle, equipment = [], plannedEndAt } = body
      const shift = { id, unit: unit.id, vehicle, equipment, plannedEndAt }
      await tx.run(store.openShift, { ...shift, members: json(members), now, by: staff.id })
      const state = await near.stateOf(tx, unit.id, 'ready')
      await units.settle(tx, { ...unit, rowSlips: 0 }, now, { state, openSlips: unit.openSlips })
      await units.touch(tx, unit.id)
      const facts = { shift: id, members: members.length, plannedEndAt }
      await near.audit(tx, now, { actor: staff.id, act: 'unit.start-shift', object: unit.id, facts })
      return { ...shift, members, startedAt: now }
    }),

    answer(api.endShift, async ({ params }, { me, tx, now }) => {
      const staff = staffOf(me)
      const unit = mayMove(me, await units.held(tx, params.unit))?.unit
      if (!unit) return refuse('unit.not-found')
      if (unit.openSlips > 0) return refuse('unit.slips-open', { open: unit.openSlips })
      const shift = await tx.maybe(store.closeShift, { unit: unit.id, now, by: staff.id })
      if (!shift) return refuse('unit.not-staffed')
      await units.settle(tx, unit, now, { state: 'off', openSlips: 0 })
      await units.touch(tx, unit.id)
      const facts = { shift: shift.id }
      await near.audit(tx, now, { actor: staff.id, act: 'unit.end-shift', object: unit.id, facts })
      return { state: 'off' as const }
    }),

    answer(api.roster, async ({ query }, { me, db }) => {
      const rows = await db.all(store.roster, { org: staffOf(me).org, unit: query.unit })
      return rows.map(({ unit, name, state, shift, members = [], equipment = [], ...rest }) => {
        const { vehicle, startedAt, plannedEndAt } = rest
        if (!shift || !startedAt || !plannedEndAt) return { unit, name, state }
        return {
          unit,
          name,
          state,
          shift: { id: shift, unit, members, vehicle, equipment, startedAt, plannedEndAt },
        }
      })
    }),

    answer(api.track, async ({ params, query }, { me, db, now }) => {
      const staff = staffOf(me)
      const unit = await units.byId(db, params.unit)
      if (!unit || unit.org !== staff.org) return refuse('unit.not-found')
      const seconds = secondsBetween(query.from, query.to)
      if (seconds < 0 || seconds > mostTrackSeconds)
        return refuse('unit.track-too-long', { mostSeconds: mostTrackSeconds })
      await near.audit(db, now, { actor: staff.id, act: 'unit.track', object: unit.id, facts: { ...query } })
      const found = await db.all(trackOf, { seq: unit.seq, ...query, most: mostFixes })
      return { fixes: found, isCut: found.length === mostFixes }
    }),
  ]
}
