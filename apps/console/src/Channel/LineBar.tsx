import { sayOr } from '@open110/core/words/console'
import type { ReportView } from '@open110/modules/report'
import { useDesk } from '../Desk/desk.tsx'
import { clockText } from '../Queue/age.state.ts'
import { numberText } from './call.state.ts'
import { useLine } from './useLine.ts'
import './Channel.css'

/** 来路 — how a report came in by another door, and what became of what was written back. */
export function LineBar({ report }: { report: ReportView }) {
  const { say } = useDesk()
  const { line, isLost } = useLine(report.id)
  if (!line) return <p className="note">{say(isLost ? 'line.unread' : 'console.loading')}</p>
  const repeats = line.textsIn.filter(({ how }) => how === 'repeat').length
  return (
    <section className="line-bar" aria-label={say('text.lines')}>
      <p className="call-line">
        <span className="chip">{say(`channel.${line.channel}`)}</span>
        {line.number ? <strong className="figure">{numberText(line.number)}</strong> : null}
        {line.textsIn.length > 0 ? <span>{say('text.in', { count: line.textsIn.length })}</span> : null}
        {repeats > 0 ? <span className="note">{say('text.repeats', { count: repeats })}</span> : null}
        {line.device ? (
          <span>{say('line.device', { name: line.device.name, place: line.device.placeWords })}</span>
        ) : null}
        {line.device && line.device.repeats > 0 ? (
          <span className="chip is-strong">{say('line.repeats', { count: line.device.repeats })}</span>
        ) : null}
        {line.agency ? (
          <span>{say('line.agency', { org: line.agency.org, number: line.agency.externalNumber })}</span>
        ) : null}
      </p>
      {line.textsOut.length > 0 ? (
        <ul>
          {line.textsOut.map((text) => (
            <li key={text.id}>
              <span className={text.state === 'held' ? 'chip is-striped' : 'chip'} data-text={text.state}>
                {say(`text.state.${text.state}`)}
              </span>
              <time className="figure" dateTime={text.deliveredAt ?? text.sentAt ?? text.at}>
                {clockText(text.deliveredAt ?? text.sentAt ?? text.at)}
              </time>
              <span className="note">{say(`text.kind.${text.kind}`)}</span>
              <span className="text-words">{text.words}</span>
              {text.why ? <span className="note">{sayOr(say, `text.why.${text.why}`)}</span> : null}
            </li>
          ))}
        </ul>
      ) : null}
      {isLost ? <p className="note">{say('line.unread')}</p> : null}
    </section>
  )
}
