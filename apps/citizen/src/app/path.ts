import { cell } from '@open110/core/cell'

/** 页面 — the addresses of this client. A quiet page has an address, a title and a look that say nothing. */
export type Page =
  | { readonly page: 'home' | 'write' | 'silent' | 'cover' | 'where' | 'mine' | 'me' | 'video' | 'lost' }
  | { readonly page: 'check'; readonly code?: string }
  | { readonly page: 'report' | 'live'; readonly id: string }
  /** 邀请链接 — somebody who joins a call by what they were sent. */
  | { readonly page: 'joined'; readonly token: string }

const plain = {
  '/': 'home',
  '/report': 'write',
  '/n': 'silent',
  '/notes': 'cover',
  '/where': 'where',
  '/mine': 'mine',
  '/me': 'me',
  '/video': 'video',
} as const

/** The silent page, and to the browser every quiet one behind it. */
export const quietAddress = '/n'

export function pageAt(path: string): Page {
  const tidy = path.length > 1 ? path.replace(/\/+$/, '') : path
  if (tidy in plain) return { page: plain[tidy as keyof typeof plain] }
  const [, first, second, third] = tidy.split('/')
  if (first === 'r' && second)
    return { page: third === 'live' ? 'live' : 'report', id: decodeURIComponent(second) }
  if (first === 'v' && second) return { page: 'joined', token: decodeURIComponent(second) }
  if (first === 'check') return { page: 'check', ...(second ? { code: decodeURIComponent(second) } : {}) }
  return { page: 'lost' }
}

function namesReport(path: string): boolean {
  const { page } = pageAt(path)
  return page === 'report' || page === 'live'
}

export type Place = {
  readonly path: string
  readonly isQuiet: boolean
  /** A report opened from the history or by hand: nobody has said yet whether it is a quiet one. */
  readonly isUnsure?: true
}

/** What the address and its entry in the history tell. A report that may be a silent one does not light up the room first. */
export function placeOf(path: string, state: unknown): Place {
  const quiet = (state as { quiet?: boolean } | null)?.quiet
  if (quiet === undefined && namesReport(path)) return { path, isQuiet: true, isUnsure: true }
  return { path, isQuiet: quiet === true }
}

const here = (): Place => placeOf(location.pathname, history.state)

export const place = cell<Place>({ path: '/', isQuiet: false })

export function watchAddress(): void {
  place.set(here())
  addEventListener('popstate', () => place.set(here()))
}

/**
 * What the browser is told of a quiet page. It writes every address into a history of its own on the disk, also the
 * replaced ones, so none of them names a report: which one is open is known to the page alone (CI30).
 */
const addressOf = (path: string, isQuiet: boolean) => (isQuiet && namesReport(path) ? quietAddress : path)

export function go(path: string, how: { replace?: boolean; quiet?: boolean } = {}): void {
  const isQuiet = how.quiet === true
  const address = addressOf(path, isQuiet)
  if (how.replace) history.replaceState({ quiet: isQuiet }, '', address)
  else history.pushState({ quiet: isQuiet }, '', address)
  place.set({ path, isQuiet })
  scrollTo(0, 0)
}
