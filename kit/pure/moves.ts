import { refuse, type Refusal } from './refuse.ts'

/** A lifecycle as a table: who may do what, from where, to where. */
export type Moves<State extends string, Role extends string> = Readonly<
  Record<
    string,
    {
      readonly from: readonly State[]
      readonly to: State
      readonly by: readonly Role[]
      /** Facts that the person must give with the act, such as a reason. */
      readonly needs?: readonly string[]
    }
  >
>

type StateOf<Table> = Table extends Readonly<Record<string, { readonly to: infer State }>> ? State : never

/** The state after `name`, or why it is refused. Anything the table does not list is refused. */
export function move<const Table extends Moves<string, string>>(
  table: Table,
  now: string,
  name: string,
  by: readonly string[],
): StateOf<Table> | Refusal<'move.not-now' | 'move.denied'> {
  const row = Object.hasOwn(table, name) ? table[name] : undefined
  if (!row || !row.from.includes(now)) {
    return refuse('move.not-now', { move: name, state: now, open: openMoves(table, now, by) })
  }
  if (!row.by.some((role) => by.includes(role))) return refuse('move.denied', { move: name, by: row.by })
  return row.to as StateOf<Table>
}

/** What this person may do now: the same table draws the buttons. */
export function openMoves<const Table extends Moves<string, string>>(
  table: Table,
  now: string,
  by: readonly string[],
): (keyof Table & string)[] {
  return Object.entries(table)
    .filter(([, row]) => row.from.includes(now) && row.by.some((role) => by.includes(role)))
    .map(([name]) => name as keyof Table & string)
}

/** States that no path from `start` reaches, and states that should end but do not: empty lists in a sound table. */
export function faultsOf(
  table: Moves<string, string>,
  start: string,
  ends: readonly string[],
): { unreachable: string[]; deadEnds: string[] } {
  const all = new Set([start, ...ends])
  for (const row of Object.values(table)) for (const state of [...row.from, row.to]) all.add(state)
  const reached = new Set([start])
  for (let grew = true; grew;) {
    grew = false
    for (const row of Object.values(table)) {
      if (!reached.has(row.to) && row.from.some((state) => reached.has(state))) {
        reached.add(row.to)
        grew = true
      }
    }
  }
  const leaves = (state: string) => Object.values(table).some((row) => row.from.includes(state))
  return {
    unreachable: [...all].filter((state) => !reached.has(state)),
    deadEnds: [...all].filter((state) => !ends.includes(state) && !leaves(state)),
  }
}
