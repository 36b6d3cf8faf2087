/** 离线外壳 — keeps the page itself, so that a reload in a dead zone still shows the last card. Never an API answer. */
type Opened = { focus(): Promise<unknown> }
type Kept = { waitUntil(done: Promise<unknown>): void }
type Asked = Kept & { readonly request: Request; respondWith(answer: Promise<Response>): void }
const worker = globalThis as unknown as {
  addEventListener(type: 'install' | 'activate', act: (event: Kept) => void): void
  addEventListener(
    type: 'notificationclick',
    act: (event: Kept & { readonly notification: { close(): void } }) => void,
  ): void
  addEventListener(type: 'fetch', act: (event: Asked) => void): void
  skipWaiting(): Promise<void>
  clients: {
    claim(): Promise<void>
    matchAll(): Promise<readonly Opened[]>
    openWindow(url: string): Promise<unknown>
  }
  location: Location
}

/** Filled in by the build. Files carry their hash, so what is kept under a name never changes. */
const shelf = '__SHELL_NAME__'
const files = '__SHELL_PATHS__'.split(' ')
const page = '/field/'

const keepAll = async () => {
  const cache = await caches.open(shelf)
  await cache.addAll([page, ...files])
  await worker.skipWaiting()
}

/** An open page of the build before may still ask for a part that it has not loaded yet; its shelf goes one build later. */
const dropOthers = async () => {
  const others = (await caches.keys()).filter((name) => name.startsWith('field-') && name !== shelf)
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)))
  await worker.clients.claim()
}

const fromNetworkElseKept = async (request: Request): Promise<Response> => {
  try {
    return await fetch(request)
  } catch (fault) {
    const kept = await caches.match(page)
    if (kept) return kept
    throw fault
  }
}

const fromKeptElseNetwork = async (request: Request): Promise<Response> =>
  (await caches.match(request)) ?? fetch(request)

worker.addEventListener('install', (event) => event.waitUntil(keepAll()))
worker.addEventListener('activate', (event) => event.waitUntil(dropOthers()))
const showPage = async () => {
  const [open] = await worker.clients.matchAll()
  await (open ? open.focus() : worker.clients.openWindow(page))
}

worker.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(showPage())
})
worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== worker.location.origin) return
  if (event.request.mode === 'navigate' && url.pathname.startsWith(page)) {
    event.respondWith(fromNetworkElseKept(event.request))
  } else if (url.pathname.startsWith(`${page}assets/`)) {
    event.respondWith(fromKeptElseNetwork(event.request))
  }
})

export {}
