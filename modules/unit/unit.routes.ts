import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Reader } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import type { Record as Audit } from '@open110/modules/audit/server'
import { normaliseFix } from '@open110/modules/place/fix'
import { staffOf } from '@open110/modules/staff'
import * as api from './unit.api.ts'
import type { Units } from './unit.server.ts'
import { suggestUnits, type Wanted } from './unit.suggest.ts'
import type { UnitState } from './unit.ts'

export function unitRoutes(near: {
  audit: Audit
  units: Units
  /** What is wanted for an incident that this desk may see, and which units it has already. */
  wantedFor: (
    db: Reader,
    org: string,
    incident: string,
  ) => Promise<{ wanted: Wanted; sent: readonly string[] } | Refusal<'incident.not-found'>>
  /** What its slips make of a unit that says this of itself. */
  stateOf: (db: Reader, unit: string, said: UnitState) => Promise<UnitState>
}): Answer[] {
  const { units } = near
  return [
    answer(api.suggest, async ({ params }, { me, db, now }) => {
      const { org } = staffOf(me)
      const known = await near.wantedFor(db, org, params.incident)
      if (isRefusal(known)) return known
      const { suggestions, none } = suggestUnits(
        known.wanted,
        await units.ofOrg(db, org),
        new Set(known.sent),
        now,
      )
      return none ? { none } : suggestions
    }),

    answer(api.units, async (_asked, { me, db }) => units.ofOrg(db, staffOf(me).org)),

    answer(api.fixes, async ({ params, body }, { me, tx, now }) => {
      if (staffOf(me).unit !== params.unit) return refuse('unit.not-found')
      const nameless = body.fixes.find((fix) => normaliseFix(fix).state === 'datum-unknown')
      if (nameless) return refuse('place.datum-missing', { crs: nameless.crs?.slice(0, 20) })
      const unit = await units.held(tx, params.unit)
      if (!unit) return refuse('unit.not-found')
      const kept = await units.keepFixes(tx, unit, body.fixes, now)
      const moved = kept > 0 ? await units.byId(tx, unit.id) : undefined
      if (moved) await units.settle(tx, moved, now, moved)
      return { kept }
    }),

    answer(api.setState, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const unit = staff.unit === params.unit ? await units.held(tx, params.unit) : undefined
      if (!unit) return refuse('unit.not-found')
      if (body.state !== 'ready' && unit.openSlips > 0)
        return refuse('unit.slips-open', { open: unit.openSlips })
      const state = await near.stateOf(tx, unit.id, body.state)
      await units.settle(tx, unit, now, { state, openSlips: unit.openSlips })
      await near.audit(tx, now, {
        actor: staff.id,
        act: 'unit.state',
        object: unit.id,
        facts: { from: unit.state, to: state },
      })
      return { state }
    }),
  ]
}
