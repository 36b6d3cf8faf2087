import type { Database } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import type { SteadyClock } from '@open110/kit/time'
import { patienceSeconds, type DeskPolicy } from './desk.ts'
import { seatChanged } from './desk.events.ts'
import type { Desks } from './desk.server.ts'
import { listen, type Heard } from './desk.silence.ts'
import { markSilent, seatsHeard, type StoredSeat } from './desk.store.ts'

const everyMs = 1_000
/** A look that is later than this was held up by more than work: beats may lie unread. */
const heldUpMs = 2_000

/** 席位失联 — a seat whose beats have stopped is said to be silent; what it holds is offered and never handed over. */
export function deskSweeps(given: { db: Database; clock: SteadyClock; desks: Desks }): Sweep[] {
  let heard: Heard = new Map()
  let lookedMs: number | undefined

  const sayWhoIsSilent = (seats: readonly (StoredSeat & { mark: string })[]) =>
    given.db.tx(async (tx) => {
      const now = given.clock.now()
      const left = new Set<string>()
      for (const { desk, seat, staff, mark } of seats) {
        if (!staff || (await tx.run(markSilent, { desk, seat, staff, mark, now })) === 0) continue
        tx.emit(seatChanged, now, { desk, seat, state: 'stale' })
        left.add(desk)
      }
      for (const desk of left) await given.desks.tellIfUnstaffed(tx, desk, now)
      return left.size
    })

  return [
    {
      name: 'desk.silent-seats',
      everyMs,
      async run(lateMs) {
        const { clock, desks } = given
        const nowMs = clock.steadyMs()
        const listenedMs = lookedMs === undefined || lateMs > heldUpMs ? undefined : nowMs - lookedMs
        // Absent until this look has ended well: whoever cannot read or write the verdict has not listened.
        lookedMs = undefined
        const policies = new Map<string, DeskPolicy>()
        const seats = await given.db.all(seatsHeard)
        for (const { desk } of seats)
          if (!policies.has(desk)) policies.set(desk, await desks.policyOf(given.db, desk))
        const beaten = seats.map((seat) => ({
          ...seat,
          key: `${seat.desk} ${seat.seat} ${seat.staff}`,
          mark: seat.lastBeatAt ?? '',
          mostMs: 1_000 * patienceSeconds(seat, policies.get(seat.desk)!),
        }))
        const found = listen(heard, beaten, listenedMs)
        const silent = beaten.filter(({ key }) => found.silent.includes(key))
        const did = silent.length === 0 ? 0 : await sayWhoIsSilent(silent)
        heard = found.heard
        lookedMs = nowMs
        return did
      },
    },
  ]
}
