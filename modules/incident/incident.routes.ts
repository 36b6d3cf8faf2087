import { move } from '@open110/kit/moves'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { json, type Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { plusSeconds } from '@open110/kit/time'
import { reportMoves } from '@open110/modules/report'
import { staffOf } from '@open110/modules/staff'
import * as api from './incident.api.ts'
import { categoryOf } from './incident.category.ts'
import { closingWords } from './incident.close.ts'
import { incidentAccepted } from './incident.events.ts'
import { holdLock } from './incident.lock.server.ts'
import * as locks from './incident.lock.store.ts'
import { dayOf, incidentNumber } from './incident.number.ts'
import { isGrave } from './incident.policy.ts'
import { fusionRoutes } from './incident.fusion.routes.ts'
import { lockRoutes } from './incident.lock.routes.ts'
import { rowOf, type Neighbours } from './incident.server.ts'
import { placeFrom } from './incident.place.ts'
import * as store from './incident.store.ts'
import type { StoredIncident } from './incident.store.ts'
import { isEnded, whyNot, type HandMove, type Incident, type IncidentPlace } from './incident.ts'

export function incidentRoutes(near: Neighbours): Answer[] {
  const { incidents, reports } = near

  /** Where it happens as far as the report tells: the pin before the phone's own fix, words beside either. */
  async function placeOf(
    tx: Tx,
    report: { id: string; placeWords?: string | undefined },
  ): Promise<IncidentPlace> {
    const fixes = await reports.fixesOf(tx, report.id)
    const best =
      fixes.find((one) => one.kind === 'pin' && one.lng !== undefined) ??
      fixes.find((one) => one.lng !== undefined)
    if (!best || best.lng === undefined || best.lat === undefined)
      return { words: report.placeWords, from: 'reporter-fix' }
    return {
      words: report.placeWords,
      wgs84: { lng: best.lng, lat: best.lat },
      accuracyMetres: best.accuracyMetres,
      from: best.kind === 'pin' ? 'reporter-pin' : 'reporter-fix',
    }
  }

  /** 双人确认 — what looks like danger to life is found invalid by two: the first press asks, another person's confirms. */
  async function secondPerson(
    tx: Tx,
    staff: { id: string; name: string },
    incident: StoredIncident,
    name: string,
    seconds: number,
    now: string,
  ) {
    if (name !== 'invalidate' || !isGrave(incident)) return undefined
    const since = plusSeconds(now, -seconds)
    const asked = (await tx.all(locks.asksOf, { incident: incident.id, since })).find(
      (ask) => ask.move === name,
    )
    if (asked && asked.staff !== staff.id) return undefined
    const { staffName: by, askedAt } = asked ?? { staffName: staff.name, askedAt: now }
    if (!asked) {
      await tx.run(locks.keepAsk, {
        incident: incident.id,
        move: name,
        staff: staff.id,
        name: staff.name,
        now,
      })
      await incidents.note(tx, incident.id, now, 'incident.invalidate-asked', staff.name)
      await incidents.tell(tx, incident, incident.state, now, false)
    }
    return refuse('incident.second-person-needed', { by, until: plusSeconds(askedAt, seconds) })
  }

  return [
    answer(api.accept, async ({ body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const report = await reports.held(tx, staff.org, body.report)
      if (isRefusal(report)) return report
      const turnDown = async <No extends Refusal>(no: No) => {
        const facts = { move: 'accept', state: report.state }
        await near.audit(tx, now, { actor: staff.id, act: `refused:${no.refused}`, object: report.id, facts })
        tx.remember()
        return no
      }
      if (!report.receivedAt) return turnDown(refuse('report.not-received'))
      if (report.incident) {
        const { incidentNumber: number, incident } = report
        return turnDown(refuse('report.already-accepted', { number, incident }))
      }
      const next = move(reportMoves, report.state, 'accept', staff.roles)
      if (isRefusal(next)) return turnDown(next)
      if (!categoryOf(body.category)) return refuse('incident.category-invalid', { category: body.category })
      const place = body.place ? placeFrom(body.place) : await placeOf(tx, report)
      if (isRefusal(place)) return place
      const division = report.division ?? (await near.divisionOf(tx, report.desk))
      const day = dayOf(now)
      const { last } = await tx.one(store.nextSerial, { division, day })
      const id = near.ids.make('in')
      const number = incidentNumber(division, day, last)
      const joined = await reports.join(tx, report, { id, number }, 'accept', now, report.deskName)
      if (isRefusal(joined)) return joined
      const facts: Incident['facts'] = Object.fromEntries(
        Object.entries(report.answers).map(([field, value]) => [
          field,
          { value, from: 'answer' as const, at: now },
        ]),
      )
      await tx.run(store.addIncident, {
        id,
        number,
        desk: report.desk,
        level: body.level,
        category: body.category,
        place: json(place),
        narrative: body.words?.trim() || (report.words ?? ''),
        dangers: body.dangers ?? [],
        facts: json(facts),
        callSafe: report.callSafe,
        now,
        by: staff.name,
        staff: staff.id,
      })
      await tx.run(store.addReportTo, { incident: id, report: report.id, isMain: true, now, by: staff.id })
      await incidents.note(tx, id, now, 'incident.accept', staff.name)
      tx.emit(incidentAccepted, now, { incident: id, desk: report.desk, state: 'accepted', units: [] })
      await near.audit(tx, now, {
        actor: staff.id,
        act: 'incident.accept',
        object: id,
        facts: { report: report.id },
      })
      return { id, number, state: 'accepted' as const }
    }),

    answer(api.get, async ({ params }, { me, db, now }) => {
      const staff = staffOf(me)
      const incident = await incidents.visibleTo(db, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      if (
        !me.allows.includes('incident.see') &&
        !(staff.unit && (await near.isSentTo(db, staff.unit, incident.id)))
      ) {
        return refuse('incident.not-found')
      }
      await near.look(db, now, { actor: staff.id, act: 'incident.get', object: incident.id })
      return incidents.whole(db, incident, staff.roles, now)
    }),

    answer(api.list, async ({ query }, { me, db }) => {
      const found = await db.all(store.incidentsOfDesk, {
        desk: staffOf(me).org,
        scope: query.scope ?? 'all',
        search: (query.search ?? '').replace(/[%_\\]/g, '').slice(0, 60),
      })
      const slips = await near.slipsOf(
        db,
        found.map(({ id }) => id),
      )
      return found.map((incident) => rowOf(incident, slips.get(incident.id)?.open ?? 0))
    }),

    answer(api.moveIncident, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await incidents.held(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      const reason = body.move === 'close' ? closingWords(body) : body.reason?.trim() || undefined
      const slips = (await near.slipsOf(tx, [incident.id])).get(incident.id)
      const policy = await incidents.policyOf(tx, incident.desk, now)
      const no =
        whyNot(incident.state, body.move, staff.roles, {
          reason,
          nextAt: body.nextAt,
          openSlips: slips?.open ?? 0,
          reported: slips?.reported ?? 0,
          now,
          closedAt: incident.closedAt,
          reviveWithinDays: policy.reviveWithinDays,
        }) ?? (await secondPerson(tx, staff, incident, body.move, policy.secondPersonSeconds, now))
      if (no) {
        const facts = { move: body.move.slice(0, 40), state: incident.state }
        const act = `refused:${no.refused}`
        await near.audit(tx, now, { actor: staff.id, act, object: incident.id, facts })
        tx.remember()
        return no
      }
      const moved = await incidents.go(tx, incident, body.move as HandMove, staff.roles, staff.name, now, {
        reason,
        code: body.code ?? (reason ? 'other' : undefined),
        nextAt: body.move === 'hold' ? body.nextAt : undefined,
      })
      if (isRefusal(moved)) return moved
      if (body.move === 'close') await reports.mirror(tx, incident.id, 'done', now)
      if (body.move === 'invalidate') await reports.annul(tx, incident.id, now, reason)
      if (body.move === 'revalidate') {
        const main = await tx.maybe(store.mainReport, { incident: incident.id })
        await reports.reinstate(tx, incident.id, main?.report, now)
      }
      if (body.move === 'revive') {
        await reports.revive(tx, incident.id, now)
        await incidents.settle(tx, incident.id, staff.name, now)
      }
      await near.audit(tx, now, {
        actor: staff.id,
        act: `incident.${body.move}`,
        object: incident.id,
        facts: { reason, code: body.code },
      })
      const { state, version } = await tx.one(store.incidentById, { incident: incident.id })
      return { state, version }
    }),

    answer(api.correct, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await incidents.held(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      const locked = await holdLock(near, tx, staff, incident, now, body.takeOver ? 'take-over' : 'pass')
      if (isRefusal(locked)) return locked
      if (incident.version !== body.version) {
        return refuse('incident.changed-meanwhile', {
          by: incident.changedBy,
          at: incident.changedAt,
          version: incident.version,
        })
      }
      if (isEnded(incident.state)) return refuse('incident.already-closed')
      if (body.category && !categoryOf(body.category))
        return refuse('incident.category-invalid', { category: body.category })
      const place = body.place && placeFrom(body.place)
      if (isRefusal(place)) return place
      const mark = { by: staff.name, at: now }
      const facts = { ...incident.facts }
      for (const [field, value] of Object.entries(body.facts ?? {}))
        facts[field] = { value, from: 'desk', at: now }
      await tx.run(store.saveValues, {
        incident: incident.id,
        levelConfirmed: body.level ?? incident.levelConfirmed,
        categoryConfirmed: body.category ?? incident.categoryConfirmed,
        placeConfirmed: json(place ?? incident.placeConfirmed),
        confirmed: json({
          ...incident.confirmed,
          ...(body.level === undefined ? {} : { level: mark }),
          ...(body.category === undefined ? {} : { category: mark }),
          ...(body.place === undefined ? {} : { place: mark }),
        }),
        narrative: body.narrative ?? incident.narrative,
        dangers: body.dangers ?? incident.dangers,
        facts: json(facts),
        now,
        by: staff.name,
      })
      const changed = Object.keys(body).filter((field) => field !== 'version' && field !== 'takeOver')
      await incidents.note(tx, incident.id, now, 'incident.correct', staff.name, changed.join(', '))
      await incidents.tell(tx, incident, incident.state, now, false)
      await near.audit(tx, now, {
        actor: staff.id,
        act: 'incident.correct',
        object: incident.id,
        facts: { changed },
      })
      const saved = await incidents.held(tx, staff.org, incident.id)
      return isRefusal(saved) ? saved : incidents.whole(tx, saved, staff.roles, now)
    }),

    ...fusionRoutes(near),
    ...lockRoutes(near),
  ]
}
