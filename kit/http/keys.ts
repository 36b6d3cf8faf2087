import * as z from 'zod/mini'
import { keyedHash, seal, sha256Hex, unseal } from '../crypto/index.ts'
import { json, query, type Reader, type Tx } from '../db/index.ts'
import { refuse, type Refusal } from '../pure/refuse.ts'

const Kept = z.object({ bodyHash: z.string(), status: z.number(), answer: z.unknown() })

const keptAnswer = query({
  name: 'kit.kept-answer',
  takes: z.object({ id: z.string() }),
  gives: Kept,
  sql: `select body_hash, status, answer from kept_answer where id = :id`,
})

const keepAnswer = query({
  name: 'kit.keep-answer',
  takes: z.object({
    id: z.string(),
    bodyHash: z.string(),
    status: z.number(),
    answer: z.string(),
    at: z.string(),
  }),
  sql: `insert into kept_answer (id, body_hash, status, answer, at)
        values (:id, :bodyHash, :status, :answer::jsonb, :at) on conflict (id) do nothing`,
})

/** The press of one button: the same key with the same body has one answer, at any later time. */
export type Press = {
  readonly id: string
  readonly bodyHash: string
  readonly key: string
  readonly isSecret: boolean
}

/**
 * Only digests of the key are stored, so a copy of the table cannot replay anybody's press or open a sealed answer. The
 * digest of the body is keyed as well: bodies hold passwords and phone numbers, which a plain digest lets one guess.
 */
export function pressOf(
  who: string,
  key: string,
  operation: string,
  body: unknown,
  isSecret: boolean,
): Press {
  return {
    id: sha256Hex(`${who}\n${key}`),
    bodyHash: keyedHash(key, `${operation}\n${json(body)}`),
    key,
    isSecret,
  }
}

export async function earlierAnswer(
  db: Reader,
  press: Press,
): Promise<{ status: number; answer: unknown } | Refusal<'idempotency.key-reused'> | undefined> {
  const kept = await db.maybe(keptAnswer, { id: press.id })
  if (!kept) return undefined
  if (kept.bodyHash !== press.bodyHash) return refuse('idempotency.key-reused')
  const answer = press.isSecret
    ? (JSON.parse(unseal(press.key, 'kept-answer', kept.answer as string)) as unknown)
    : kept.answer
  return { status: kept.status, answer }
}

/** False when another request with the same key was faster: this one must roll back. */
export async function keep(
  tx: Tx,
  press: Press,
  status: number,
  answer: unknown,
  at: string,
): Promise<boolean> {
  const stored = press.isSecret ? json(seal(press.key, 'kept-answer', json(answer))) : json(answer)
  return (
    (await tx.run(keepAnswer, { id: press.id, bodyHash: press.bodyHash, status, answer: stored, at })) === 1
  )
}
