import { Priority } from '@open110/ui/priority'
import { Dangers, NoCall } from './Warnings.tsx'
import { metresBetween } from './navigate.state.ts'
import type { Seen } from './outbox.state.ts'
import type { OwnFix } from './track.state.ts'
import { categoryName, clockTime, distanceWords, say, sayOr } from './words.ts'
import './arrival.css'

/** 新处警单 — fills the screen until it is signed: how grave, what, where, how far, and what may kill. */
export function Arrival(given: { seen: Seen; own: OwnFix | undefined }) {
  const { slip, incident } = given.seen.card
  const { wgs84, placeWords } = incident
  const supplements = incident.supplements.toSorted((a, b) => b.at.localeCompare(a.at))
  return (
    <article className="arrival" data-level={Math.min(incident.level, 3)}>
      <header>
        <Priority level={incident.level} words={sayOr(`level.${incident.level}`)} isLarge />
        <span role="alert">
          {say('field.arrival')} <time dateTime={slip.issuedAt}>{clockTime(slip.issuedAt)}</time>
        </span>
      </header>
      {incident.callSafe ? undefined : <NoCall contact={incident.contact} />}
      <h1>{categoryName(incident.category)}</h1>
      <p className="arrival-place">{placeWords || say('field.place.unknown')}</p>
      {wgs84 && given.own ? (
        <p className="arrival-distance">{distanceWords(metresBetween(given.own, wgs84))}</p>
      ) : undefined}
      <Dangers dangers={incident.dangers} raised={incident.raised} />
      {slip.words ? (
        <p>
          <b>{say('field.instruction')}</b> {slip.words}
        </p>
      ) : undefined}
      {supplements.map(({ at, words }) => (
        <p key={at + words}>
          <time dateTime={at}>{clockTime(at)}</time> <b>{words}</b>
        </p>
      ))}
      <p className="arrival-words">{incident.narrative || say('field.narrative.none')}</p>
    </article>
  )
}
