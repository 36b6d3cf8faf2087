import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { secondsBetween } from '@open110/kit/time'
import * as closure from '@open110/modules/closure/api'
import { granted, type Town } from '../town.ts'
import type { Crew } from './crew.ts'

/** What is left of a day when it is over; all of it empty when every loop is closed. */
export type End = {
  readonly openLoops: readonly string[]
  /** Accepted incidents that ended with no feedback, merge or reason, or did not end. */
  readonly unfinished: readonly string[]
  readonly undecided: number
  readonly reports: number
  readonly incidents: number
  readonly slips: number
}

/** A round of looks comes twice a minute. */
const oldSeconds = 120

const unfinished = query({
  name: 'wholeday.unfinished',
  gives: z.object({ number: z.string(), state: z.string() }),
  sql: `select number, state from incident i
         where state not in ('merged', 'invalid', 'archived')
           and not (state = 'closed'
                    and not exists (select from slip s where s.incident = i.id
                                     and s.state not in ('closed', 'cancelled', 'returned'))
                    and (close_reason is not null
                         or exists (select from slip s where s.incident = i.id and s.feedback is not null)))`,
})
const counts = query({
  name: 'wholeday.counts',
  gives: z.object({ undecided: z.number(), reports: z.number(), incidents: z.number(), slips: z.number() }),
  sql: `select (select count(*)::int from report where state in ('delivered', 'received', 'verifying')) as undecided,
               (select count(*)::int from report) as reports, (select count(*)::int from incident) as incidents,
               (select count(*)::int from slip) as slips`,
})

export const endOf = {
  /** The house's own look at what must hold, by name and offender; one that was not looked at lately is a fault as well. */
  async brokenNow(town: Town, crew: Crew): Promise<string[]> {
    const invariants = granted(await crew.officer()(closure.invariants))
    return invariants.flatMap(({ name, state, checkedAt, offenders }) => {
      const age = checkedAt === undefined ? Infinity : secondsBetween(checkedAt, town.clock.now())
      const isLookedAt = state === 'untested' || age < oldSeconds
      return [
        ...(isLookedAt ? [] : [`${name} was not looked at`]),
        ...offenders.map(({ id }) => `${name} ${id}`),
      ]
    })
  },

  async day(town: Town, crew: Crew): Promise<End> {
    const { loops } = granted(await crew.officer()(closure.board))
    const left = await town.db.all(unfinished)
    return {
      openLoops: loops.map(
        ({ number, state, gaps }) => `${number} ${state}: ${gaps.map(({ finding }) => finding).join(' ')}`,
      ),
      unfinished: left.map(({ number, state }) => `${number} ${state}`),
      ...(await town.db.one(counts)),
    }
  },
}
