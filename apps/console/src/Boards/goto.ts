import type { View } from '../Header/views.state.ts'
import type { Wish } from '../Keys/bus.ts'

/** 去处 — what a board leads to: an incident or report at the desk, perhaps with the hand on a button there, or another view. */
export type GoTo = {
  readonly view?: View
  readonly incident?: string
  readonly report?: string
  /** Granted once the incident is on the screen. */
  readonly wish?: Wish
}
