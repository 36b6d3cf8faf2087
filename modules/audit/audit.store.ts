import * as z from 'zod/mini'
import { json, query, type Reader } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import type { AuditEntry } from './audit.ts'

const write = query({
  name: 'audit.write',
  takes: z.object({
    at: z.string(),
    actor: z.string(),
    act: z.string(),
    object: z.string(),
    facts: z.string(),
  }),
  sql: `insert into audit (at, actor, act, object, facts) values (:at, :actor, :act, :object, :facts::jsonb)`,
})

/** Write one entry, in the caller's transaction where there is one. */
export async function record(db: Reader, at: string, entry: AuditEntry): Promise<void> {
  await db.run(write, {
    at,
    actor: entry.actor,
    act: entry.act,
    object: entry.object,
    facts: json(entry.facts ?? {}),
  })
}
export type Record = typeof record

/** A screen that fetches itself anew is one look. */
const lookSeconds = 300

const writeLook = query({
  name: 'audit.write-look',
  takes: z.object({
    at: z.string(),
    actor: z.string(),
    act: z.string(),
    object: z.string(),
    since: z.string(),
  }),
  sql: `insert into audit (at, actor, act, object)
        select :at, :actor, :act, :object where not exists
          (select from audit where object = :object and actor = :actor and act = :act and at > :since)`,
})

/** 查看 — who has looked at what, written before it is shown; nobody is shown what cannot be put on record. */
export async function recordLook(
  db: Reader,
  at: string,
  entry: Pick<AuditEntry, 'actor' | 'act' | 'object'>,
): Promise<void> {
  await db.run(writeLook, { at, since: plusSeconds(at, -lookSeconds), ...entry })
}
export type Look = typeof recordLook
