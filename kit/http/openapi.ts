import * as z from 'zod/mini'
import type { EventContract } from '../pure/event.ts'
import { statusOf } from '../pure/refuse.ts'
import { FileAnswer, Nothing, type Contract } from '../pure/route.ts'

const schemaOf = (schema: z.ZodMiniType, io: 'input' | 'output') => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<
    string,
    unknown
  >
  return json
}

const problem = {
  type: 'object',
  required: ['type', 'status', 'code', 'title', 'facts'],
  properties: {
    type: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    title: { type: 'string' },
    facts: { type: 'object' },
  },
}

/** The whole truth about the API, made from the contracts themselves. */
export function openApiOf(contracts: readonly Contract[], version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const contract of contracts) {
    const [method = 'GET', path = '/'] = contract.at.split(' ')
    const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] as string)
    const asks = schemaOf(contract.asks, 'input') as {
      properties?: Record<string, unknown>
      required?: string[]
    }
    const problems = new Map<number, string[]>()
    const own = [
      ...contract.refuses,
      'input.invalid',
      ...(contract.needsKey ? ['idempotency.key-missing'] : []),
    ]
    if (!contract.who.includes('anyone')) own.push('session.signed-out', 'permission.denied')
    if (method !== 'GET') own.push('idempotency.key-reused', 'idempotency.key-invalid')
    if (method !== 'GET' && !contract.streams) own.push('input.too-large')
    if (contract.atOnce !== undefined) own.push('request.too-many')
    for (const code of own) problems.set(statusOf(code), [...(problems.get(statusOf(code)) ?? []), code])
    ;(paths[path.replace(/:(\w+)/g, '{$1}')] ??= {})[method.toLowerCase()] = {
      operationId: contract.name,
      summary: contract.means,
      tags: [contract.name.split('.')[0]],
      security: contract.who.includes('anyone') ? [] : [{ bearer: [] }],
      'x-who': contract.who,
      parameters: [
        ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
        ...Object.entries(asks.properties ?? {}).map(([name, schema]) => ({
          name,
          in: 'query',
          required: asks.required?.includes(name) ?? false,
          schema,
        })),
        ...(method === 'GET'
          ? []
          : [
              {
                name: 'Idempotency-Key',
                in: 'header',
                required: contract.needsKey,
                schema: { type: 'string', maxLength: 128 },
              },
            ]),
      ],
      ...(method === 'GET' || (contract.takes as unknown) === Nothing
        ? {}
        : {
            requestBody: {
              required: contract.takes.type !== 'optional',
              content: { 'application/json': { schema: schemaOf(contract.takes, 'input') } },
            },
          }),
      ...(contract.streams
        ? {
            requestBody: {
              required: true,
              content: {
                'multipart/form-data': {
                  schema: {
                    type: 'object',
                    required: ['file'],
                    properties: { file: { type: 'string', format: 'binary' }, sha256: { type: 'string' } },
                  },
                },
              },
            },
          }
        : {}),
      responses: {
        [contract.status]: {
          description: contract.means,
          content:
            (contract.gives as unknown) === FileAnswer
              ? { '*/*': { schema: { type: 'string', format: 'binary' } } }
              : { 'application/json': { schema: schemaOf(contract.gives, 'output') } },
        },
        ...Object.fromEntries(
          [...problems].map(([status, codes]) => [
            status,
            {
              description: codes.join(' · '),
              content: { 'application/problem+json': { schema: { ...problem, 'x-codes': codes } } },
            },
          ]),
        ),
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'open110', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths,
  }
}

/** What can be heard on the live connection. */
export function eventCatalogueOf(events: readonly EventContract[]): unknown {
  return {
    frame: { cursor: 'number', type: 'string', at: 'ISO 8601', data: 'as below' },
    heartbeat: { head: 'cursor' },
    passing: {
      type: 'string',
      at: 'ISO 8601',
      data: 'as below',
      means: 'in no log: no cursor, never sent again',
    },
    events: events.map((one) => ({
      type: one.name,
      version: one.version,
      means: one.means,
      ...('isPassing' in one && { isPassing: true }),
      data: schemaOf(one.body, 'output'),
    })),
  }
}
