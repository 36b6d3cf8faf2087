import type { Page, Request } from 'playwright-core'

/** One question and its answer as somebody on the line could tell it apart: where it went is sealed, how long it was is not. */
export type Passed = {
  readonly what: string
  readonly up: number
  readonly down: number
  /** Of the head, without what a browser adds for itself. */
  readonly upHead: number
  readonly downHead: number
}

/** 线上 — what goes over the network from now on, by its length. */
export function listenTo(page: Page) {
  const requests: Request[] = []
  const frames: { way: 'up' | 'down'; bytes: number; text: string }[] = []
  page.on('requestfinished', (request) => requests.push(request))
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) =>
      frames.push({ way: 'up', bytes: Buffer.byteLength(payload), text: String(payload) }),
    )
    socket.on('framereceived', ({ payload }) =>
      frames.push({ way: 'down', bytes: Buffer.byteLength(payload), text: String(payload) }),
    )
  })
  return {
    frames,
    /** Questions to the server itself; each way of asking once. */
    async passed(): Promise<Passed[]> {
      const all = await Promise.all(
        requests
          .filter((request) => request.url().includes('/api/'))
          .map(async (request) => {
            const sizes = await request.sizes()
            const path = new URL(request.url()).pathname.replace(/\/[a-z]{2}_[\w-]+/g, '/:id')
            return {
              what: `${request.method()} ${path}`,
              up: sizes.requestBodySize,
              down: sizes.responseBodySize,
              upHead: sizes.requestHeadersSize,
              downHead: sizes.responseHeadersSize,
            }
          }),
      )
      const seen = new Map(all.map((each) => [JSON.stringify(each), each]))
      return [...seen.values()].toSorted((a, b) => (a.what < b.what ? -1 : 1))
    },
    /** Files of the page itself that were fetched. */
    files: () =>
      [...new Set(requests.map((request) => new URL(request.url()).pathname))]
        .filter((path) => !path.startsWith('/api/'))
        .toSorted(),
    forget: () => void (requests.length = frames.length = 0),
  }
}
