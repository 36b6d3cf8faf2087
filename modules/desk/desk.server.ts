import * as z from 'zod/mini'
import type { Database, Reader, Tx } from '@open110/kit/server/db'
import type { SteadyClock } from '@open110/kit/time'
import { seatChanged, unstaffed } from './desk.events.ts'
import * as store from './desk.store.ts'
import { defaultPolicy, DeskPolicy, seatState, type DeskNow, type Seat } from './desk.ts'

export type Desks = ReturnType<typeof openDesks>

export function openDesks(given: {
  db: Database
  clock: SteadyClock
  /** A desk's policy has fields that cannot be read; the defaults stand in for them. */
  onWrongPolicy?: (desk: string, fields: readonly string[]) => void
}) {
  /** When each person's console was last heard by this process, seat or no seat. */
  const heardMs = new Map<string, number>()

  const said = new Set<string>()
  /**
   * What a city leaves out is the default. Named degradation: so is what it has written wrongly, which is said once and
   * must never keep a report out (faults F20).
   */
  function policyFrom(desk: string, own: Readonly<Record<string, unknown>> | undefined): DeskPolicy {
    const whole = z.safeParse(DeskPolicy, { ...defaultPolicy, ...own })
    if (whole.success) return whole.data
    const wrong = new Set(whole.error.issues.map(({ path }) => String(path[0])))
    const news = `${desk} ${[...wrong].join(' ')}`
    if (!said.has(news)) given.onWrongPolicy?.(desk, [...wrong])
    said.add(news)
    const right = Object.entries(own ?? {}).filter(([key]) => !wrong.has(key))
    const kept = z.safeParse(DeskPolicy, { ...defaultPolicy, ...Object.fromEntries(right) })
    return kept.success ? kept.data : defaultPolicy
  }
  /** The policy in force now. */
  async function policyOf(db: Reader, desk: string): Promise<DeskPolicy> {
    return policyFrom(desk, (await db.maybe(store.policyAt, { desk, now: given.clock.now() }))?.policy)
  }

  function seatFrom(stored: store.StoredSeat): Seat {
    const seat = { ...stored, staff: stored.staff as Seat['staff'] }
    return { ...seat, state: seatState(seat) }
  }

  /** 有人值守 — whether any seat of this desk is alive. */
  async function isStaffed(db: Reader, desk: string): Promise<boolean> {
    return (await db.one(store.liveSeats, { desk })).count > 0
  }

  /** Told after a seat was left or fell silent: the last one gone alarms the supervisor (NY-03). */
  async function tellIfUnstaffed(tx: Tx, desk: string, now: string): Promise<void> {
    if (!(await isStaffed(tx, desk))) tx.emit(unstaffed, now, { desk, since: now })
  }

  return {
    policyOf,
    /** What the policy in force says under a word that another module reads. */
    async ownPolicyOf(db: Reader, desk: string, word: string): Promise<unknown> {
      return (await db.maybe(store.policyAt, { desk, now: given.clock.now() }))?.policy[word]
    },
    /** This desk as it is now. */
    async now(db: Reader, desk: string): Promise<DeskNow> {
      const { name, policy, isStaffed } = await db.one(store.deskNow, { desk, now: given.clock.now() })
      return { name, policy: policyFrom(desk, policy), isStaffed }
    },
    isStaffed,
    tellIfUnstaffed,
    seatFrom,
    /** Desks at which nobody would hear a report. */
    async unstaffed(db: Reader): Promise<string[]> {
      return (await db.all(store.desksUnstaffed)).map(({ id }) => id)
    },
    /** Whether this person's console answers already: then the seat is held to its beat from the first moment on. */
    isHeard(staff: string, { staleSeconds }: DeskPolicy): boolean {
      const atMs = heardMs.get(staff)
      return atMs !== undefined && given.clock.steadyMs() - atMs <= staleSeconds * 1_000
    },
    async seatOfStaff(db: Reader, staff: string): Promise<Seat | undefined> {
      const stored = await db.maybe(store.seatOfStaff, { staff })
      return stored && seatFrom(stored)
    },
    /** The state of a seat as long as this person still sits on it; a seat that changed hands is empty for its old claims. */
    async seatStates(db: Reader, desk: string) {
      const seats = (await db.all(store.seatsOfDesk, { desk })).map(seatFrom)
      return (seat: { seat: number }, staff: string): Seat['state'] => {
        const found = seats.find((one) => one.staff === staff) ?? seats.find((one) => one.seat === seat.seat)
        return found?.staff === staff ? found.state : 'empty'
      }
    },
    /** A sign of life from whoever sits somewhere. */
    beat(staff: string): Promise<void> {
      heardMs.set(staff, given.clock.steadyMs())
      return given.db.tx(async (tx) => {
        const now = given.clock.now()
        const seat = await tx.maybe(store.beat, { staff, now })
        if (seat?.wasSilent) tx.emit(seatChanged, now, { desk: seat.desk, seat: seat.seat, state: 'live' })
      })
    },
  }
}

/** The division that numbers are made with when a report has no place of its own. */
export async function deskDivision(db: Reader, desk: string): Promise<string> {
  return (await db.one(store.deskById, { desk })).division
}

/** 上级指挥中心 — the desk above this one, if one is registered. */
export async function deskSuperior(db: Reader, desk: string): Promise<string | undefined> {
  return (await db.maybe(store.deskById, { desk }))?.superior
}
