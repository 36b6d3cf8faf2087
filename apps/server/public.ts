import { collectDefaultMetrics, Gauge } from 'prom-client'
import * as z from 'zod/mini'
import type { Contract } from '@open110/kit/route'
import { query, type Database } from '@open110/kit/server/db'
import { eventCatalogueOf, openApiOf, sendProblem, type Http, type TitleOf } from '@open110/kit/server/http'
import type { Hub } from '@open110/kit/server/live'
import type { Uploads } from '@open110/modules/evidence/server'
import { events } from './events.ts'

const version = '0.1.0'
/** A standby or a database set to reading answers, and keeps nothing. */
const canWrite = query({
  name: 'server.can-write',
  gives: z.object({ canWrite: z.boolean() }),
  sql: `select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as can_write`,
})
const readinessMs = 2_000

/** What every outsider may ask: documents of the API, health, figures; and the doors that are not contracts. */
export function servePublic(given: {
  http: Http
  hub: Hub
  uploads: Uploads
  db: Database
  contracts: readonly Contract[]
  titleOf: TitleOf
  lacks: () => readonly { engine: string; why: string }[]
}): void {
  const { http, hub, uploads } = given
  const { app, metrics } = http
  collectDefaultMetrics({ register: metrics })
  new Gauge({
    name: 'open110_live_connections',
    help: 'Open live connections',
    registers: [metrics],
    collect() {
      this.set(hub.lines())
    },
  })
  const openApi = JSON.stringify(openApiOf(given.contracts, version))
  const catalogue = JSON.stringify(eventCatalogueOf(events))

  app.get('/api/openapi.json', (_, reply) => reply.type('application/json; charset=utf-8').send(openApi))
  app.get('/api/events.json', (_, reply) => reply.type('application/json; charset=utf-8').send(catalogue))
  app.get('/healthz', (_, reply) => reply.send({ ok: true, version }))
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.metrics()))
  app.get('/readyz', async (_, reply) => {
    const reason = await Promise.race([
      given.db.one(canWrite).then(
        (found) => (found.canWrite ? undefined : 'database.read-only'),
        () => 'database.unavailable',
      ),
      new Promise<string>((resolve) =>
        setTimeout(() => resolve('database.unavailable'), readinessMs).unref(),
      ),
    ])
    const degraded = given.lacks().map(({ engine, why }) => `evidence.${engine}: ${why}`)
    return reason
      ? reply.code(503).send({ ready: false, reasons: [reason], degraded })
      : reply.send({ ready: true, degraded })
  })

  for (const url of ['/api/v1/uploads', '/api/v1/uploads/*']) {
    app.all(url, async (request, reply) => {
      reply.hijack()
      await uploads.handle(request.raw, reply.raw)
    })
  }
  app.all('/api/*', (request, reply) => {
    const code = 'route.not-found'
    return sendProblem(reply, code, {}, given.titleOf(code, {}, request.headers['accept-language']))
  })
  app.server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?')[0] === '/api/v1/live') hub.upgrade(request, socket, head)
    else socket.destroy()
  })
}
