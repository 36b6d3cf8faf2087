import type { Database, Tx } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import type { Clock, Moment } from '@open110/kit/time'
import { deadlineChanged, deadlineEscalated, deadlineOverdue, deadlineWarned } from './deadline.events.ts'
import { about, nextOf } from './deadline.keep.server.ts'
import type { Deadlines } from './deadline.server.ts'
import { dueForUpdate, markTold, type Stored } from './deadline.store.ts'
import { tell } from './deadline.turn.ts'

/** 到时 — what has turned amber or red is told, once, by whichever process comes first. */
export function deadlineSweeps(given: { db: Database; clock: Clock; deadlines: Deadlines }): Sweep[] {
  const { db, clock, deadlines } = given
  let isCaughtUp = false

  /** A pause that was given until now ends by itself: nothing is forgotten by being put aside. */
  async function goOn(tx: Tx, row: Stored, now: Moment): Promise<Stored> {
    if (!row.pauses.some(({ to, until }) => to === undefined && until !== undefined && until <= now))
      return row
    const ended = row.pauses.map((pause) => ({ ...pause, to: pause.to ?? pause.until }))
    const after = await deadlines.repause(tx, row, ended, now)
    tx.emit(deadlineChanged, now, { ...about(after), dueAt: after.dueAt })
    return after
  }

  async function tellOf(tx: Tx, row: Stored, now: Moment): Promise<void> {
    const { targetAt, warnAt, dueAt, steps, warnedAt, overdueAt, stepsDone } = row
    const turns = { targetAt, warnAt, dueAt, steps: steps.map(({ at, to }) => ({ at, to })) }
    const news = tell(turns, { warnedAt, overdueAt, stepsDone }, now)
    await tx.run(markTold, { deadline: row.id, ...news.told, nextAt: nextOf(row, turns, news.told) })
    const body = about(row)
    if (news.isWarned && dueAt) tx.emit(deadlineWarned, now, { ...body, dueAt })
    if (news.isOverdue && dueAt) tx.emit(deadlineOverdue, now, { ...body, dueAt })
    for (const to of news.escalatedTo) tx.emit(deadlineEscalated, now, { ...body, to })
  }

  return [
    {
      name: 'deadline.due',
      everyMs: 1_000,
      async run() {
        if (!isCaughtUp) await deadlines.catchUp(clock.now())
        isCaughtUp = true
        return db.tx(async (tx) => {
          const now = clock.now()
          const due = await tx.all(dueForUpdate, { now })
          for (const row of due) await tellOf(tx, await goOn(tx, row, now), now)
          return due.length
        })
      },
    },
  ]
}
