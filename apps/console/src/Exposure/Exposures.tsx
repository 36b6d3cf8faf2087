import { useDesk, useNow } from '../Desk/desk.tsx'
import { ageText, secondsSince } from '../Queue/age.state.ts'
import { useExposures } from './useExposures.ts'
import './Exposures.css'

/** 查看时长 — how long each person of the desk has looked at what strangers filmed; who should be relieved stands first. */
export function Exposures() {
  const { say } = useDesk()
  const nowMs = useNow()
  const { found, fault, again } = useExposures('everyone')
  const limitSeconds = (found?.limitMinutes ?? 60) * 60
  const most = Math.max(limitSeconds, ...(found?.people ?? []).map(({ seconds }) => seconds))
  return (
    <section className="exposures" aria-label={say('exposure.title')}>
      <header>
        <h3>{say('exposure.title')}</h3>
        <span className="note">{found ? say('exposure.limit', { minutes: found.limitMinutes }) : ''}</span>
      </header>
      {fault ? (
        <p className="note">
          {say(fault === 'unanswered' ? 'console.unanswered' : 'exposure.denied')}{' '}
          <button type="button" className="button is-quiet" onClick={again}>
            {say('exposure.again')}
          </button>
        </p>
      ) : null}
      {!found && !fault ? <p className="note">{say('exposure.loading')}</p> : null}
      {found?.people.length === 0 ? <p className="note">{say('exposure.empty')}</p> : null}
      <ul>
        {found?.people.map((person) => (
          <li key={person.staff} data-rest={person.shouldRest || undefined}>
            <span className="exposure-name">{person.name}</span>
            <span className="exposure-bar" aria-hidden="true">
              <i style={{ inlineSize: `${(100 * person.seconds) / most}%` }} />
              <b style={{ insetInlineStart: `${(100 * limitSeconds) / most}%` }} />
            </span>
            <span className="figure">
              {say('exposure.minutes', { minutes: Math.ceil(person.seconds / 60) })}
            </span>
            <span className="note">
              {say('exposure.more', {
                views: person.views,
                longest: Math.ceil(person.longestSeconds / 60),
                ago: person.lastAt ? ageText(secondsSince(person.lastAt, nowMs)) : '',
              })}
            </span>
            {person.shouldRest ? <span className="chip is-warn">{say('exposure.rest')}</span> : null}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** 本班已查看 — one's own line, where the pictures are. */
export function MyExposure() {
  const { say } = useDesk()
  const { found } = useExposures('mine')
  if (!found || found.views === 0) return null
  const minutes = Math.ceil(found.seconds / 60)
  return (
    <p className="note">
      {say(minutes > found.limitMinutes ? 'exposure.mine-long' : 'exposure.mine', {
        minutes,
        views: found.views,
      })}
    </p>
  )
}
