import { move } from '@open110/kit/moves'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Reader } from '@open110/kit/server/db'
import { answer, answerGathered, type Answer } from '@open110/kit/server/http'
import type { Record as Audit } from '@open110/modules/audit/server'
import { staffOf } from '@open110/modules/staff'
import * as api from './unit.api.ts'
import { readFixes } from './unit.fix.ts'
import { mayMove } from './unit.reach.ts'
import type { Units } from './unit.server.ts'
import type { Wanted } from './unit.suggest.ts'
import { unitMoves, type UnitState } from './unit.ts'

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
    answer(api.suggest, async ({ params, query }, { me, db }) => {
      const { org } = staffOf(me)
      const known = await near.wantedFor(db, org, params.incident)
      if (isRefusal(known)) return known
      const { suggestions, none } = await units.suggest(
        org,
        { ...known.wanted, ...query },
        new Set(known.sent),
      )
      return none ? { none } : suggestions
    }),

    answer(api.units, (_asked, { me }) => units.onGround(staffOf(me).org)),

    answerGathered(api.fixes, async ({ params, body }, { me, now }) => {
      if (staffOf(me).unit !== params.unit) return refuse('unit.not-found')
      const read = readFixes(body.fixes, Date.parse(now))
      if ('nameless' in read) return refuse('place.datum-missing', { crs: read.nameless?.slice(0, 20) })
      if (!(await units.take(params.unit, read.kept))) return refuse('unit.not-found')
      return { kept: read.kept.length }
    }),

    answer(api.setState, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const by = mayMove(me, await units.held(tx, params.unit))
      if (!by) return refuse('unit.not-found')
      const { unit, isOwn } = by
      const reason = body.reason?.trim() || undefined
      const no = refusalOf()
      if (no) {
        const facts = { move: body.state, state: unit.state }
        await near.audit(tx, now, { actor: staff.id, act: `refused:${no.refused}`, object: unit.id, facts })
        tx.remember()
        return no
      }
      const state = await near.stateOf(tx, unit.id, body.state)
      await units.settle(tx, unit, now, { state, openSlips: unit.openSlips })
      const facts = { from: unit.state, to: state, reason }
      await near.audit(tx, now, { actor: staff.id, act: 'unit.state', object: unit.id, facts })
      return { state }

      function refusalOf() {
        if (!isOwn && !reason) return refuse('reason.missing')
        if (body.state === 'off' && unit.openSlips > 0)
          return refuse('unit.slips-open', { open: unit.openSlips })
        const said = move(unitMoves, unit.state, body.state, [isOwn ? 'unit' : 'dispatcher'])
        if (isRefusal(said)) return said
        return said === 'ready' && unit.onDutyAt === undefined ? refuse('unit.not-staffed') : undefined
      }
    }),
  ]
}
