import { refuse } from '@open110/kit/refuse'
import type { Reader } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { plusSeconds } from '@open110/kit/time'
import { staffOf } from '@open110/modules/staff'
import type { QueueRow } from '@open110/modules/report'
import * as api from './desk.api.ts'
import { seatChanged } from './desk.events.ts'
import type { Desks } from './desk.server.ts'
import * as store from './desk.store.ts'

export function deskRoutes(given: {
  desks: Desks
  queueOf: (db: Reader, desk: string, now: string) => Promise<QueueRow[]>
}): Answer[] {
  const { desks } = given
  /** A desk of another bureau does not exist for this one. */
  const ownDesk = async (db: Reader, org: string, desk: string) =>
    org === desk ? db.maybe(store.deskById, { desk }) : undefined
  /** A seat of one's own desk, held for a change. */
  const ownSeat = async (tx: Reader, org: string, { desk, seat }: { desk: string; seat: string }) =>
    /^\d{1,3}$/.test(seat) && (await ownDesk(tx, org, desk))
      ? tx.maybe(store.seatForUpdate, { desk, seat: Number(seat) })
      : undefined

  return [
    answer(api.signIn, async ({ params }, { me, tx, now }) => {
      const staff = staffOf(me)
      await tx.run(store.holdPerson, { staff: staff.id })
      const seat = await ownSeat(tx, staff.org, params)
      if (!seat) return refuse('desk.not-found')
      const policy = await desks.policyOf(tx, seat.desk)
      if (seat.staff && seat.staff !== staff.id && desks.seatFrom(seat).state === 'live') {
        return refuse('desk.seat-taken', { by: seat.staffName, seat: seat.seat })
      }
      const old = await tx.maybe(store.leaveSeat, { staff: staff.id })
      if (old && (old.seat !== seat.seat || old.desk !== seat.desk))
        tx.emit(seatChanged, now, { ...old, state: 'empty' })
      await tx.run(store.takeSeat, {
        desk: seat.desk,
        seat: seat.seat,
        staff: staff.id,
        name: staff.name,
        now,
        mark: desks.isHeard(staff.id, policy) ? plusSeconds(now, 0.001) : now,
      })
      tx.emit(seatChanged, now, { desk: seat.desk, seat: seat.seat, state: 'live' })
      const taken = await tx.one(store.seatForUpdate, { desk: seat.desk, seat: seat.seat })
      return { seat: desks.seatFrom(taken), policy }
    }),

    answer(api.signOut, async ({ params }, { me, tx, now }) => {
      const staff = staffOf(me)
      const seat = await ownSeat(tx, staff.org, params)
      if (!seat) return refuse('desk.not-found')
      if (seat.staff !== staff.id) return refuse('desk.not-yours')
      await tx.run(store.leaveSeat, { staff: staff.id })
      tx.emit(seatChanged, now, { desk: seat.desk, seat: seat.seat, state: 'empty' })
      await desks.tellIfUnstaffed(tx, seat.desk, now)
      return { seat: { desk: seat.desk, seat: seat.seat, state: 'empty' as const } }
    }),

    answer(api.seats, async ({ params }, { me, db, now }) => {
      const desk = await ownDesk(db, staffOf(me).org, params.desk)
      if (!desk) return refuse('desk.not-found')
      const stored = await db.all(store.seatsOfDesk, { desk: desk.id })
      const seats = stored.map(desks.seatFrom)
      return {
        desk: { id: desk.id, name: desk.name },
        seats,
        policy: await desks.policyOf(db, desk.id),
        at: now,
      }
    }),

    answer(api.queue, async ({ params }, { me, db, now }) => {
      const desk = await ownDesk(db, staffOf(me).org, params.desk)
      return desk ? given.queueOf(db, desk.id, now) : refuse('desk.not-found')
    }),
  ]
}
