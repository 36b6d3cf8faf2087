import type { FastifyRequest } from 'fastify'
import * as z from 'zod/mini'
import { refuse, type Refusal } from '../pure/refuse.ts'
import type { Contract } from '../pure/route.ts'
import { bodyLimit, tooLarge, unreadable } from './body.ts'

/** A thing that the caller may not see does not exist for them; only doors without a thing behind them say who may. */
export function hiddenBy(contract: Contract): Refusal | undefined {
  const code = contract.at.includes(':')
    ? contract.refuses.find((one) => one.endsWith('.not-found'))
    : undefined
  return code === undefined ? undefined : refuse(code)
}

/** Only what the contract says leaves the server: anything more in the answer is dropped here. */
export function shape(contract: Contract, answer: unknown): unknown {
  const parsed = z.safeParse(contract.gives, answer)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join(', ')
  throw new Error(`${contract.name}: the answer is not what the contract says (${where})`)
}

export function readInput(contract: Contract, request: FastifyRequest) {
  const rawKey = request.headers['idempotency-key']
  const key = Array.isArray(rawKey) ? rawKey[0] : rawKey
  if (contract.needsKey && !key) return refuse('idempotency.key-missing')
  if (key !== undefined && !/^[\x21-\x7e]{1,128}$/.test(key)) return refuse('idempotency.key-invalid')
  if (request.body === tooLarge) return refuse('input.too-large', { limitBytes: bodyLimit })
  if (request.body === unreadable) return refuse('input.invalid', { field: 'body', problem: 'not-json' })
  const inAddress = { ...(request.params as object), ...(request.query as object) }
  if (Object.values(inAddress).some((part) => typeof part === 'string' && part.includes('\0'))) {
    return refuse('input.invalid', { field: 'address', problem: 'not-text' })
  }
  const body = contract.streams
    ? { success: true as const, data: undefined }
    : z.safeParse(contract.takes, request.body)
  if (!body.success) return refuse('input.invalid', firstProblem(body.error.issues))
  const query = z.safeParse(contract.asks, request.query)
  if (!query.success) return refuse('input.invalid', firstProblem(query.error.issues))
  return { params: request.params, query: query.data, body: body.data, key }
}

function firstProblem(issues: readonly z.core.$ZodIssue[]): {
  field: string
  problem: string
  fields: string[]
} {
  const fields = issues.map((issue) => issue.path.join('.') || 'body')
  return { field: fields[0] ?? 'body', problem: issues[0]?.code ?? 'invalid', fields }
}
