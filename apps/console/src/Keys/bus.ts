import type { CommandName } from '../Command/command.state.ts'
import type { Act } from './keys.state.ts'

/** What a key or a typed command asks for; the part of the screen that owns it answers. */
export type Wish = Act | `/${CommandName}` | Errand

/** What one part of the screen asks of another: a frame to keep, a place for the form, a point on the map and back. */
type Errand = 'snapshot' | 'adopt-place' | 'pick-point' | 'point-picked'

/** `undefined`: done. A text: why not. */
export type Outcome = string | void | Promise<string | void>

export type Bus = {
  on(wish: Wish, grant: (argument: string) => Outcome): () => void
  /** `unheard` when nothing on the screen answers to it now. */
  send(wish: Wish, argument?: string): Outcome | 'unheard'
}

/** 传令 — the newest listener answers, so an opened panel takes precedence over what lies beneath. */
export function openBus(): Bus {
  const listeners = new Map<Wish, ((argument: string) => Outcome)[]>()
  return {
    on(wish, grant) {
      listeners.set(wish, [...(listeners.get(wish) ?? []), grant])
      return () => {
        listeners.set(
          wish,
          (listeners.get(wish) ?? []).filter((other) => other !== grant),
        )
      }
    },
    send(wish, argument = '') {
      const grant = listeners.get(wish)?.at(-1)
      return grant ? grant(argument) : 'unheard'
    },
  }
}
