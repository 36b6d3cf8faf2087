import type { Call } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import { cell, type Cell } from '@open110/core/cell'
import type { KeyStore } from '@open110/core/store'
import { silentTags } from '@open110/modules/report'
import { tags as tagsHere } from '@open110/modules/report/api'
import { usualTags, type Tag, type TagIcon } from '@open110/modules/report/tags'
import type { Whereabouts } from '../phone/whereabouts.ts'

/** One button of the silent page. The words of a usual one stand in the catalogue, one of the bureau's own is its own words. */
export type TagButton = { readonly tag: string; readonly icon: TagIcon }

/** 标签 — the eight that every phone has with it, then the bureau's own. */
export function buttonsOf(own: readonly Tag[]): readonly TagButton[] {
  return [...silentTags.map((tag) => ({ tag, icon: usualTags[tag].icon })), ...own]
}

/** A hundredth of a degree says which bureau it is; who asks for words need not say where they stand. */
const coarse = (degrees: number) => degrees.toFixed(2)

/**
 * 本局标签 — kept from the last time, and asked for once in the life of a page as soon as the place is known: on whatever
 * page that is, for a question that only the silent page asked would tell of it.
 */
export function openTags(given: {
  call: Call
  store: Pick<KeyStore, 'get' | 'put'>
  sight: Cell<Whereabouts>
}): Cell<readonly Tag[]> {
  const own = cell<readonly Tag[]>([])
  let isAsked = false
  let isTold = false
  const ask = async () => {
    const { fix } = given.sight.get()
    if (isAsked || !fix) return
    isAsked = true
    try {
      const query = { lng: coarse(fix.lng), lat: coarse(fix.lat), crs: fix.crs }
      const answer = await given.call(tagsHere, { query })
      if (isRefusal(answer)) return
      isTold = true
      own.set(answer.own)
      await given.store.put({ tags: answer.own })
    } catch {
      isAsked = false // no network, or nowhere to keep them: those of the last time stay, and the next place asks again
    }
  }
  void given.store
    .get('tags')
    .then((kept) => Array.isArray(kept) && !isTold && own.set(kept as readonly Tag[]))
    .catch(() => undefined) // then there are the eight
  given.sight.watch(() => void ask())
  void ask()
  return own
}

/** 静默提示 — what whoever has sent it reads next; nothing in it asks for a sound. */
export const tellKey = (tag: string | undefined): string => `tag-tell.${tag ?? 'none'}`
