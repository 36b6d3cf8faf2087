import {
  isDatasFault,
  json,
  openGroup,
  type Database,
  type GroupRank,
  type RowsTogether,
  type Told,
} from '../db/index.ts'
import type { Moment } from '../pure/time.ts'
import type { Press } from './keys.ts'

type Rows = Readonly<Record<string, readonly object[]>>

/** What one press of a button writes: rows for the statement of its module, and what is told with them. */
export type Written = {
  readonly rows: Rows
  readonly events: readonly Told[]
}

type Item = { press: Press; status: number; answer: unknown; at: Moment } & Written

/** 合并提交 — presses that come together are committed together, durably, each with its kept answer and its events. */
export function openTogether(given: { db: Database; rows: RowsTogether }) {
  const db = given.db.of('alarm')
  const group = openGroup<Item, boolean>({
    lanes: 2,
    enough: 12,
    most: 64,
    hasExpress: true,
    restMs: 24,
    isOnesFault: isDatasFault,
    async work(items) {
      const listOf = (list: string) =>
        json(
          items.flatMap(({ press, rows }) => (rows[list] ?? []).map((row) => ({ ...row, press: press.id }))),
        )
      const fresh = await db.commit(given.rows.statement, {
        presses: json(
          items.map(({ press, status, answer, at }) => ({
            press: press.id,
            bodyHash: press.bodyHash,
            status,
            answer,
            at,
          })),
        ),
        events: json(items.flatMap(({ press, events }) => events.map((e) => ({ ...e, press: press.id })))),
        ...Object.fromEntries(given.rows.lists.map((list) => [list, listOf(list)])),
      })
      const kept = new Set(fresh.map(({ press }) => press))
      return items.map(({ press }) => kept.has(press.id))
    },
  })
  return {
    /** False when this press had been kept before: nothing of it was written again. */
    put: (item: Item, rank: GroupRank) => group.put(item, rank),
    waiting: group.waiting,
  }
}
