import { collectDefaultMetrics, Gauge } from 'prom-client'
import type { Contract } from '@open110/kit/route'
import { query, type Database } from '@open110/kit/server/db'
import { eventCatalogueOf, openApiOf, type Http } from '@open110/kit/server/http'
import type { Hub } from '@open110/kit/server/live'
import type { Uploads } from '@open110/modules/evidence/server'
import { events } from './events.ts'

const version = '0.1.0'
const ping = query({ name: 'server.ping', sql: `select 1 as one` })
const readinessMs = 2_000

/** What every outsider may ask: documents of the API, health, figures; and the doors that are not contracts. */
export function servePublic(given: {
  http: Http
  hub: Hub
  uploads: Uploads
  db: Database
  contracts: readonly Contract[]
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
    const isUp = await Promise.race([
      given.db.run(ping).then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), readinessMs).unref()),
    ])
    const degraded = given.lacks().map(({ engine, why }) => `evidence.${engine}: ${why}`)
    return isUp
      ? reply.send({ ready: true, degraded })
      : reply.code(503).send({ ready: false, reasons: ['database.unavailable'], degraded })
  })

  for (const url of ['/api/v1/uploads', '/api/v1/uploads/*']) {
    app.all(url, async (request, reply) => {
      reply.hijack()
      await uploads.handle(request.raw, reply.raw)
    })
  }
  app.server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?')[0] === '/api/v1/live') hub.upgrade(request, socket, head)
    else socket.destroy()
  })
}
