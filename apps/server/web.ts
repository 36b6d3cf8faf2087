import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { buildClients, clients } from './web.build.ts'

export { buildClients }

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const distOf = (name: string) => here(`../${name}/dist/`)

/** Nothing but what this server itself hands out; `style=` alone is allowed, because positions are computed. */
const policy = [
  `default-src 'self'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `style-src-attr 'unsafe-inline'`,
  `img-src 'self' blob: data:`,
  `media-src 'self' blob:`,
  `connect-src 'self'`,
  `worker-src 'self'`,
  `object-src 'none'`,
  `base-uri 'none'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
].join('; ')

const pageHeaders = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  // Which page a reporter came from is nobody's business, least of all a map vendor's.
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'geolocation=(self), camera=(self), microphone=(self)',
  'cross-origin-opener-policy': 'same-origin',
} as const

/** Names under assets/ carry their hash, so they never change; everything else is asked for anew each time. */
function headersFor(path: string): Record<string, string> {
  const isHashed = /\/assets\/[^/]+$/.test(path)
  return { ...pageHeaders, 'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache' }
}

/** Serves the built clients and, while the demo accounts exist, the page that leads to them. */
export function serveClients(app: FastifyInstance, { isDemo = true }: { isDemo?: boolean } = {}): void {
  for (const [index, { name, at }] of clients.entries()) {
    app.register(fastifyStatic, {
      root: distOf(name),
      prefix: at,
      decorateReply: index === 0,
      preCompressed: true,
      cacheControl: false,
      dotfiles: 'ignore',
      setHeaders: (reply, path) => {
        for (const [header, value] of Object.entries(headersFor(path))) void reply.header(header, value)
      },
    })
    if (at !== '/') app.get(at.slice(0, -1), (_, reply) => reply.redirect(at))
  }
  if (isDemo) servePageOfLinks(app)
  app.setNotFoundHandler(answerUnknown)
}

/** A page address inside a client (`/mine/…`) is that client's own business; anything else is not here. */
function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?')[0] ?? '/'
  const isPage =
    (request.method === 'GET' || request.method === 'HEAD') &&
    !path.startsWith('/api/') &&
    !/\.[a-z0-9]+$/i.test(path) &&
    (request.headers.accept ?? '').includes('text/html')
  const client = clients.findLast(({ at }) => path.startsWith(at))
  if (!isPage || !client) {
    const title = '没有这个地址。 There is nothing at this address.'
    return reply
      .code(404)
      .type('application/problem+json; charset=utf-8')
      .send(
        JSON.stringify({
          type: 'urn:open110:route.not-found',
          status: 404,
          code: 'route.not-found',
          title,
          facts: {},
        }),
      )
  }
  const page = `${distOf(client.name)}index.html`
  void reply.headers(headersFor(page)).type('text/html; charset=utf-8')
  return existsSync(page) ? reply.send(readFileSync(page)) : reply.code(503).send(notBuilt)
}

/** Looks again by itself, also where it is read by a phone that will not be touched again. */
const notBuilt = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta http-equiv="refresh" content="3">
<meta name="viewport" content="width=device-width"><title>请稍候</title>
<p>页面正在准备,会自动打开。紧急情况请直接拨打 110。</p><p lang="en">This page is being made and will open by itself. In an emergency call 110.</p></html>`

function servePageOfLinks(app: FastifyInstance): void {
  const page = readFileSync(here('home.html'))
  app.get('/demo', (_, reply) =>
    reply
      .headers(pageHeaders)
      // One file without scripts: its own style sheet stands in it.
      .header(
        'content-security-policy',
        `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'`,
      )
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(page),
  )
}
