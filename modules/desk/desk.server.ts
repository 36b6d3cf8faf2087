import * as z from 'zod/mini'
import type { Database, Reader, Tx } from '@open110/kit/server/db'
import { plusSeconds, type Clock } from '@open110/kit/time'
import { seatChanged, unstaffed } from './desk.events.ts'
import * as store from './desk.store.ts'
import { defaultPolicy, DeskPolicy, seatState, type Seat } from './desk.ts'

export type Desks = ReturnType<typeof openDesks>

export function openDesks(given: { db: Database; clock: Clock }) {
  /** The policy in force now; what a city leaves out is the default. */
  async function policyOf(db: Reader, desk: string): Promise<DeskPolicy> {
    const own = await db.maybe(store.policyAt, { desk, now: given.clock.now() })
    return z.parse(DeskPolicy, { ...defaultPolicy, ...own?.policy })
  }

  async function seatFrom(db: Reader, stored: store.StoredSeat): Promise<Seat> {
    const { wasStale: _, ...seat } = stored
    const policy = await policyOf(db, seat.desk)
    return {
      ...seat,
      staff: seat.staff as Seat['staff'],
      state: seatState(seat.lastBeatAt, given.clock.now(), policy),
    }
  }

  /** 有人值守 — whether any seat of this desk has a live heartbeat. */
  async function isStaffed(db: Reader, desk: string, known?: DeskPolicy): Promise<boolean> {
    const policy = known ?? (await policyOf(db, desk))
    const { count } = await db.one(store.liveSeats, {
      desk,
      after: plusSeconds(given.clock.now(), -policy.staleSeconds),
    })
    return count > 0
  }

  /** Told after a seat was left or fell silent: the last one gone alarms the supervisor (NY-03). */
  async function tellIfUnstaffed(tx: Tx, desk: string, now: string): Promise<void> {
    if (!(await isStaffed(tx, desk))) tx.emit(unstaffed, now, { desk, since: now })
  }

  return {
    policyOf,
    isStaffed,
    tellIfUnstaffed,
    seatFrom,
    async seatOfStaff(db: Reader, staff: string): Promise<Seat | undefined> {
      const stored = await db.maybe(store.seatOfStaff, { staff })
      return stored && seatFrom(db, stored)
    },
    /** The state of a seat as long as this person still sits on it; a seat that changed hands is empty for its old claims. */
    async seatStates(db: Reader, desk: string) {
      const policy = await policyOf(db, desk)
      const seats = await db.all(store.seatsOfDesk, { desk })
      const now = given.clock.now()
      return (seat: { seat: number }, staff: string): Seat['state'] => {
        const found = seats.find((one) => one.staff === staff) ?? seats.find((one) => one.seat === seat.seat)
        return found?.staff === staff ? seatState(found.lastBeatAt, now, policy) : 'empty'
      }
    },
    /** A sign of life from whoever sits somewhere. */
    beat(staff: string): Promise<void> {
      return given.db.tx(async (tx) => {
        const now = given.clock.now()
        const seat = await tx.maybe(store.beat, { staff, now })
        if (seat?.wasStale) tx.emit(seatChanged, now, { desk: seat.desk, seat: seat.seat, state: 'live' })
      })
    },
  }
}

/** The division that numbers are made with when a report has no place of its own. */
export async function deskDivision(db: Reader, desk: string): Promise<string> {
  return (await db.one(store.deskById, { desk })).division
}
