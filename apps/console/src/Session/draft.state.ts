import { jsonOf, type Keep } from './session.state.ts'

/** 草稿 — what has been typed and not sent. It outlives a reload, a refusal and a new sign-in; only success clears it. */
export type Drafts = {
  read(kind: DraftKind, id: string): unknown
  write(kind: DraftKind, id: string, value: unknown): void
  clear(kind: DraftKind, id: string): void
}
export type DraftKind = 'message' | 'acceptance' | 'statement' | 'correction' | 'slip'

const nameOf = (kind: DraftKind, id: string) => `open110.console.draft.${kind}.${id}`

export function openDrafts(keep: Keep): Drafts {
  return {
    read(kind, id) {
      const text = keep.getItem(nameOf(kind, id))
      return text === null ? undefined : jsonOf(text)
    },
    write(kind, id, value) {
      // A full or forbidden storage costs the copy, never the typing itself.
      try {
        keep.setItem(nameOf(kind, id), JSON.stringify(value))
      } catch (cause) {
        if (!(cause instanceof DOMException)) throw cause
      }
    },
    clear: (kind, id) => keep.removeItem(nameOf(kind, id)),
  }
}

/**
 * The key of a press: one for each content. A press repeated after silence carries the same key, so the
 * server does it once; changed content gets a new one (promise 4).
 */
export function keyring(makeKey: () => string) {
  let held: { content: string; key: string } | undefined
  return {
    keyFor(content: unknown): string {
      const text = JSON.stringify(content)
      if (held?.content !== text) held = { content: text, key: makeKey() }
      return held.key
    },
    /** The server has answered: the same words again are a new act. */
    answered() {
      held = undefined
    },
  }
}
