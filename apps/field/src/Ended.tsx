import type { SlipCard } from '@open110/modules/dispatch'
import { categoryName, say } from './words.ts'

/** 最近结束 — for the paperwork afterwards; folded away, because it asks for nothing. */
export function Ended(given: { cards: readonly SlipCard[] }) {
  if (given.cards.length === 0) return undefined
  return (
    <details className="ended">
      <summary>
        {say('field.ended')} {given.cards.length}
      </summary>
      <ul>
        {given.cards.map(({ slip, incident }) => (
          <li key={slip.id}>
            <span>{categoryName(incident.category)}</span>
            <span>{incident.placeWords}</span>
            <bdi>{slip.number}</bdi>
            <b>{say(`slip.state.${slip.state}`)}</b>
          </li>
        ))}
      </ul>
    </details>
  )
}
