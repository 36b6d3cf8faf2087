import { openMoves, type Moves } from '@open110/kit/moves'

/** 按钮 — every act of a table, and for each that is absent the reason: not from here, or not by this person. */
export type Button = {
  readonly move: string
  readonly isOpen: boolean
  readonly needs: readonly string[]
  readonly why?:
    | { readonly is: 'not-now'; readonly from: readonly string[] }
    | { readonly is: 'denied'; readonly by: readonly string[] }
}

/** Who moves things without a button of the desk; to name them there would help nobody. */
const beyondDesk: readonly string[] = ['system', 'citizen']

export function buttonsOf(
  table: Moves<string, string>,
  now: string,
  roles: readonly string[],
  shown: readonly string[],
): Button[] {
  const open: readonly string[] = openMoves(table, now, roles)
  return shown.flatMap((move): Button[] => {
    const row = table[move]
    if (!row) return []
    const needs = row.needs ?? []
    if (open.includes(move)) return [{ move, isOpen: true, needs }]
    const why = row.from.includes(now)
      ? ({ is: 'denied', by: row.by.filter((role) => !beyondDesk.includes(role)) } as const)
      : ({ is: 'not-now', from: row.from } as const)
    return [{ move, isOpen: false, needs, why }]
  })
}
