import type { Call } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import { cell, type Cell } from '@open110/core/cell'
import type { KeyStore } from '@open110/core/store'
import { tags as tagsHere } from '@open110/modules/report/api'
import type { Tag } from '@open110/modules/report/tags'
import { videoModes, type VideoMode } from '@open110/modules/video'
import { here as videoHere } from '@open110/modules/video/api'
import type { Whereabouts } from './whereabouts.ts'

type Near = { call: Call; store: Pick<KeyStore, 'get' | 'put'>; sight: Cell<Whereabouts> }
type Asked = { readonly lng: string; readonly lat: string; readonly crs: string }

/** A hundredth of a degree says which bureau it is; who asks for words need not say where they stand. */
const coarse = (degrees: number) => degrees.toFixed(2)

/**
 * 本局 — what the bureau of this place has that not every bureau has: kept from the last time, and asked for once in the life of
 * a page as soon as the place is known. On whatever page that is, for a question that only the silent page asked would tell of it.
 */
export function openHere(given: Near): {
  readonly ownTags: Cell<readonly Tag[]>
  /** Undefined as long as nobody has said. */
  readonly videoMode: Cell<VideoMode | undefined>
} {
  const { call } = given
  return {
    ownTags: learn<readonly Tag[]>(given, {
      key: 'tags',
      before: [],
      async ask(query) {
        const answer = await call(tagsHere, { query })
        return isRefusal(answer) ? undefined : answer.own
      },
      kept: (value) => (Array.isArray(value) ? (value as readonly Tag[]) : undefined),
    }),
    videoMode: learn<VideoMode | undefined>(given, {
      key: 'video-mode',
      before: undefined,
      async ask(query) {
        const answer = await call(videoHere, { query })
        return isRefusal(answer) ? undefined : answer.mode
      },
      kept: (value) => videoModes.find((mode) => mode === value),
    }),
  }
}

function learn<Fact>(
  given: Near,
  of: {
    readonly key: string
    readonly before: Fact
    readonly ask: (asked: Asked) => Promise<Fact | undefined>
    readonly kept: (value: unknown) => Fact | undefined
  },
): Cell<Fact> {
  const known = cell(of.before)
  let isAsked = false
  let isTold = false
  const ask = async () => {
    const { fix } = given.sight.get()
    if (isAsked || !fix) return
    isAsked = true
    try {
      const told = await of.ask({ lng: coarse(fix.lng), lat: coarse(fix.lat), crs: fix.crs })
      if (told === undefined) return
      isTold = true
      known.set(told)
      await given.store.put({ [of.key]: told })
    } catch {
      isAsked = false // no network, or nowhere to keep it: that of the last time stays, and the next place asks again
    }
  }
  void given.store
    .get(of.key)
    .then((value) => {
      const kept = of.kept(value)
      if (kept !== undefined && !isTold) known.set(kept)
    })
    .catch(() => undefined) // then it is as at first
  given.sight.watch(() => void ask())
  void ask()
  return known
}
