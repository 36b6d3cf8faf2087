import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { move, openMoves } from '@open110/kit/moves'
import type { Ids } from '@open110/kit/ids'
import type { Reader } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import type { Record as Audit } from '@open110/modules/audit/server'
import { isEnded } from '@open110/modules/incident'
import type { Incidents } from '@open110/modules/incident/server'
import type { Reports } from '@open110/modules/report/server'
import { staffOf } from '@open110/modules/staff'
import * as api from './escalation.api.ts'
import { escalationMoved } from './escalation.events.ts'
import * as store from './escalation.store.ts'
import { escalationMoves, rolesIn, type Escalation } from './escalation.ts'

type Me = Parameters<typeof staffOf>[0] & { readonly allows: readonly string[] }

/** 请示与批示 — asked from the open incident, answered with few keys, carried out on record. */
export function escalationRoutes(near: {
  ids: Ids
  audit: Audit
  incidents: Pick<Incidents, 'visibleTo' | 'held' | 'note' | 'refresh'>
  reports: Pick<Reports, 'ofIncident'>
  hasAttachment: (db: Reader, report: string, attachment: string) => Promise<boolean>
  /** The desk above this one, if one is registered. */
  superiorOf: (db: Reader, desk: string) => Promise<string | undefined>
}): Answer[] {
  const { incidents } = near
  const meIn = (me: Me) => ({
    id: me.id,
    org: staffOf(me).org,
    isOfficer: me.allows.includes('incident.supervise'),
  })

  function whole(me: Me, stored: store.Stored): Escalation {
    const {
      askedBy: _,
      askedByName,
      seenAt,
      seenByName,
      answeredAt,
      answeredByName,
      carriedOutAt,
      carriedOutByName,
      ...rest
    } = stored
    const step = (by: string | undefined, at: string | undefined) => (by && at ? { by, at } : undefined)
    return {
      ...rest,
      askedBy: askedByName,
      seen: step(seenByName, seenAt),
      answered: step(answeredByName, answeredAt),
      carriedOut: step(carriedOutByName, carriedOutAt),
      openMoves: openMoves(escalationMoves, stored.state, rolesIn(meIn(me), stored)),
    }
  }

  async function ofIncident(db: Reader, incident: string, photo: string): Promise<boolean> {
    for (const { id } of await near.reports.ofIncident(db, incident))
      if (await near.hasAttachment(db, id, photo)) return true
    return false
  }

  return [
    answer(api.ask, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await incidents.held(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      if (isEnded(incident.state)) return refuse('incident.already-closed')
      const words = body.words.trim()
      if (!words) return refuse('escalation.words-missing')
      const toDesk = body.to === 'superior-desk' ? await near.superiorOf(tx, incident.desk) : incident.desk
      if (!toDesk) return refuse('escalation.superior-missing')
      const photos = [...new Set(body.photos ?? [])]
      for (const photo of photos)
        if (!(await ofIncident(tx, incident.id, photo))) return refuse('escalation.photo-not-found')
      const id = near.ids.make('es')
      const about = { incident: incident.id, desk: incident.desk, toDesk }
      await tx.run(store.addEscalation, {
        id,
        ...about,
        number: incident.number,
        level: incident.levelConfirmed ?? incident.levelInitial,
        aim: body.to,
        words,
        photos,
        by: staff.id,
        name: staff.name,
        now,
      })
      tx.emit(escalationMoved, now, { escalation: id, ...about, state: 'asked' })
      await incidents.note(tx, incident.id, now, 'escalation.ask', staff.name, words)
      await incidents.refresh(tx, incident.id, now)
      const facts = { incident: incident.id, to: body.to }
      await near.audit(tx, now, { actor: staff.id, act: 'escalation.ask', object: id, facts })
      return whole(me, await tx.one(store.escalationById, { escalation: id }))
    }),

    answer(api.moveEscalation, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const seen = await tx.maybe(store.escalationById, { escalation: params.escalation })
      const roles = seen ? rolesIn(meIn(me), seen) : []
      // Whoever works at a desk that was asked knows of it; only its officers may answer.
      if (!seen || (roles.length === 0 && seen.toDesk !== staff.org)) return refuse('escalation.not-found')
      // Always incident, then what hangs on it.
      await incidents.held(tx, seen.desk, seen.incident)
      const asked = await tx.one(store.escalationForUpdate, { escalation: seen.id })
      const state = move(escalationMoves, asked.state, body.move, roles)
      const words = body.words?.trim()
      const turnDown = async <No extends Refusal>(no: No) => {
        const facts = { move: body.move.slice(0, 40), state: asked.state }
        await near.audit(tx, now, { actor: staff.id, act: `refused:${no.refused}`, object: asked.id, facts })
        tx.remember()
        return no
      }
      if (isRefusal(state)) return turnDown(state)
      if (body.move === 'instruct' && !words) return turnDown(refuse('escalation.words-missing'))
      const forUnits = state === 'instructed' && body.forUnits === true
      await tx.run(store.markState, {
        escalation: asked.id,
        state,
        name: staff.name,
        now,
        instruction: words,
        forUnits,
      })
      const { id, incident, desk, toDesk } = asked
      tx.emit(escalationMoved, now, { escalation: id, incident, desk, toDesk, state })
      const note = state === 'instructed' ? words : undefined
      await incidents.note(tx, incident, now, `escalation.${body.move}`, staff.name, note)
      await incidents.refresh(tx, incident, now)
      const facts = { from: asked.state, to: state, forUnits }
      await near.audit(tx, now, { actor: staff.id, act: `escalation.${body.move}`, object: id, facts })
      return whole(me, await tx.one(store.escalationById, { escalation: id }))
    }),

    answer(api.list, async ({ query }, { me, db }) => {
      const found = await db.all(store.ofDesk, { desk: staffOf(me).org, isAll: query.scope === 'all' })
      return found.map((one) => whole(me, one))
    }),

    answer(api.ofIncident, async ({ params }, { me, db }) => {
      const incident = await incidents.visibleTo(db, staffOf(me).org, params.incident)
      if (isRefusal(incident)) return incident
      return (await db.all(store.ofIncident, { incident: incident.id })).map((one) => whole(me, one))
    }),
  ]
}
