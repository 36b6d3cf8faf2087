import { cell } from './cell.ts'
import { go, place } from './path.ts'

const cover = '/notes'
const rememberedAt = 'last'
const openedAt = 'open'
let remembered: string | undefined

/** 打开过 — whether somebody who knows the way back has used it in this tab since it was last covered or left (CI15). */
export const isOpened = cell(false)

function setOpened(next: boolean): void {
  isOpened.set(next)
  try {
    if (next) sessionStorage.setItem(openedAt, 'yes')
    else sessionStorage.removeItem(openedAt)
  } catch {
    // It then lasts as long as the page.
  }
}

function wasOpened(): boolean {
  try {
    return sessionStorage.getItem(openedAt) === 'yes'
  } catch {
    return false
  }
}

/** The quiet page that lies under the cover; kept, so that a reload under the cover stays covered. */
export function coveredPath(): string {
  if (remembered) return remembered
  try {
    return sessionStorage.getItem(rememberedAt) ?? '/n'
  } catch {
    return '/n' // without storage it is known as long as the page lives
  }
}

/** What lies under the cover has another address from now on. */
export function rememberQuiet(path: string): void {
  if (path === remembered) return
  remembered = path
  try {
    sessionStorage.setItem(rememberedAt, path)
  } catch {
    // see coveredPath
  }
}

export function watchQuiet(): void {
  isOpened.set(wasOpened())
  place.watch(() => {
    const { path, isQuiet } = place.get()
    // Also when the phone's back button has led there.
    if (path === cover) setOpened(false)
    else if (isQuiet) rememberQuiet(path)
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

/** 离开静默 — back to the first page, which from then on knows nothing of it. */
export function leaveQuiet(): void {
  setOpened(false)
  go('/')
}

export function reveal(): void {
  setOpened(true)
  go(coveredPath(), { replace: true, quiet: true })
}
