/** 离线外壳 — keeps the page itself, so that a reload in a dead zone still shows the last card. Never an API answer. */
type Kept = { waitUntil(done: Promise<unknown>): void }
type Asked = Kept & { readonly request: Request; respondWith(answer: Promise<Response>): void }
const worker = globalThis as unknown as {
  addEventListener(type: 'install' | 'activate', act: (event: Kept) => void): void
  addEventListener(type: 'fetch', act: (event: Asked) => void): void
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
  location: Location
}

const shelf = 'field-shell'
const page = '/field/'

/** The page and every file that it names; files carry their hash, so what is kept under a name never changes. */
const keepPage = async (answer?: Response) => {
  const cache = await caches.open(shelf)
  const html = answer ?? (await fetch(page, { cache: 'no-store' }))
  if (!html.ok) return
  const text = await html.clone().text()
  const files = Array.from(text.matchAll(/(?:src|href)="(\/field\/[^"]+)"/g), (found) => found[1]!)
  await cache.addAll(files)
  await cache.put(page, html)
}

const fromNetworkElseKept = async (request: Request): Promise<Response> => {
  try {
    const answer = await fetch(request)
    if (answer.ok) await keepPage(answer.clone())
    return answer
  } catch (fault) {
    const kept = await caches.match(page)
    if (kept) return kept
    throw fault
  }
}

const fromKeptElseNetwork = async (request: Request): Promise<Response> => {
  const kept = await caches.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await (await caches.open(shelf)).put(request, answer.clone())
  return answer
}

worker.addEventListener('install', (event) => event.waitUntil(keepPage().then(() => worker.skipWaiting())))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
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
