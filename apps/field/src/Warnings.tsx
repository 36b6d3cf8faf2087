import { CircleAlert, PhoneOff } from 'lucide-react'
import type { ContactPolicy } from '@open110/modules/contact'
import { dangers } from '@open110/modules/incident'
import type { SlipCard } from '@open110/modules/dispatch'
import { clockTime, say } from './words.ts'
import './warnings.css'

/** 不可回拨 — before anything else: a ring, a siren or a shout can kill whoever hides. With the word that they know the officers by. */
export function NoCall({ contact }: { contact?: ContactPolicy | undefined }) {
  return (
    <section className="no-call">
      <PhoneOff size={28} strokeWidth={1.75} aria-hidden="true" />
      <div>
        <h2>{say('field.no-call')}</h2>
        <p>{say('field.no-call.why')}</p>
        {contact?.codeword ? (
          <p>
            {say('contact.field.codeword')}:<b>{contact.codeword}</b>
          </p>
        ) : undefined}
        {contact?.decoy ? (
          <p>
            {say('contact.field.decoy')}:<b>{contact.decoy}</b>
          </p>
        ) : undefined}
      </div>
    </section>
  )
}

/** 危险要素 — in their order of gravity; those that were raised on the way say since when. */
export function Dangers(given: Pick<SlipCard['incident'], 'dangers' | 'raised'>) {
  const known = dangers.filter((danger) => given.dangers.includes(danger))
  if (known.length === 0) return undefined
  return (
    <ul className="dangers">
      {known.map((danger) => {
        const raised = given.raised.find((one) => one.danger === danger)
        return (
          <li key={danger}>
            <CircleAlert size={18} strokeWidth={2} aria-hidden="true" />
            {say(`danger.${danger}`)}
            {raised ? <time dateTime={raised.at}>{clockTime(raised.at).slice(0, 5)}</time> : undefined}
          </li>
        )
      })}
    </ul>
  )
}
