import { cell } from '@open110/core/cell'
import { go, place, quietAddress } from './path.ts'

const cover = '/notes'
const openedAt = 'open'
const marks = { opened: 'yes', own: 'own' } as const
let remembered: string | undefined

/** 打开过 — whether somebody who knows the way back has used it in this tab since it was last covered or left (CI15). */
export const isOpened = cell(false)
/** 自己发的 — whether something was sent in silence from this tab: a reload shows its sender that it was. Ends as `isOpened` does. */
export const isOwn = cell(false)

function mark(next: keyof typeof marks | undefined): void {
  isOpened.set(next === 'opened')
  isOwn.set(next !== undefined)
  try {
    if (next) sessionStorage.setItem(openedAt, marks[next])
    else sessionStorage.removeItem(openedAt)
  } catch {
    // It then lasts as long as the page.
  }
}

function marked(): string | undefined {
  try {
    return sessionStorage.getItem(openedAt) ?? undefined
  } catch {
    return undefined
  }
}

/** Something is sent from this tab: whoever holds it knows. */
export function markOwn(): void {
  if (!isOpened.get()) mark('own')
}

/**
 * The quiet page that lies under the cover. Known as long as the page lives and written nowhere: the browser would keep
 * it with the tab, and it names a report. After a reload the way back leads to the page that lists what was sent.
 */
export function coveredPath(): string {
  return remembered ?? quietAddress
}

/** What lies under the cover has another address from now on. */
export function rememberQuiet(path: string): void {
  remembered = path
}

export function watchQuiet(): void {
  const before = marked()
  isOpened.set(before === marks.opened)
  isOwn.set(before !== undefined)
  place.watch(() => {
    const { path, isQuiet } = place.get()
    // Also when the phone's back button has led there.
    if (path === cover) mark(undefined)
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
  mark(undefined)
  go('/')
}

export function reveal(): void {
  mark('opened')
  go(coveredPath(), { replace: true, quiet: true })
}
