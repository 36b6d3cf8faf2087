import { sayOr } from '@open110/core/words/citizen'
import { useCell, usePhone } from '../app/hooks.ts'
import { tellKey } from './tags.state.ts'

/** 静默提示 — one sentence for whoever has just sent it, by what was tapped. */
export function Tell({ tag }: { tag: string | undefined }) {
  const { say, ownTags } = usePhone()
  const own = useCell(ownTags).find((each) => each.tag === tag)
  const found = sayOr(say, tellKey(tag))
  return <p className="card">{own?.tell ?? (found === tag ? say('tag-tell.none') : found)}</p>
}
