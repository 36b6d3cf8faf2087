import { silentTags } from '@open110/modules/report'
import { usualTags, type Tag, type TagIcon } from '@open110/modules/report/tags'

/** One button of the silent page. The words of a usual one stand in the catalogue, one of the bureau's own is its own words. */
export type TagButton = { readonly tag: string; readonly icon: TagIcon }

/** 标签 — the eight that every phone has with it, then the bureau's own. */
export function buttonsOf(own: readonly Tag[]): readonly TagButton[] {
  return [...silentTags.map((tag) => ({ tag, icon: usualTags[tag].icon })), ...own]
}

/** 静默提示 — what whoever has sent it reads next; nothing in it asks for a sound. */
export const tellKey = (tag: string | undefined): string => `tag-tell.${tag ?? 'none'}`
