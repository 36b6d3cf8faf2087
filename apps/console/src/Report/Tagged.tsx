import { categoryPath } from '@open110/modules/incident/category'
import type { TagMeaning } from '@open110/modules/report/tags'
import { sayOr } from '@open110/core/words/console'
import { useDesk } from '../Desk/desk.tsx'

/** 标签 — what the silent tap stands for here, and what is sent first for it; whatever a person chooses goes before it. */
export function Tagged({ tagged, isChosen }: { tagged: TagMeaning; isChosen: boolean }) {
  const { say } = useDesk()
  const { tag, level, category } = tagged
  const usual = `tag-send.${tag ?? 'none'}`
  const found = sayOr(say, usual)
  const send = tagged.send ?? (found === tag ? say('tag-send.none') : found)
  const name = tag === undefined ? say('silent-tag.none') : sayOr(say, `tag.${tag}`)
  const values = { tag: name, category: categoryPath(category), level: sayOr(say, `level.${level}`) }
  return (
    <p className="suggested">
      {say(isChosen ? 'silent-tag.chosen' : 'silent-tag.holds', values)}
      <span className="note">{say('silent-tag.send', { send })}</span>
    </p>
  )
}
