import * as z from 'zod/mini'
import type { Moves } from '@open110/kit/moves'
import { isRefusal } from '@open110/kit/refuse'
import { query, type Reader } from '@open110/kit/server/db'

/** What came of one press: the state after it, or the code of the refusal. */
export type Pressed = { readonly state: string } | { readonly refused: string }

/** One pair that did not do what its table says, in words for a person. */
export type Stray = {
  readonly state: string
  readonly move: string
  readonly role: string
  readonly why: string
}

/**
 * 走表 — walks every (state, move, role) of a lifecycle through its own door: what the table allows works and leads where it
 * says, everything else is refused with the right code, changes nothing, and is on record. Gives back what did not.
 *
 * A subject that refuses stays what it was and serves for all refusals of its state; what is allowed gets a fresh one.
 */
export async function walkTable<State extends string, Role extends string>(given: {
  table: Moves<State, Role | 'system' | 'citizen'>
  states: readonly State[]
  /** Moves that are nobody's, such as misspelt ones, are walked as well. */
  moreMoves?: readonly string[]
  roles: readonly Role[]
  /** What the door answers to somebody for whom the thing does not exist or is not theirs to move; nothing for the others. */
  outsider?: (role: Role, move: string) => string | undefined
  /** Moves that this door does not know, though the table has them. */
  isOtherDoor?: (move: string) => boolean
  /** A subject in this state, made by people as they would. */
  reach: (state: State) => Promise<string>
  /** With everything that the move needs. */
  press: (subject: string, move: string, role: Role) => Promise<Pressed>
  stateOf: (subject: string) => Promise<string>
  /** The last refusal on record about the subject, as `refused:<code>` and the move that was pressed. */
  audited: (subject: string) => Promise<{ act: string; move: string } | undefined>
  /** Where a refusal says more than that the move is not for now: which code it has. */
  refusedAs?: (state: State, move: string, role: Role) => string | undefined
  /** Where a move leads beside the table, such as a projection that follows at once. */
  leadsTo?: (state: State, move: string) => State | undefined
}): Promise<Stray[]> {
  const { table, press, stateOf } = given
  const strays: Stray[] = []
  const names = [...Object.keys(table), ...(given.moreMoves ?? ['no-such-move'])]
  for (const state of given.states) {
    const still = await given.reach(state)
    for (const name of names) {
      const row = Object.hasOwn(table, name) && !given.isOtherDoor?.(name) ? table[name] : undefined
      for (const role of given.roles) {
        const stray = (why: string) => strays.push({ state, move: name, role, why })
        const outside = given.outsider?.(role, name)
        const isFrom = row?.from.includes(state) ?? false
        const isBy = row?.by.includes(role) ?? false
        if (!outside && isFrom && isBy && row) {
          const fresh = await given.reach(state)
          const done = await press(fresh, name, role)
          const to = given.leadsTo?.(state, name) ?? row.to
          if ('refused' in done) stray(`allowed, and refused with ${done.refused}`)
          else if (done.state !== to) stray(`leads to ${done.state} instead of ${to}`)
          else if ((await stateOf(fresh)) !== to) stray(`says ${to} and stays ${await stateOf(fresh)}`)
          continue
        }
        const code =
          outside ?? given.refusedAs?.(state, name, role) ?? (isFrom ? 'move.denied' : 'move.not-now')
        const done = await press(still, name, role)
        if (!('refused' in done)) {
          stray(`not allowed, and done: ${done.state}`)
          continue
        }
        if (done.refused !== code) stray(`refused with ${done.refused} instead of ${code}`)
        if ((await stateOf(still)) !== state) stray('refused, and changed all the same')
        if (outside) continue
        const entry = await given.audited(still)
        if (entry?.act !== `refused:${code}` || entry.move !== name.slice(0, 40))
          stray('refused, and not on record')
      }
    }
  }
  return strays
}

/** What is on record about a subject that refused last. */
export const auditedIn = (db: Reader) => (object: string) => db.maybe(lastRefusal, { object })
const lastRefusal = query({
  name: 'town.last-refusal',
  takes: z.object({ object: z.string() }),
  gives: z.object({ act: z.string(), move: z.string() }),
  sql: `select act, coalesce(facts->>'move', '') as move from audit where object = :object and act like 'refused:%'
         order by id desc limit 1`,
})

/** The answer of a route as the walk reads it. */
export function pressed(answer: unknown): Pressed {
  return isRefusal(answer) ? { refused: answer.refused } : (answer as { state: string })
}
