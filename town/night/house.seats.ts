import { defaultPolicy, patienceSeconds, seatState, type Seat } from '@open110/modules/desk'
import { seatChanged } from '@open110/modules/desk/events'
import type { SteadyClock } from '@open110/kit/time'
import { listen, type Heard } from '../../modules/desk/desk.silence.ts'
import type { Base, Committed, Tx } from './base.ts'
import type { ReportRow } from './house.answers.ts'
import type { Device, Life, World } from './world.ts'

export type SeatRow = {
  desk: string
  seat: number
  staff: string | undefined
  signedInAt: string
  /** Another after each beat; means nothing else. */
  lastBeatAt: string
  silentSince: string | undefined
}

const lookMs = 1_000
/** A look that is later than this was held up by more than work: beats may lie unread. */
const heldUpMs = 2_000
const seatKey = (desk: string, seat: number | string) => `${desk} ${seat}`

/** 席位 — signs of life, and the verdict that a seat is silent, by the rules of the desk's own pure part. */
export function openSeats(given: {
  world: World
  base: Base
  life: Life
  clock: SteadyClock
  machine: Device
}) {
  const { world, base, life, clock } = given
  let heard: Heard = new Map()
  let lookedMs: number | undefined
  let marks = 0
  /** Seats that this process has seen taken or heard; a claim that lives here alone dies with it. */
  const known = new Set<string>()
  const wallHeardMs = new Map<string, number>()

  const silence = (rows: readonly SeatRow[], listenedMs: number | undefined): readonly string[] => {
    if (world.has('wall-clock-lease')) {
      const wallMs = given.machine.wallMs()
      return rows
        .filter(({ desk, seat }) => {
          const key = seatKey(desk, seat)
          const lastMs = wallHeardMs.get(key) ?? wallMs
          wallHeardMs.set(key, lastMs)
          return wallMs - lastMs > 1_000 * defaultPolicy.staleSeconds
        })
        .map(({ desk, seat }) => seatKey(desk, seat))
    }
    const beaten = rows.map((row) => ({
      key: seatKey(row.desk, row.seat),
      mark: row.lastBeatAt,
      mostMs: 1_000 * patienceSeconds(asSeat(row), defaultPolicy),
    }))
    const found = listen(heard, beaten, listenedMs)
    heard = found.heard
    if (!world.has('lease-forgotten')) return found.silent
    return beaten.map(({ key }) => key).filter((key) => !known.has(key))
  }

  const look = async (lateMs: number) => {
    const nowMs = clock.steadyMs()
    const wasMs = lateMs > heldUpMs ? undefined : lookedMs
    try {
      const rows = await base.read(life, (all) =>
        all.all<SeatRow>('seat').filter(({ staff, silentSince }) => staff && !silentSince),
      )
      const silent = silence(rows, wasMs === undefined ? undefined : nowMs - wasMs)
      lookedMs = undefined
      const found = rows.filter(({ desk, seat }) => silent.includes(seatKey(desk, seat)))
      if (found.length) await base.tx(life, (tx) => markSilent(tx, found))
      lookedMs = nowMs
    } catch {
      world.witness.deaf()
      lookedMs = undefined // whoever cannot read or write the verdict has not listened
    }
  }
  const markSilent = async (tx: Tx, found: readonly SeatRow[]) => {
    const now = clock.now()
    for (const { desk, seat, staff, lastBeatAt } of found) {
      const row = await tx.hold<SeatRow>('seat', seatKey(desk, seat))
      if (!row || row.staff !== staff || row.lastBeatAt !== lastBeatAt || row.silentSince) continue
      tx.put('seat', seatKey(desk, seat), { ...row, silentSince: now })
      tx.tell(seatChanged, now, { desk, seat, state: 'stale' })
      tx.onCommit(() => world.witness.silenced(staff!))
      if (!world.has('requeue-at-tail')) continue
      for (const report of base.seen.all<ReportRow>('report'))
        if (report.owner === staff) tx.put('report', report.id, { ...report, deliveredAt: now })
    }
  }
  /** One look after the other, as the house's sweeps do. */
  const again = (dueMs: number) => {
    life.after(Math.max(0, dueMs - clock.steadyMs()), () => {
      const lateMs = clock.steadyMs() - dueMs
      void look(lateMs).then(() => again(Math.max(dueMs + lookMs, clock.steadyMs())))
    })
  }
  again(clock.steadyMs() + lookMs)

  return {
    /** Sits down; whoever sat there silently has left. A person has one seat. */
    async sit(tx: Tx, desk: string, seat: string, staff: string, now: string) {
      const row = await tx.hold<SeatRow>('seat', seatKey(desk, seat))
      if (row?.staff && row.staff !== staff && seatState(asSeat(row)) === 'live') return row
      const lastBeatAt = `${now} ${world.newSerial()} ${marks++}`
      const taken: SeatRow = {
        desk,
        seat: Number(seat),
        staff,
        signedInAt: lastBeatAt,
        lastBeatAt,
        silentSince: undefined,
      }
      tx.put('seat', seatKey(desk, seat), taken)
      tx.tell(seatChanged, now, { desk, seat: Number(seat), state: 'live' })
      tx.onCommit(() => world.witness.seated(staff))
      known.add(seatKey(desk, seat))
      return taken
    },
    beat(staff: string) {
      base
        .tx(life, async (tx) => {
          const mine = base.seen.all<SeatRow>('seat').find((row) => row.staff === staff)
          const key = mine && seatKey(mine.desk, mine.seat)
          const row = key && (await tx.hold<SeatRow>('seat', key))
          if (!row || row.staff !== staff) return undefined
          known.add(key)
          wallHeardMs.set(key, given.machine.wallMs())
          tx.put('seat', key, { ...row, lastBeatAt: `${world.newSerial()}`, silentSince: undefined })
          tx.onCommit(() => world.witness.beaten(staff))
          if (row.silentSince) {
            tx.tell(seatChanged, clock.now(), { desk: row.desk, seat: row.seat, state: 'live' })
            tx.onCommit(() => world.witness.seated(staff))
          }
          return undefined
        })
        .catch(() => {}) // the next beat says the same
    },
    seatOf: (rows: Committed, staff: string) => rows.all<SeatRow>('seat').find((row) => row.staff === staff),
    stateOf(rows: Committed, staff: string): Seat['state'] {
      const row = rows.all<SeatRow>('seat').find((one) => one.staff === staff)
      return row ? seatState(asSeat(row)) : 'empty'
    },
  }
}

const asSeat = (row: SeatRow) => ({ ...row, silentSince: row.silentSince }) as unknown as Seat
