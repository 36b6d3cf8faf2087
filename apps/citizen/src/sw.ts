/**
 * 离线外壳 — keeps the page itself on the phone, so that it opens where there is no network. It never sees the API:
 * what is sent and what is read is the business of the page and its outbox.
 */
type Lasting = { waitUntil(done: Promise<unknown>): void }
type Fetching = Lasting & { request: Request; respondWith(answer: Promise<Response>): void }
const worker = globalThis as unknown as {
  location: Location
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
  addEventListener(type: 'install' | 'activate', hear: (event: Lasting) => void): void
  addEventListener(type: 'fetch', hear: (event: Fetching) => void): void
}

// Both are filled in by the build.
const shelf = 'shell-__SHELL_NAME__'
const paths = '__SHELL_PATHS__'.split(' ')
/** The addresses of this client; the other clients of the same server are left alone. */
const pages = /^\/(report|n|notes|where|mine|check|me|video|r\/[\w-]+(\/live)?|v\/[\w-]+|check\/[\w-]+)?\/?$/
const patienceMs = 2_500

worker.addEventListener('install', (event) => {
  const filled = caches
    .open(shelf)
    .then((cache) => cache.addAll(paths.map((path) => new Request(path, { cache: 'reload' }))))
  event.waitUntil(filled.then(() => worker.skipWaiting()))
})

worker.addEventListener('activate', (event) => {
  const swept = caches
    .keys()
    .then((names) =>
      Promise.all(
        names
          .filter((each) => each.startsWith('shell-') && each !== shelf)
          .map((each) => caches.delete(each)),
      ),
    )
  event.waitUntil(swept.then(() => worker.clients.claim()))
})

worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== worker.location.origin) return
  if (event.request.mode === 'navigate' && pages.test(url.pathname))
    event.respondWith(openPage(event.request))
  else if (paths.includes(url.pathname)) event.respondWith(fromShell(event.request, url.pathname))
})

/** The newest page if the network gives it soon; on a line that only pretends, the kept one. */
async function openPage(request: Request): Promise<Response> {
  const kept = await caches.match('/')
  const fresh = fetch(request).then((answer) => (answer.ok || !kept ? answer : kept))
  if (!kept) return fresh
  const late = new Promise<Response>((open) => setTimeout(() => open(kept.clone()), patienceMs))
  return Promise.race([fresh.catch(() => kept.clone()), late])
}

async function fromShell(request: Request, path: string): Promise<Response> {
  return (await caches.match(path)) ?? fetch(request)
}

export {}
