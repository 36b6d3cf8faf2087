import { Priority } from '@open110/ui/priority'
import { quickQuestions } from '@open110/modules/thread'
import type { Seen } from './outbox.state.ts'
import { Photos } from './Photos.tsx'
import type { OpenPicture } from './picture.ts'
import { Place } from './Place.tsx'
import type { Shelf } from './shelf.ts'
import type { OwnFix } from './track.state.ts'
import { Video, type VideoPorts } from './Video.tsx'
import { Dangers, NoCall } from './Warnings.tsx'
import { categoryName, clockTime, say, sayOr } from './words.ts'
import './card.css'

const questionByField = new Map(
  Object.entries(quickQuestions).map(([question, { field }]) => [field as string, question]),
)

/** An answer's own words; what a person typed stays as typed. */
const factWords = (field: string, value: string) => {
  const key = `option.${questionByField.get(field) ?? ''}.${value}`
  const words = sayOr(key)
  return key.endsWith(words) ? value : words
}

/** 警情要点 — what decides how to arrive comes first; the newest words come before the older ones. */
export function Card(given: {
  seen: Seen
  now: number
  own: OwnFix | undefined
  shelf: Shelf
  openPicture: OpenPicture
  video: VideoPorts
}) {
  const { card } = given.seen
  const { slip, incident, others } = card
  const facts = Object.entries(incident.facts)
  const supplements = incident.supplements.toSorted((a, b) => b.at.localeCompare(a.at))
  return (
    <article className="card">
      <header className="card-head">
        <Priority level={incident.level} words={sayOr(`level.${incident.level}`)} isLarge />
        <h1>{categoryName(incident.category)}</h1>
        <p className="card-number">
          <bdi>{slip.number}</bdi>
        </p>
      </header>
      {incident.callSafe ? undefined : <NoCall contact={incident.contact} />}
      <Dangers dangers={incident.dangers} raised={incident.raised} />
      <Place incident={incident} now={given.now} own={given.own} shelf={given.shelf} />
      <Video incident={incident.id} ports={given.video} />
      {supplements.length > 0 ? (
        <section>
          <h2>{say('field.supplements')}</h2>
          {supplements.map(({ at, words }) => (
            <p key={at + words}>
              <time dateTime={at}>{clockTime(at)}</time> {words}
            </p>
          ))}
        </section>
      ) : undefined}
      <section>
        <h2>{say('field.narrative')}</h2>
        <p className="card-narrative">{incident.narrative || say('field.narrative.none')}</p>
      </section>
      <Photos
        attachments={incident.attachments}
        isGrim={incident.dangers.some((danger) => danger === 'dead' || danger === 'injured')}
        openPicture={given.openPicture}
      />
      {slip.words ? (
        <section>
          <h2>{say('field.instruction')}</h2>
          <p>{slip.words}</p>
        </section>
      ) : undefined}
      {others.length > 0 ? (
        <section>
          <h2>{say('field.others')}</h2>
          <ul className="card-others">
            {others.map(({ unit, name, kind, state }) => (
              <li key={unit}>
                <b>{name}</b> {kind === 'police' ? '' : `${say(`field.kind-of-slip.${kind}`)} · `}
                {say(`slip.state.${state}`)}
              </li>
            ))}
          </ul>
        </section>
      ) : undefined}
      {facts.length > 0 ? (
        <section>
          <h2>{say('field.facts')}</h2>
          <dl className="card-facts">
            {facts.map(([field, value]) => (
              <div key={field}>
                <dt>{sayOr(`fact.${field}`)}</dt>
                <dd>{factWords(field, value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ) : undefined}
      {slip.dialogue.length > 0 ? (
        <section>
          <h2>{say('field.dialogue')}</h2>
          {slip.dialogue.map(({ id, at, side, kind, words }) => (
            <p key={id}>
              <time dateTime={at}>{clockTime(at)}</time> <b>{say(`field.dialogue.${side}`)}</b>{' '}
              {words ?? say(kind === 'urge' ? 'field.ask.urge.words' : 'field.narrative.none')}
            </p>
          ))}
        </section>
      ) : undefined}
    </article>
  )
}
