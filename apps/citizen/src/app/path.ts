import { cell } from '@open110/core/cell'

/** 页面 — the addresses of this client. A quiet page has an address, a title and a look that say nothing. */
export type Page =
  | { readonly page: 'home' | 'write' | 'silent' | 'cover' | 'where' | 'mine' | 'me' | 'lost' }
  | { readonly page: 'check'; readonly code?: string }
  | { readonly page: 'report'; readonly id: string }

const plain = {
  '/': 'home',
  '/report': 'write',
  '/n': 'silent',
  '/notes': 'cover',
  '/where': 'where',
  '/mine': 'mine',
  '/me': 'me',
} as const

export function pageAt(path: string): Page {
  const tidy = path.length > 1 ? path.replace(/\/+$/, '') : path
  if (tidy in plain) return { page: plain[tidy as keyof typeof plain] }
  const [, first, second] = tidy.split('/')
  if (first === 'r' && second) return { page: 'report', id: decodeURIComponent(second) }
  if (first === 'check') return { page: 'check', ...(second ? { code: decodeURIComponent(second) } : {}) }
  return { page: 'lost' }
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
  if (quiet === undefined && pageAt(path).page === 'report') return { path, isQuiet: true, isUnsure: true }
  return { path, isQuiet: quiet === true }
}

const here = (): Place => placeOf(location.pathname, history.state)

export const place = cell<Place>({ path: '/', isQuiet: false })

export function watchAddress(): void {
  place.set(here())
  addEventListener('popstate', () => place.set(here()))
}

export function go(path: string, how: { replace?: boolean; quiet?: boolean } = {}): void {
  const state = { quiet: how.quiet === true }
  if (how.replace) history.replaceState(state, '', path)
  else history.pushState(state, '', path)
  place.set(here())
  scrollTo(0, 0)
}
