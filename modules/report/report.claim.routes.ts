import { move } from '@open110/kit/moves'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Reader, Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { takeOver, type DeskPolicy, type Seat } from '@open110/modules/desk'
import { staffOf } from '@open110/modules/staff'
import * as api from './report.api.ts'
import { ownerOf } from './report.card.server.ts'
import { reportReceived, reportTaken } from './report.events.ts'
import type { Neighbours } from './report.routes.ts'
import * as store from './report.store.ts'
import { reportMoves } from './report.ts'

/** 接收与处置 — what a person at a desk does with a report: receive it, take it over, decide on it. */
export function claimRoutes(
  near: Pick<Neighbours, 'reports' | 'audit' | 'seatState'> & {
    policyOf: (db: Reader, desk: string) => Promise<DeskPolicy>
    seatOfStaff: (db: Reader, staff: string) => Promise<Seat | undefined>
  },
): Answer[] {
  const { reports } = near

  /** A refused move changes nothing, and is on record all the same (domain §3.4). */
  async function turnDown<No extends Refusal>(
    tx: Tx,
    me: { id: string },
    report: store.Stored,
    name: string,
    no: No,
    now: string,
  ) {
    const facts = { move: name, state: report.state }
    await near.audit(tx, now, { actor: me.id, act: `refused:${no.refused}`, object: report.id, facts })
    tx.remember()
    return no
  }

  return [
    answer(api.receive, async ({ params }, { me, tx, now }) => {
      const staff = staffOf(me)
      // Not held: of many who receive at once the others must not wait for each other to hear whose it is.
      const report = await reports.atDesk(tx, staff.org, params.report)
      if (isRefusal(report)) return report
      const seat = await near.seatOfStaff(tx, staff.id)
      if (!seat) return refuse('desk.not-signed-in')
      const { org: desk } = staff
      const isMine =
        report.receivedAt === undefined &&
        (await tx.run(store.markReceived, {
          report: report.id,
          desk,
          staff: staff.id,
          name: staff.name,
          seat: seat.seat,
          now,
        })) > 0
      const kept = report.receivedAt === undefined ? await reports.byId(tx, report.id) : report
      if (!kept) return refuse('report.not-found')
      if (!isMine) {
        const { ownerName: by, ownerSeat, receivedAt: at, owner } = kept
        const earlier = { by, seat: ownerSeat, at, isMine: owner === staff.id }
        return turnDown(tx, me, kept, 'receive', refuse('report.already-received', earlier), now)
      }
      const from = report.desk === desk ? undefined : report.desk
      const other = from ?? kept.overflowedTo
      tx.emit(reportReceived, now, { ...reports.about({ ...report, desk }), seat: seat.seat, at: now })
      // The other desk that was shown it has it in its queue no more.
      if (other)
        tx.emit(reportTaken, now, {
          ...reports.about({ ...report, desk: other }),
          seat: seat.seat,
          how: 'take',
        })
      await near.audit(tx, now, {
        actor: staff.id,
        act: 'report.receive',
        object: report.id,
        facts: { seat: seat.seat, from },
      })
      return { state: 'received' as const, at: now, by: staff.name, seat: seat.seat }
    }),

    answer(api.take, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const report = await reports.held(tx, staff.org, params.report)
      if (isRefusal(report)) return report
      if (!report.ownerSince) return refuse('report.not-received')
      const seat = await near.seatOfStaff(tx, staff.id)
      if (!seat) return refuse('desk.not-signed-in')
      const policy = await near.policyOf(tx, report.desk)
      const how = takeOver(
        {
          receivedAt: report.ownerSince,
          ownerState: ownerOf(report, await near.seatState(tx, report.desk))?.state ?? 'empty',
        },
        { isSupervisor: me.allows.includes('report.supervise'), reason: body?.reason?.trim() },
        now,
        policy,
      )
      if (how === 'denied') {
        const facts = { by: report.ownerName, seconds: policy.takeSeconds }
        return turnDown(tx, me, report, 'take', refuse('report.take-denied', facts), now)
      }
      if (how === 'needs-reason') return refuse('reason.missing')
      await tx.run(store.markOwner, {
        report: report.id,
        staff: staff.id,
        name: staff.name,
        seat: seat.seat,
        now,
      })
      tx.emit(reportTaken, now, { ...reports.about(report), seat: seat.seat, how })
      await near.audit(tx, now, {
        actor: staff.id,
        act: `report.${how}`,
        object: report.id,
        facts: { from: report.owner, reason: body?.reason },
      })
      return { how, at: now, by: staff.name }
    }),

    answer(api.moveReport, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const report = await reports.held(tx, staff.org, params.report)
      if (isRefusal(report)) return report
      const reason = body.reason?.trim()
      const isWeighty = body.move === 'restore' || (report.urgency === 1 && body.move !== 'verify')
      // What became invalid with its incident comes back with it, and not alone.
      const isAlone = body.move !== 'restore' || report.incident === undefined
      const next = isAlone
        ? move(reportMoves, report.state, body.move, reportMoves[body.move].by)
        : refuse('move.not-now', { state: report.state })
      const no = isRefusal(next)
        ? next
        : body.move !== 'verify' && !reason
          ? refuse('reason.missing')
          : isWeighty && !me.allows.includes('report.supervise')
            ? refuse('report.supervisor-denied')
            : undefined
      if (no) return turnDown(tx, me, report, body.move, no, now)
      const state = await reports.setState(tx, report, body.move, now, reason)
      if (isRefusal(state)) return state
      await near.audit(tx, now, {
        actor: staff.id,
        act: `report.${body.move}`,
        object: report.id,
        facts: { reason },
      })
      return { state }
    }),
  ]
}
