import { cell } from '@open110/core/cell'
import { go, place } from './path.ts'

const cover = '/notes'
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

/**
 * The quiet page that lies under the cover. Known as long as the page lives and written nowhere: the browser would keep
 * it with the tab, and it names a report. After a reload the way back leads to the page that lists what was sent.
 */
export function coveredPath(): string {
  return remembered ?? '/n'
}

/** What lies under the cover has another address from now on. */
export function rememberQuiet(path: string): void {
  remembered = path
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
