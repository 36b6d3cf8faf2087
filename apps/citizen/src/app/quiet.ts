import { go, place } from './path.ts'

const cover = '/notes'
const rememberedAt = 'last'
let remembered: string | undefined

/** The quiet page that lies under the cover; kept, so that a reload under the cover stays covered. */
export function coveredPath(): string {
  if (remembered) return remembered
  try {
    return sessionStorage.getItem(rememberedAt) ?? '/n'
  } catch {
    return '/n' // without storage it is known as long as the page lives
  }
}

export function watchQuiet(): void {
  place.watch(() => {
    const { path, isQuiet } = place.get()
    if (!isQuiet || path === cover || path === remembered) return
    remembered = path
    try {
      sessionStorage.setItem(rememberedAt, path)
    } catch {
      // see coveredPath
    }
  })
}

/** Goes into a quiet page so that the phone's own back button leads to the cover and not to the first page. */
export function enterQuiet(path: string): void {
  go(cover, { replace: true, quiet: true })
  go(path, { quiet: true })
}

export const isCovered = () => place.get().path === cover

/** 隐藏 — covers at once; the address and the entry in the history are the cover's from then on. */
export function hide(): void {
  if (!isCovered()) go(cover, { replace: true, quiet: true })
}

export function reveal(): void {
  go(coveredPath(), { replace: true, quiet: true })
}
