import * as z from 'zod/mini'
import { json, query, type Reader } from '@open110/kit/server/db'
import type { AuditEntry } from './audit.ts'

const write = query({
  name: 'audit.write',
  takes: z.object({ at: z.string(), actor: z.string(), act: z.string(), object: z.string(), facts: z.string() }),
  sql: `insert into audit (at, actor, act, object, facts) values (:at, :actor, :act, :object, :facts::jsonb)`,
})

/** Write one entry, in the caller's transaction where there is one. */
export async function record(db: Reader, at: string, entry: AuditEntry): Promise<void> {
  await db.run(write, { at, actor: entry.actor, act: entry.act, object: entry.object, facts: json(entry.facts ?? {}) })
}
export type Record = typeof record
