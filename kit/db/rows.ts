import * as z from 'zod/mini'
import { query, type Query } from './query.ts'
import { intoLog } from './told.ts'

const Fresh = z.object({ press: z.string() })

/**
 * 成批写入 — a statement of a module that writes the rows of many presses at once. `sql` is a list of named inserts, each
 * reading one list of rows (`jsonb_to_recordset(:reports::jsonb)`) whose `press` is among the `fresh` ones.
 */
export type RowsTogether = {
  readonly name: string
  readonly lists: readonly string[]
  readonly statement: Query<z.ZodMiniType<Record<string, string>>, typeof Fresh>
}

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
