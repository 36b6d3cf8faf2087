import { besideFix, type Fix } from '@open110/core/fix'
import type { FileNote } from '@open110/core/item'
import type { Pressed } from '@open110/core/outbox'
import type { KeyStore } from '@open110/core/store'
import { secondsBetween, type Moment } from '@open110/kit/time'
import { cell, type Cell } from '@open110/core/cell'
import { coalesced } from '@open110/core/once'
import type { NewWords } from '../app/press.ts'

export type DraftFile = FileNote & { readonly id: string; readonly isKept: boolean }

/** 草稿 — what is being written. It survives the page; it becomes one report when the button is pressed. */
export type Draft = {
  readonly version: 1
  readonly id: string
  readonly at: Moment
  readonly words: string
  readonly placeWords: string
  readonly callSafe?: boolean
  /** Where it happens, seen from the phone. */
  readonly pin?: { readonly eastMetres: number; readonly northMetres: number }
  readonly files: readonly DraftFile[]
  readonly isRestored?: boolean
}

export const mostFiles = 9
/** A draft of yesterday is of yesterday's danger. */
const draftLifeSeconds = 24 * 3600

export type Drafting = {
  readonly draft: Cell<Draft>
  change(next: Partial<Omit<Draft, 'id' | 'files' | 'version'>>): void
  addFile(name: string, type: string, bytes: Blob): Promise<void>
  removeFile(id: string): Promise<void>
  clear(): Promise<void>
  /** What the outbox takes. After this the draft is no more, whatever else the page does. */
  close(fix: Fix | undefined): { said: NewWords; files: Pressed[]; also: Record<string, unknown> }
}

export function openDraft(given: {
  store: KeyStore
  newId(): string
  now(): Moment
  digest(file: Blob): Promise<string | undefined>
}): Drafting {
  const { store, newId, now } = given
  const blank = (): Draft => ({ version: 1, id: newId(), at: now(), words: '', placeWords: '', files: [] })
  const draft = cell<Draft>(blank())
  /** Bytes that the phone could not store. */
  const loose = new Map<string, Blob>()
  let isOver = false

  const isBlank = ({ words, placeWords, files, pin, callSafe }: Draft) =>
    !words && !placeWords && !files.length && !pin && callSafe === undefined
  const save = coalesced(async () => {
    const next = draft.get()
    // Not kept is not lost: it is still on the page, and the outbox says it if it stays so.
    if (!isOver) await store.put({ draft: isBlank(next) ? undefined : next }).catch(() => {})
  })
  const put = (next: Draft) => {
    draft.set(next)
    void save()
  }
  void store
    .get('draft')
    .then((found) => {
      const kept = found as Draft | undefined
      if (!kept || isOver || !isBlank(draft.get())) return
      if (secondsBetween(kept.at, now()) > draftLifeSeconds) {
        void store.put(
          Object.fromEntries([
            ['draft', undefined],
            ...kept.files.map(({ id }) => [`file/${id}`, undefined]),
          ]),
        )
      } else draft.set({ ...kept, isRestored: true })
    })
    .catch(() => {}) // an unreadable draft is no draft

  return {
    draft,
    change: (next) => put({ ...draft.get(), ...next, at: now() }),
    async addFile(name, type, bytes) {
      if (draft.get().files.length >= mostFiles) return
      const id = newId()
      loose.set(id, bytes)
      put({
        ...draft.get(),
        files: [...draft.get().files, { id, name, type, bytes: bytes.size, isKept: false }],
      })
      const [sha256, isKept] = await Promise.all([
        given.digest(bytes).catch(() => undefined),
        store.put({ [`file/${id}`]: bytes }).then(
          () => true,
          () => false,
        ),
      ])
      if (isOver || !draft.get().files.some((file) => file.id === id)) return
      if (isKept) loose.delete(id)
      const known = (file: DraftFile) =>
        file.id === id ? { ...file, isKept, ...(sha256 ? { sha256 } : {}) } : file
      put({ ...draft.get(), files: draft.get().files.map(known) })
    },
    async removeFile(id) {
      loose.delete(id)
      put({ ...draft.get(), files: draft.get().files.filter((file) => file.id !== id) })
      await store.put({ [`file/${id}`]: undefined }).catch(() => {})
    },
    async clear() {
      const { files } = draft.get()
      loose.clear()
      put(blank())
      await store.put(Object.fromEntries(files.map(({ id }) => [`file/${id}`, undefined]))).catch(() => {})
    },
    close(fix) {
      isOver = true
      const { id, words, placeWords, callSafe, pin, files } = draft.get()
      const there = pin && fix ? besideFix(fix, pin.eastMetres, pin.northMetres, now()) : undefined
      return {
        said: {
          id,
          mode: 'text',
          ...(words.trim() ? { words: words.trim() } : {}),
          ...(placeWords.trim() ? { placeWords: placeWords.trim() } : {}),
          ...(callSafe === undefined ? {} : { callSafe }),
          ...(there ? { pin: there } : {}),
        },
        files: files.map(({ id: file, isKept: _, ...note }) => ({
          id: file,
          of: id,
          parcel: { kind: 'attachment', file: note, isSaid: false },
          ...(loose.has(file) ? { file: loose.get(file) } : {}),
        })),
        also: { draft: undefined },
      }
    },
  }
}
