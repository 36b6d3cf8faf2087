import type { Refusal } from '@open110/kit/refuse'
import type { FileNote, Item } from './item.ts'

/** Carries one file to the server and goes on where it stopped. Throws when the line is lost. */
export type Upload = (given: {
  item: string
  report: string
  file: FileNote
  bytes: unknown
  /** Durable when it resolves: an upload is begun once and then resumed. */
  keepUrl(url: string): Promise<void>
  progress(sentBytes: number): void
  /** Whoever calls the function handed over makes the upload pause. */
  onStop(stop: () => void): void
}) => Promise<{ attachment?: string } | Refusal>

/** Text that must go first presses it; the upload that runs, or is about to, hears it once. */
export function pauseButton() {
  let isPressed = false
  let stop: (() => void) | undefined
  return {
    isPressed: () => isPressed,
    press: () => {
      isPressed = true
      stop?.()
    },
    connect: (next: () => void) => {
      stop = next
      if (isPressed) next()
    },
  }
}

/** The picture in the dialogue, under a name that a second try makes again. */
export function sayingOf(item: Item, attachment: string): Item {
  const { receipt: _r, refusal: _f, attachment: _a, ...rest } = item
  return {
    ...rest,
    id: `${item.id}-said`,
    key: `${item.key}-said`,
    state: 'queued',
    parcel: { kind: 'message', body: { attachment } },
  }
}
