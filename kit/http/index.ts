import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Counter, Histogram, Registry } from 'prom-client'
import * as z from 'zod/mini'
import type { Database } from '../db/index.ts'
import type { Log } from '../log/index.ts'
import { isRefusal, refuse, type Refusal } from '../pure/refuse.ts'
import { FileAnswer, type Contract, type OpenedFile } from '../pure/route.ts'
import type { Clock } from '../pure/time.ts'
import { readJson, unreadable } from './body.ts'
import { nobody, type Answer, type Subject } from './answer.ts'
import { sendFile } from './file.ts'
import { earlierAnswer, keep, pressOf, type Press } from './keys.ts'
import { openLine, tooLong } from './line.ts'
import { sendProblem, type TitleOf } from './problem.ts'

export { answer, nobody, type Answer, type Around, type Subject } from './answer.ts'
export { openApiOf, eventCatalogueOf } from './openapi.ts'
export { openBrake, type Brake } from './brake.ts'
export { sendProblem, type TitleOf } from './problem.ts'

/** Another request with the same key committed first; this one is rolled back and answers with that one's answer. */
class FasterTwin extends Error {}

export type Http = { app: FastifyInstance; metrics: Registry }

/** Bodies are words and figures; files come as streams. */
const bodyLimit = 512 * 1024
/** Whoever has not said in so long what they want only holds the line. */
const headersMs = 10_000
/** How many wait behind slow work, and what those after them are told. */
const mostWaiting = 64
const againSeconds = 2

export function openHttp(given: {
  db: Database
  clock: Clock
  log: Log
  titleOf: TitleOf
  /** Who holds this bearer token, if anybody. */
  identify: (token: string) => Promise<Subject | undefined>
}): Http & { serve(answers: readonly Answer[]): void } {
  // A proxy on this machine says who is asking; nobody further away is believed.
  const app = fastify({
    bodyLimit,
    trustProxy: 'loopback',
    logger: false,
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
    http: { headersTimeout: headersMs },
    // An address that is no text reaches no route.
    frameworkErrors: (_fault, request, reply) =>
      void refused(
        request as FastifyRequest,
        reply as FastifyReply,
        refuse('input.invalid', { field: 'address', problem: 'not-text' }),
      ),
  })
  const metrics = new Registry()
  const seconds = new Histogram({
    name: 'open110_request_seconds',
    help: 'Time to answer, by operation and status',
    labelNames: ['operation', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [metrics],
  })
  const faults = new Counter({
    name: 'open110_faults_total',
    help: 'Answers that failed',
    registers: [metrics],
  })

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) =>
    done(null, readJson(text as string)),
  )
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined))

  app.setErrorHandler((fault, request, reply) => {
    if ((fault as { code?: string }).code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
      return refused(request, reply, refuse('input.too-large', { limitBytes: bodyLimit }))
    }
    faults.inc()
    given.log.error({ err: fault, trace: request.id, operation: request.routeOptions.url }, 'fault')
    return sendProblem(
      reply,
      'fault',
      {},
      given.titleOf('fault', {}, request.headers['accept-language']),
      request.id,
    )
  })

  const refused = (request: FastifyRequest, reply: FastifyReply, no: Refusal) =>
    sendProblem(
      reply,
      no.refused,
      no.facts,
      given.titleOf(no.refused, no.facts, request.headers['accept-language']),
    )

  async function subjectOf(request: FastifyRequest): Promise<Subject> {
    const header = request.headers.authorization
    if (!header?.startsWith('Bearer ')) return nobody
    const subject = await given.identify(header.slice(7).trim())
    return subject && subject.endsAt > given.clock.now() ? subject : nobody
  }

  function bind({ contract, give }: Answer): void {
    const [method = 'GET', url = '/'] = contract.at.split(' ')
    const isMutation = method !== 'GET'
    const line = openLine({ atOnce: contract.atOnce ?? Infinity, mostWaiting })
    app.route({
      method,
      url,
      handler: async (request, reply) => {
        const started = performance.now()
        reply.raw.once('close', () => {
          const took = (performance.now() - started) / 1000
          seconds.observe({ operation: contract.name, status: reply.raw.statusCode }, took)
          given.log.debug(
            { operation: contract.name, status: reply.raw.statusCode, ms: Math.round(took * 1000) },
            'answered',
          )
        })
        const me = await subjectOf(request)
        if (!contract.who.includes('anyone')) {
          if (me === nobody) return refused(request, reply, refuse('session.signed-out'))
          if (!contract.who.some((door) => me.allows.includes(door))) {
            return refused(
              request,
              reply,
              hiddenBy(contract) ?? refuse('permission.denied', { needs: contract.who }),
            )
          }
        }
        const read = readInput(contract, request)
        if (isRefusal(read)) return refused(request, reply, read)
        const { key, ...asked } = read
        const around = {
          me,
          key,
          now: given.clock.now(),
          language: request.headers['accept-language'],
          address: request.ip,
          headers: request.headers,
          sent: request.body,
          stream: request.raw as Readable,
          once: (body: string, work: () => Promise<unknown>) =>
            onceStreamed(
              key && pressOf(me.id, key, `${method} ${request.url}`, body, contract.secret),
              contract,
              work,
            ),
        }
        const run = give as (asked: unknown, around: unknown) => Promise<unknown>
        if (!isMutation || contract.streams) {
          return send(
            request,
            reply,
            contract,
            contract.status,
            await run(asked, { ...around, db: given.db, tx: undefined }),
          )
        }
        // Those without a session are told apart by their address, or one would be handed the token of another.
        const who = me === nobody ? `${nobody.id} ${request.ip}` : me.id
        const press = key
          ? pressOf(who, key, `${method} ${request.url}`, asked.body, contract.secret)
          : undefined
        const done = await line(() =>
          once(press, contract, (tx) => run(asked, { ...around, tx }), around.now),
        )
        if (done === tooLong)
          return refused(request, reply, refuse('request.too-many', { seconds: againSeconds }))
        return send(request, reply, contract, done.status, done.answer)
      },
    })
  }

  /** Do the work once for this press of the button, or give the answer that it had before. */
  async function once(
    press: Press | undefined,
    contract: Contract,
    work: (tx: unknown) => Promise<unknown>,
    now: string,
  ) {
    const earlier = press && (await earlierAnswer(given.db, press))
    if (earlier) return isRefusal(earlier) ? { status: 0, answer: earlier } : earlier
    try {
      const answer = await given.db.tx(async (tx) => {
        const own = await work(tx)
        if (isRefusal(own) || !press) return own
        const shaped = shape(contract, own)
        if (!(await keep(tx, press, contract.status, shaped, now)))
          throw new FasterTwin('the same key was faster')
        return shaped
      })
      const twin = isRefusal(answer) && press ? await earlierAnswer(given.db, press) : undefined
      if (twin) return isRefusal(twin) ? { status: 0, answer: twin } : twin
      return { status: contract.status, answer }
    } catch (fault) {
      if (!(fault instanceof FasterTwin) || !press) throw fault
      const twin = await earlierAnswer(given.db, press)
      if (!twin) throw fault
      return isRefusal(twin) ? { status: 0, answer: twin } : twin
    }
  }

  /**
   * The same for a file. Its work is done outside this transaction, so it must be one that makes the same of the same
   * body: whoever dies in between is asked again with the same key.
   */
  async function onceStreamed(
    press: Press | '' | undefined,
    contract: Contract,
    work: () => Promise<unknown>,
  ) {
    if (!press) return work()
    const earlier = await earlierAnswer(given.db, press)
    if (earlier) return isRefusal(earlier) ? earlier : earlier.answer
    const own = await work()
    if (isRefusal(own)) return own
    const shaped = shape(contract, own)
    if (await given.db.tx((tx) => keep(tx, press, contract.status, shaped, given.clock.now()))) return shaped
    const twin = await earlierAnswer(given.db, press)
    return isRefusal(twin) ? twin : twin?.answer
  }

  function send(
    request: FastifyRequest,
    reply: FastifyReply,
    contract: Contract,
    status: number,
    answer: unknown,
  ) {
    if (isRefusal(answer)) return refused(request, reply, answer)
    if ((contract.gives as unknown) === FileAnswer)
      return sendFile(request, reply, (answer as { file: OpenedFile }).file)
    return reply
      .code(status)
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(shape(contract, answer)))
  }

  return { app, metrics, serve: (answers) => answers.forEach(bind) }
}

/** A thing that the caller may not see does not exist for them; only doors without a thing behind them say who may. */
function hiddenBy(contract: Contract): Refusal | undefined {
  const code = contract.at.includes(':')
    ? contract.refuses.find((one) => one.endsWith('.not-found'))
    : undefined
  return code === undefined ? undefined : refuse(code)
}

/** Only what the contract says leaves the server: anything more in the answer is dropped here. */
function shape(contract: Contract, answer: unknown): unknown {
  const parsed = z.safeParse(contract.gives, answer)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join(', ')
  throw new Error(`${contract.name}: the answer is not what the contract says (${where})`)
}

function readInput(contract: Contract, request: FastifyRequest) {
  const rawKey = request.headers['idempotency-key']
  const key = Array.isArray(rawKey) ? rawKey[0] : rawKey
  if (contract.needsKey && !key) return refuse('idempotency.key-missing')
  if (key !== undefined && !/^[\x21-\x7e]{1,128}$/.test(key)) return refuse('idempotency.key-invalid')
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
