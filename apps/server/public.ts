import { collectDefaultMetrics, Gauge } from 'prom-client'
import type { Contract } from '@open110/kit/route'
import { eventCatalogueOf, openApiOf, sendProblem, type Http, type TitleOf } from '@open110/kit/server/http'
import type { Hub } from '@open110/kit/server/live'
import type { Uploads } from '@open110/modules/evidence/server'
import { events } from './events.ts'
import type { HouseHealth } from './health.ts'

const version = '0.1.0'
/** What every outsider may ask: documents of the API, health, figures; and the doors that are not contracts. */
export function servePublic(given: {
  http: Http
  hub: Hub
  uploads: Uploads
  contracts: readonly Contract[]
  titleOf: TitleOf
  health: HouseHealth
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
  new Gauge({
    name: 'open110_degraded',
    help: '1 while this loss is said, 0 otherwise',
    labelNames: ['name'],
    registers: [metrics],
    collect() {
      const said = new Set(given.health.degraded().map(({ name }) => name))
      for (const name of given.health.names) this.set({ name }, said.has(name) ? 1 : 0)
    },
  })
  let openApi: string | undefined
  const catalogue = JSON.stringify(eventCatalogueOf(events))

  app.get('/api/openapi.json', (_, reply) =>
    reply
      .type('application/json; charset=utf-8')
      .send((openApi ??= JSON.stringify(openApiOf(given.contracts, version)))),
  )
  app.get('/api/events.json', (_, reply) => reply.type('application/json; charset=utf-8').send(catalogue))
  app.get('/healthz', (_, reply) => reply.send({ ok: true, version }))
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.metrics()))
  app.get('/readyz', async (_, reply) => {
    const reason = await given.health.whyNot()
    const degraded = given.health.degraded()
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
