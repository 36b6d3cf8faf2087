import { CircleAlert, PhoneOff } from 'lucide-react'
import { Button } from '@open110/ui/button'
import { Priority } from '@open110/ui/priority'
import { dangers } from '@open110/modules/incident'
import type { SlipCard } from '@open110/modules/dispatch'
import { quickQuestions } from '@open110/modules/thread'
import { sayOr } from '@open110/core/words'
import type { Seen } from './outbox.state.ts'
import { Photos } from './Photos.tsx'
import type { OpenPicture } from './picture.ts'
import { Place } from './Place.tsx'
import type { OwnFix } from './track.state.ts'
import { categoryName, clockTime, say } from './words.ts'
import './card.css'

const questionByField = new Map(
  Object.entries(quickQuestions).map(([question, { field }]) => [field as string, question]),
)

/** An answer's own words; what a person typed stays as typed. */
const factWords = (field: string, value: string) => {
  const key = `option.${questionByField.get(field) ?? ''}.${value}`
  const words = sayOr(say, key)
  return key.endsWith(words) ? value : words
}

/** 警情要点 — what decides how to arrive comes first; the newest words come before the older ones. */
export function Card(given: {
  seen: Seen
  now: number
  own: OwnFix | undefined
  fresh: SlipCard['incident']['supplements']
  openPicture: OpenPicture
  onRead: () => void
}) {
  const { card } = given.seen
  const { slip, incident } = card
  const known = dangers.filter((danger) => incident.dangers.includes(danger))
  const facts = Object.entries(incident.facts)
  const older = incident.supplements
    .filter((supplement) => !given.fresh.includes(supplement))
    .toSorted((a, b) => b.at.localeCompare(a.at))
  return (
    <article className="card">
      <header className="card-head">
        <Priority level={incident.level} words={sayOr(say, `level.${incident.level}`)} isLarge />
        <h1>{categoryName(incident.category)}</h1>
        <p className="card-number">
          <bdi>{slip.number}</bdi>
        </p>
      </header>
      {given.fresh.length > 0 ? (
        <section className="card-fresh" role="alert">
          <h2>{say('field.supplements.new', { count: given.fresh.length })}</h2>
          {given.fresh.map(({ at, words }) => (
            <p key={at + words}>
              <time dateTime={at}>{clockTime(at)}</time> {words}
            </p>
          ))}
          <Button onPress={given.onRead}>{say('field.supplements.read')}</Button>
        </section>
      ) : undefined}
      {known.length > 0 ? (
        <ul className="card-dangers">
          {known.map((danger) => (
            <li key={danger}>
              <CircleAlert size={18} strokeWidth={2} aria-hidden="true" />
              {say(`danger.${danger}`)}
            </li>
          ))}
        </ul>
      ) : undefined}
      {incident.callSafe ? undefined : (
        <section className="card-no-call">
          <PhoneOff size={28} strokeWidth={1.75} aria-hidden="true" />
          <div>
            <h2>{say('field.no-call')}</h2>
            <p>{say('field.no-call.why')}</p>
          </div>
        </section>
      )}
      <Place incident={incident} now={given.now} own={given.own} />
      {slip.words ? (
        <section>
          <h2>{say('field.instruction')}</h2>
          <p>{slip.words}</p>
        </section>
      ) : undefined}
      <section>
        <h2>{say('field.narrative')}</h2>
        <p className="card-narrative">{incident.narrative || say('field.narrative.none')}</p>
      </section>
      {facts.length > 0 ? (
        <section>
          <h2>{say('field.facts')}</h2>
          <dl className="card-facts">
            {facts.map(([field, value]) => (
              <div key={field}>
                <dt>{sayOr(say, `fact.${field}`)}</dt>
                <dd>{factWords(field, value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ) : undefined}
      <Photos attachments={incident.attachments} openPicture={given.openPicture} />
      {older.length > 0 ? (
        <section>
          <h2>{say('field.supplements')}</h2>
          {older.map(({ at, words }) => (
            <p key={at + words}>
              <time dateTime={at}>{clockTime(at)}</time> {words}
            </p>
          ))}
        </section>
      ) : undefined}
    </article>
  )
}
