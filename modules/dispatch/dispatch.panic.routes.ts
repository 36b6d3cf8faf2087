import { isRefusal, refuse } from '@open110/kit/refuse'
import { move } from '@open110/kit/moves'
import type { Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { plusSeconds } from '@open110/kit/time'
import { normaliseFix } from '@open110/modules/place/fix'
import { staffOf } from '@open110/modules/staff'
import * as api from './dispatch.field.api.ts'
import { unitPanicked, unitPanicMoved } from './dispatch.events.ts'
import { panicOf, unitsToTell } from './dispatch.panic.server.ts'
import * as store from './dispatch.panic.store.ts'
import type { StoredPanic } from './dispatch.panic.store.ts'
import type { Me, Neighbours } from './dispatch.routes.ts'
import { happenedAt, isTold } from './dispatch.steps.ts'
import { slipsOfUnit } from './dispatch.store.ts'
import { panicMoves, type PanicMove } from './dispatch.ts'

/** A press that waited longer than this for the network is told as having come now. */
const latestSeconds = 24 * 3_600

/** 紧急求援 — an officer in danger. Nothing stands between the button and the desk. */
export function panicRoutes(near: Neighbours): Answer[] {
  const { incidents, audit } = near

  const tell = (tx: Tx, one: StoredPanic, now: string) =>
    tx.emit(one.state === 'raised' ? unitPanicked : unitPanicMoved, now, {
      panic: one.id,
      unit: one.unit,
      desk: one.desk,
      incident: one.incident,
      units: one.told,
      state: one.state,
      at: now,
    })

  /** Always incident, then unit, as the steps of slips: whoever calls for help never waits in a circle with them. */
  async function hold(tx: Tx, unit: string, desk: string, incident: string | undefined) {
    if (incident) await incidents.held(tx, desk, incident)
    return near.units.held(tx, unit)
  }

  /** The last call for help of this unit, if this person has a say in it; held. */
  async function held(tx: Tx, me: Me, unit: string) {
    const staff = staffOf(me)
    const known = await tx.maybe(store.lastPanicOf, { unit })
    const own = await hold(tx, unit, known?.desk ?? '', known?.incident)
    const isOwn = me.allows.includes('unit.work') && staff.unit === unit
    const isDesk = me.allows.includes('dispatch.work') && staff.org === own?.org
    if (!own || (!isOwn && !isDesk)) return refuse('unit.not-found')
    const one = await tx.maybe(store.lastPanicOf, { unit })
    if (!one) return refuse('move.not-now')
    return { one, roles: [...(isOwn ? ['unit'] : []), ...(isDesk ? ['dispatcher'] : [])] }
  }

  async function note(tx: Tx, me: Me, one: StoredPanic, name: string, now: string, words?: string) {
    const staff = staffOf(me)
    if (one.incident) {
      const said = [one.unitName, words].filter(Boolean).join(' · ')
      await incidents.note(tx, one.incident, now, `unit.${name}`, staff.name, said)
    }
    const facts = { unit: one.unit, state: one.state, words }
    await audit(tx, now, { actor: staff.id, act: `unit.${name}`, object: one.id, facts })
  }

  async function check(
    tx: Tx,
    me: Me,
    one: StoredPanic,
    name: PanicMove,
    roles: readonly string[],
    now: string,
  ) {
    const next = move(panicMoves, one.state, name, roles)
    if (!isRefusal(next)) return undefined
    const facts = { move: name, state: one.state }
    await audit(tx, now, { actor: me.id, act: `refused:${next.refused}`, object: one.id, facts })
    tx.remember()
    return next
  }

  return [
    answer(api.panic, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      if (staff.unit !== params.unit) return refuse('unit.not-found')
      const slips = await tx.all(slipsOfUnit, { unit: params.unit, endedAfter: now })
      const slip = slips.find(({ id }) => id === body.slip) ?? slips.find(({ state }) => isTold(state))
      const unit = await hold(tx, params.unit, staff.org, slip?.incident)
      if (!unit) return refuse('unit.not-found')
      const fix = body.fix && normaliseFix(body.fix)
      // A place without a datum is left out; the call for help is not.
      const placed = fix?.wgs84 && fix.state === 'placed' ? fix : undefined
      if (placed && body.fix)
        await near.units.keepFixes(tx, unit, [{ ...body.fix, at: body.fix.at ?? body.madeAt }], now)
      const last =
        unit.lng === undefined || unit.lat === undefined ? undefined : { lng: unit.lng, lat: unit.lat }
      const at = placed?.wgs84 ?? last
      const whose = { unit: unit.id, desk: unit.org, incident: slip?.incident, at }
      const told = await unitsToTell({ units: near.units, unitsOf: near.dispatch.informedOf }, tx, whose)
      const place = { told, lng: at?.lng, lat: at?.lat, accuracyMetres: placed?.accuracyMetres }
      const open = await tx.maybe(store.openPanicOf, { unit: unit.id })
      const id = open?.id ?? near.ids.make('pa')
      if (open) await tx.run(store.renewPanic, { panic: id, ...place })
      else {
        const happened = happenedAt(body.madeAt, plusSeconds(now, -latestSeconds), now)
        const { incident, desk } = whose
        await tx.run(store.addPanic, {
          id,
          unit: unit.id,
          unitName: unit.name,
          desk,
          slip: slip?.id,
          incident,
          ...place,
          happenedAt: happened,
          now,
        })
      }
      const one = await tx.one(store.panicById, { panic: id })
      tell(tx, one, now)
      await note(tx, me, one, open ? 'panic-renew' : 'panic', now)
      return panicOf(one)
    }),

    answer(api.acknowledgePanic, async ({ params }, { me, tx, now }) => {
      const found = await held(tx, me, params.unit)
      if (isRefusal(found)) return found
      const no = await check(tx, me, found.one, 'acknowledge', found.roles, now)
      if (no) return no
      const panic = found.one.id
      await tx.run(store.markPanicAcknowledged, { panic, now, by: staffOf(me).name })
      const one = await tx.one(store.panicById, { panic })
      tell(tx, one, now)
      await note(tx, me, one, 'panic-acknowledge', now)
      return panicOf(one)
    }),

    answer(api.endPanic, async ({ params, body }, { me, tx, now }) => {
      const found = await held(tx, me, params.unit)
      if (isRefusal(found)) return found
      const no = await check(tx, me, found.one, 'end', found.roles, now)
      if (no) return no
      const panic = found.one.id
      const at = found.roles.includes('unit') ? happenedAt(body.madeAt, found.one.happenedAt, now) : now
      const words = body.words?.trim() || undefined
      await tx.run(store.markPanicEnded, { panic, at, by: staffOf(me).name, how: body.how, words })
      const one = await tx.one(store.panicById, { panic })
      tell(tx, one, now)
      await note(tx, me, one, 'panic-end', now, [body.how, words].filter(Boolean).join(' · '))
      return panicOf(one)
    }),

    answer(api.panics, async (_asked, { me, db }) =>
      (await db.all(store.openPanicsOfDesk, { desk: staffOf(me).org })).map(panicOf),
    ),
  ]
}
