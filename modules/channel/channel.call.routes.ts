import type { Ids } from '@open110/kit/ids'
import { move } from '@open110/kit/moves'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { json, type Reader, type Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import type { Look, Record as Audit } from '@open110/modules/audit/server'
import type { Contacts } from '@open110/modules/contact/server'
import type { Seat } from '@open110/modules/desk'
import type { People } from '@open110/modules/person/server'
import type { Bringing, Reports } from '@open110/modules/report/server'
import { staffOf } from '@open110/modules/staff'
import * as api from './channel.api.ts'
import type { Callers } from './channel.callers.server.ts'
import { fixOf, type Calls } from './channel.call.server.ts'
import * as store from './channel.call.store.ts'
import type { Cti } from './channel.cti.port.ts'
import { callMoved } from './channel.events.ts'
import { callMoves } from './channel.ts'

/** 接听 — what a seat does with calls, and with whoever stands at the counter. */
export function callRoutes(near: {
  ids: Ids
  calls: Calls
  callers: Callers
  people: People
  bringing: Bringing
  reports: Reports
  /** Absent where no telephone system is connected. */
  cti: Cti | undefined
  contacts: Pick<Contacts, 'permitFor' | 'use'>
  audit: Audit
  look: Look
  seatOfStaff: (db: Reader, staff: string) => Promise<Seat | undefined>
}): Answer[] {
  const { bringing, reports } = near

  /** A refused act changes nothing, and is on record all the same (domain §3.4). */
  async function turnDown<No extends Refusal>(
    tx: Tx,
    me: { id: string },
    object: string,
    no: No,
    now: string,
    facts?: { move: string; state: string },
  ) {
    await near.audit(tx, now, { actor: me.id, act: `refused:${no.refused}`, object, ...(facts && { facts }) })
    tx.remember()
    return no
  }
  /** The line is told last: if it does not answer, nothing has happened here. */
  async function command<Given>(act: ((cti: Cti) => Promise<Given>) | undefined) {
    if (!near.cti || !act) return refuse('call.line-down')
    try {
      return { given: await act(near.cti) }
    } catch {
      return refuse('call.line-down')
    }
  }
  const heldCall = async (tx: Tx, org: string, id: string) => {
    const call = await tx.maybe(store.callForUpdate, { call: id })
    return call && call.desk === org ? call : refuse('call.not-found')
  }

  return [
    answer(api.calls, async ({ params }, { me, db, now }) => {
      const { org } = staffOf(me)
      if (params.desk !== org) return refuse('desk.not-found')
      const stored = await db.all(store.callsOfDesk, { desk: org })
      for (const { id } of stored)
        await near.look(db, now, { actor: me.id, act: 'channel.calls', object: id })
      return Promise.all(
        stored.map(async (call) => near.calls.viewOf(call, await near.people.phoneOf(db, call.citizen))),
      )
    }),

    answer(api.answerCall, async ({ params }, { me, tx, now }) => {
      const staff = staffOf(me)
      const call = await heldCall(tx, staff.org, params.call)
      if (isRefusal(call)) return call
      const { staffName: by, seat: bySeat } = call
      const state = move(callMoves, call.state, 'answer', ['call-taker'])
      if (isRefusal(state)) {
        const earlier = refuse('call.already-answered', { by, seat: bySeat })
        const no = call.state === 'answered' ? earlier : refuse('call.already-ended')
        return turnDown(tx, me, call.id, no, now, { move: 'answer', state: call.state })
      }
      const seat = await near.seatOfStaff(tx, staff.id)
      if (!seat) return refuse('desk.not-signed-in')
      const citizen = await near.people.citizen(tx, call.citizen)
      const brought = await bringing.bring(
        tx,
        {
          mode: 'phone',
          citizen,
          fix: fixOf(call.place, call.rangAt),
          placeWords: call.place?.words,
          desk: { id: staff.org, isFinal: true },
          since: call.rangAt,
          sent: { called: call.called, place: call.place },
          receivedBy: { staff: staff.id, name: staff.name, seat: seat.seat },
        },
        now,
      )
      const { id: report, receiptCode } = brought
      await tx.run(store.markAnswered, {
        call: call.id,
        report,
        staff: staff.id,
        name: staff.name,
        seat: seat.seat,
        now,
      })
      tx.emit(callMoved, now, {
        call: call.id,
        desk: call.desk,
        state,
        report,
        seat: seat.seat,
        at: now,
      })
      const facts = { seat: seat.seat, report }
      await near.audit(tx, now, { actor: staff.id, act: 'channel.answer', object: call.id, facts })
      const done = await command((cti) => cti.connect(call.ref, seat))
      return isRefusal(done) ? done : { report, receiptCode, at: now }
    }),

    answer(api.hangUp, async ({ params }, { me, tx, now }) => {
      const call = await heldCall(tx, staffOf(me).org, params.call)
      if (isRefusal(call)) return call
      if (call.state !== 'answered') return turnDown(tx, me, call.id, refuse('call.already-ended'), now)
      if (call.staff !== me.id)
        return turnDown(tx, me, call.id, refuse('call.not-mine', { by: call.staffName }), now)
      await near.audit(tx, now, { actor: me.id, act: 'channel.hang-up', object: call.id })
      const done = await command((cti) => cti.hangUp(call.ref))
      // That it has ended is told by the line itself.
      return isRefusal(done) ? done : { state: call.state }
    }),

    answer(api.callBack, async ({ params }, { me, tx, now }) => {
      const staff = staffOf(me)
      const report = await reports.held(tx, staff.org, params.report)
      if (isRefusal(report)) return report
      if (!report.receivedAt) return refuse('report.not-received')
      const may = await near.contacts.permitFor(tx, report.id, 'call', now)
      if (isRefusal(may)) return turnDown(tx, me, report.id, may, now)
      const seat = await near.seatOfStaff(tx, staff.id)
      if (!seat) return refuse('desk.not-signed-in')
      const number = await near.people.phoneOf(tx, report.citizen)
      if (!number) return refuse('call.number-missing')
      if (!(await near.contacts.use(tx, may, now)))
        return turnDown(tx, me, report.id, refuse('contact.forbidden', { way: 'call' }), now)
      const done = await command((cti) => cti.dial(may, number, seat))
      if (isRefusal(done)) return done
      const id = near.ids.make('pc')
      await tx.run(store.addCall, {
        id,
        ref: done.given,
        direction: 'out',
        state: 'answered',
        desk: staff.org,
        citizen: report.citizen,
        report: report.id,
        called: '110',
        staff: staff.id,
        staffName: staff.name,
        seat: seat.seat,
        place: json(undefined),
        now,
      })
      tx.emit(callMoved, now, {
        call: id,
        desk: staff.org,
        state: 'answered',
        report: report.id,
        seat: seat.seat,
        at: now,
      })
      const facts = { call: id, seat: seat.seat }
      await near.audit(tx, now, { actor: staff.id, act: 'channel.call-back', object: report.id, facts })
      return { call: id }
    }),

    answer(api.statement, async ({ params, body }, { me, tx, now }) => {
      const report = await reports.held(tx, staffOf(me).org, params.report)
      if (isRefusal(report)) return report
      if (!report.receivedAt) return refuse('report.not-received')
      if (report.mode !== 'phone' && report.mode !== 'walk-in')
        return turnDown(tx, me, report.id, refuse('statement.mode-invalid', { mode: report.mode }), now)
      const how = await bringing.state(tx, report, body, now)
      await near.audit(tx, now, { actor: me.id, act: 'channel.statement', object: report.id, facts: { how } })
      return { how, at: now }
    }),

    answer(api.walkIn, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      if (params.desk !== staff.org) return refuse('desk.not-found')
      const seat = await near.seatOfStaff(tx, staff.id)
      if (!seat) return refuse('desk.not-signed-in')
      const { words, placeWords, phone, name } = body
      const { id, receiptCode } = await bringing.bring(
        tx,
        {
          mode: 'walk-in',
          citizen: await near.callers(tx, { number: phone, name }, now),
          words,
          placeWords,
          desk: { id: staff.org, isFinal: true },
          sent: { words, placeWords },
          receivedBy: { staff: staff.id, name: staff.name, seat: seat.seat },
        },
        now,
      )
      await near.audit(tx, now, { actor: staff.id, act: 'channel.walk-in', object: id })
      return { report: id, receiptCode, at: now }
    }),
  ]
}
