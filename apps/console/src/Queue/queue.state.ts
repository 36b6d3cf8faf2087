import { byTurn, isOffered, type QueueRow } from '@open110/modules/report'

/** 队列 — four groups, each in the server's order: what was dropped, then the most urgent, then whoever has waited longest. */
export const groups = ['waiting', 'mine', 'others', 'ended'] as const
export type Group = (typeof groups)[number]
export type Order = Readonly<Record<Group, readonly string[]>>

const endedStates: readonly string[] = ['done', 'declined', 'invalid', 'transferred']

export function groupOf(row: QueueRow, me: string): Group {
  if (row.state === 'delivered' || isOffered(row)) return 'waiting'
  if (endedStates.includes(row.state)) return 'ended'
  return row.owner?.staff === me ? 'mine' : 'others'
}

/** Most urgent, then longest waiting; the lately ended ones newest first. */
function before(group: Group) {
  return (a: QueueRow, b: QueueRow): number => {
    const byAge =
      a.deliveredAt < b.deliveredAt ? -1 : a.deliveredAt > b.deliveredAt ? 1 : a.report < b.report ? -1 : 1
    return group === 'ended' ? -byAge : byTurn(a, b) || byAge
  }
}

export function arrange(rows: readonly QueueRow[], me: string): Order {
  const sorted: Record<Group, QueueRow[]> = { waiting: [], mine: [], others: [], ended: [] }
  for (const row of rows) sorted[groupOf(row, me)].push(row)
  const ids = (group: Group) => sorted[group].sort(before(group)).map((row) => row.report)
  return { waiting: ids('waiting'), mine: ids('mine'), others: ids('others'), ended: ids('ended') }
}

/**
 * What the list shows. While the pointer or a key is at work in it, rows keep their places and only their
 * contents change; what has come meanwhile is counted and waits for a pause (lessons c1).
 */
export type Shown = {
  readonly order: Order
  readonly rows: ReadonlyMap<string, QueueRow>
  /** The order that will be shown at the next pause. */
  readonly wanted: Order
  /** Waiting reports that are not on the list yet. */
  readonly newcomers: number
}

export const nothingShown: Shown = {
  order: { waiting: [], mine: [], others: [], ended: [] },
  rows: new Map(),
  wanted: { waiting: [], mine: [], others: [], ended: [] },
  newcomers: 0,
}

export function arrive(shown: Shown, rows: readonly QueueRow[], me: string, isHeld: boolean): Shown {
  const wanted = arrange(rows, me)
  const known = new Map(rows.map((row) => [row.report as string, row]))
  const isEmpty = groups.every((group) => shown.order[group].length === 0)
  if (!isHeld || isEmpty) return { order: wanted, rows: known, wanted, newcomers: 0 }
  const listed = new Set(groups.flatMap((group) => shown.order[group]))
  // A row that has left the desk keeps its place, as last seen, until the pause.
  for (const id of listed) {
    const last = shown.rows.get(id)
    if (!known.has(id) && last) known.set(id, last)
  }
  const newcomers = wanted.waiting.filter((id) => !listed.has(id)).length
  return { order: shown.order, rows: known, wanted, newcomers }
}

/** The pause has come, or the count was pressed. */
export function release(shown: Shown): Shown {
  const kept = new Set(groups.flatMap((group) => shown.wanted[group]))
  const rows = new Map([...shown.rows].filter(([id]) => kept.has(id)))
  return { order: shown.wanted, rows, wanted: shown.wanted, newcomers: 0 }
}

export const isSettled = (shown: Shown): boolean =>
  groups.every((group) => shown.order[group].join() === shown.wanted[group].join())

/** How long pointer and keyboard must rest before rows may move. */
export const restMs = 2_000

export const isAtWork = (lastTouchMs: number | undefined, nowMs: number): boolean =>
  lastTouchMs !== undefined && nowMs - lastTouchMs < restMs

/** The row above or below in the order that is shown, across groups; the ends hold. */
export function stepFrom(
  order: Order,
  selected: string | undefined,
  by: 1 | -1,
  open: ReadonlySet<Group>,
): string | undefined {
  const ids = groups.filter((group) => open.has(group)).flatMap((group) => order[group])
  if (ids.length === 0) return undefined
  const at = selected === undefined ? -1 : ids.indexOf(selected)
  if (at < 0) return by === 1 ? ids[0] : ids.at(-1)
  return ids[Math.min(ids.length - 1, Math.max(0, at + by))]
}

/** Whom the key A answers: the selected report if nobody is at it, else the first of those. */
export function answerTarget(
  rows: readonly QueueRow[],
  me: string,
  selected: string | undefined,
): QueueRow | undefined {
  const chosen = rows.find((row) => row.report === selected)
  if (chosen && groupOf(chosen, me) === 'waiting') return chosen
  const first = arrange(rows, me).waiting[0]
  return rows.find((row) => row.report === first)
}

/** Chips of a row, the telling ones first; what does not change what a person does now is left to the record. */
export function chipsOf(row: QueueRow): string[] {
  const chips: string[] = []
  if (row.flags.includes('duress')) chips.push('duress')
  else if (row.flags.includes('withdraw-asked')) chips.push('withdraw-asked')
  if (row.urgedAt) chips.push('urged')
  if (row.mode === 'silent') chips.push('silent')
  if (row.flags.includes('no-call') && row.mode !== 'silent') chips.push('no-call')
  if (row.flags.includes('missed-call')) chips.push('missed-call')
  if (row.flags.includes('danger-words')) chips.push('danger-words')
  for (const need of row.needs) chips.push(`need:${need}`)
  if (/^[a-z]/.test(row.language) && !row.language.startsWith('zh')) chips.push(`language:${row.language}`)
  for (const flag of [
    'out-of-area',
    'overseas',
    'offshore',
    'near-border',
    'no-place',
    'duty-desk',
  ] as const) {
    if (row.flags.includes(flag)) chips.push(flag)
  }
  if (row.overflowedAt) chips.push('overflowed')
  return chips
}
