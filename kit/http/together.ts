import * as z from 'zod/mini'
import type { EventContract } from '../pure/event.ts'
import {
  isDatasFault,
  json,
  openGroup,
  query,
  toldBy,
  type Database,
  type Query,
  type Told,
} from '../db/index.ts'
import type { GroupRank } from '../db/index.ts'
import { intoLog } from '../db/told.ts'
import type { Moment } from '../pure/time.ts'
import type { Press } from './keys.ts'

type Rows = Readonly<Record<string, readonly object[]>>

/** What one press of a button writes: rows for the statement of its module, and what is told with them. */
export type Written = {
  readonly rows: Rows
  readonly events: readonly Told[]
}

/** An event for `Written`, in the same words as `tx.emit`. */
export const tellsOf =
  (told: Told[]) =>
  <Body extends z.ZodMiniType>(contract: EventContract<Body>, at: Moment, body: z.infer<Body>): void =>
    void told.push(toldBy(contract, at, body))

/**
 * 成批写入 — a statement of a module that writes the rows of many presses at once. `sql` is a list of named inserts, each
 * reading one list of rows (`jsonb_to_recordset(:reports::jsonb)`) whose `press` is among the `fresh` ones.
 */
export type RowsTogether = {
  readonly name: string
  readonly lists: readonly string[]
  readonly statement: Query<z.ZodMiniType<Record<string, string>>, typeof Fresh>
}

const Fresh = z.object({ press: z.string() })

export function rowsTogether(spec: { name: string; lists: readonly string[]; sql: string }): RowsTogether {
  const takes = z.object(
    Object.fromEntries(['presses', 'events', ...spec.lists].map((list) => [list, z.string()])),
  )
  return {
    name: spec.name,
    lists: spec.lists,
    statement: query({
      name: spec.name,
      takes,
      gives: Fresh,
      // One statement is one transaction: the answer is kept, the rows are there and the events are told, or nothing is.
      sql: `with fresh as (
          insert into kept_answer (id, body_hash, status, answer, at)
          select press, "bodyHash", status, answer, at
            from jsonb_to_recordset(:presses::jsonb) as p(press text, "bodyHash" text, status int, answer jsonb, at timestamptz)
          on conflict (id) do nothing returning id as press
        ), ${spec.sql}, told as (
          ${intoLog('events', 'e.press in (select press from fresh)')}
        )
        select press from fresh`,
    }) as RowsTogether['statement'],
  }
}

type Item = { press: Press; status: number; answer: unknown; at: Moment } & Written

/** 合并提交 — presses that come together are committed together, durably, each with its kept answer and its events. */
export function openTogether(given: { db: Database; rows: RowsTogether }) {
  const db = given.db.of('alarm')
  const group = openGroup<Item, boolean>({
    lanes: 2,
    enough: 24,
    most: 64,
    hasExpress: true,
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
