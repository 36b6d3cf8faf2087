import type { FastifyReply } from 'fastify'
import { statusOf } from '../pure/refuse.ts'

export type TitleOf = (
  code: string,
  facts: Readonly<Record<string, unknown>>,
  language: string | undefined,
) => string

/** A refusal on the wire: `application/problem+json` with the reason in the caller's language. */
export function sendProblem(
  reply: FastifyReply,
  code: string,
  facts: Readonly<Record<string, unknown>>,
  title: string,
  trace?: string,
): FastifyReply {
  const status = code === 'fault' ? 500 : statusOf(code)
  const after = facts['seconds']
  if ((status === 429 || status === 503) && typeof after === 'number')
    void reply.header('retry-after', String(Math.ceil(after)))
  return reply
    .code(status)
    .type('application/problem+json; charset=utf-8')
    .send(
      JSON.stringify({
        type: `urn:open110:${code}`,
        status,
        code,
        title,
        facts,
        ...(trace ? { trace } : {}),
      }),
    )
}
