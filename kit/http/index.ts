import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Counter, Histogram, Registry } from 'prom-client'
import type { Database } from '../db/index.ts'
import type { Log } from '../log/index.ts'
import { downSteps, evened } from '../pure/even.ts'
import { isRefusal, refuse, type Refusal } from '../pure/refuse.ts'
import { FileAnswer, type Contract, type OpenedFile } from '../pure/route.ts'
import type { Clock } from '../pure/time.ts'
import { bodyLimit, readJson, readText, tooLarge } from './body.ts'
import { ComeAgain, openGate } from './admission.ts'
import { nobody, type Answer, type Prepared, type Subject } from './answer.ts'
import { sendFile } from './file.ts'
import { hiddenBy, readInput, shape } from './input.ts'
import { pressOf } from './keys.ts'
import { openLine, tooLong } from './line.ts'
import { openOnce, type Done } from './once.ts'
import { sendProblem, type TitleOf } from './problem.ts'

export {
  answer,
  answerGathered,
  answerTogether,
  nobody,
  type Answer,
  type Around,
  type Subject,
} from './answer.ts'
export { openApiOf, eventCatalogueOf } from './openapi.ts'
export { openBrake, type Brake } from './brake.ts'
export { sendProblem, type TitleOf } from './problem.ts'

export type Http = { app: FastifyInstance; metrics: Registry }

/** Whoever has not said in so long what they want only holds the line. */
const headersMs = 10_000
/** A body of words is small; a slow one is a bad line, and a slower one nobody. */
const bodyMs = 30_000
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
  /** Whose answers have one of a few sizes, whatever is in them. */
  isEven?: (contract: Contract) => boolean
  /** From 0 to 1: spreads those who are told to come again. */
  chance: () => number
}): Http & { serve(answers: readonly Answer[]): void } {
  // A proxy on this machine says who is asking; nobody further away is believed.
  const app = fastify({
    bodyLimit,
    trustProxy: 'loopback',
    logger: false,
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: 2_000 },
    // An address that is no text reaches no route.
    frameworkErrors: (_fault, request, reply) =>
      void refused(
        request as FastifyRequest,
        reply as FastifyReply,
        refuse('input.invalid', { field: 'address', problem: 'not-text' }),
      ),
  })
  const once = openOnce({ clock: given.clock })
  const gate = openGate({ chance: given.chance })
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
  app.addContentTypeParser('application/json', async (_request: FastifyRequest, stream: Readable) => {
    const text = await readText(stream, { most: bodyLimit, lateMs: bodyMs })
    return text === undefined ? tooLarge : readJson(text)
  })
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

  function bind({ contract, give, rows, isGathered }: Answer): void {
    const [method = 'GET', url = '/'] = contract.at.split(' ')
    const isMutation = method !== 'GET'
    const together = rows && once.together(given.db, rows)
    const line = openLine({ atOnce: contract.atOnce ?? Infinity, mostWaiting })
    app.route({
      method,
      url,
      ...(given.isEven?.(contract) && {
        onSend: (_request, _reply, sent, done) =>
          done(null, typeof sent === 'string' ? evened(sent, downSteps) : sent),
      }),
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
        const admission = contract.admission === 'query' ? (me.looksUpAs ?? 'query') : contract.admission
        const db = given.db.of(admission)
        const read = readInput(contract, request)
        if (isRefusal(read)) return refused(request, reply, read)
        const { key, ...asked } = read
        // Those without a session are told apart by their address, or one would be handed the token of another.
        const who = me === nobody ? `${nobody.id} ${request.ip}` : me.id
        const pressFor = (body: unknown) =>
          key ? pressOf(who, key, `${method} ${request.url}`, body, contract.secret) : undefined
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
            once.streamed(db, pressFor(body), contract, work),
        }
        const run = give as (asked: unknown, around: unknown) => Promise<unknown>
        const outside = async () => ({ status: contract.status, answer: await run(asked, { ...around, db }) })
        const work = async (): Promise<Done> => {
          if (!isMutation || contract.streams) return outside()
          const press = pressFor(asked.body)
          if (isGathered) {
            const own = () => run(asked, { ...around, db })
            return { status: contract.status, answer: await once.streamed(db, press, contract, own) }
          }
          if (together && press)
            return together(
              press,
              contract,
              () => run(asked, { ...around, db }) as Promise<Prepared>,
              around.now,
            )
          return once.inTransaction(db, press, contract, (tx) => run(asked, { ...around, tx }), around.now)
        }
        const done = await line(() => (isGathered ? gate.gather : gate.admit)(admission, work))
        if (done === tooLong)
          return refused(request, reply, refuse('request.too-many', { seconds: againSeconds }))
        if (done instanceof ComeAgain)
          return refused(request, reply, refuse('request.busy', { seconds: done.seconds }))
        return send(request, reply, contract, done)
      },
    })
  }

  function send(
    request: FastifyRequest,
    reply: FastifyReply,
    contract: Contract,
    { status, answer, isShaped }: Done,
  ) {
    if (isRefusal(answer)) return refused(request, reply, answer)
    if ((contract.gives as unknown) === FileAnswer)
      return sendFile(request, reply, (answer as { file: OpenedFile }).file)
    return reply
      .code(status)
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(isShaped ? answer : shape(contract, answer)))
  }

  app.addHook('onClose', () => gate.close())
  return { app, metrics, serve: (answers) => answers.forEach(bind) }
}
