import { Check, Clock, LoaderCircle, TriangleAlert } from 'lucide-react'
import type { SeenItem } from '@open110/core/item'
import type { Rung } from '@open110/core/ladder'
import { sayOr } from '@open110/core/words/citizen'
import type { ReportView } from '@open110/modules/report'
import { usePhone } from '../app/hooks.ts'
import { go } from '../app/path.ts'
import { clockOf, timeOf } from '../app/spell.ts'
import './Ladder.css'

const icon = { size: 18, strokeWidth: 2.25, 'aria-hidden': true } as const

/** 回执阶梯 — the rungs that are true with their time and who, and the one that is waited for. */
export function Ladder(props: {
  rungs: readonly Rung[]
  report?: Pick<ReportView, 'desk' | 'incident' | 'state' | 'outcome'> | undefined
  local?: SeenItem | undefined
  isQuiet: boolean
}) {
  const { rungs, report, local } = props
  const { say, now, language, outbox } = usePhone()
  const last = rungs.findLast(({ isReached }) => isReached) ?? rungs.at(-1)
  return (
    <section
      className="card ladder"
      aria-label={say('report.title')}
      aria-live={props.isQuiet ? 'off' : 'polite'}
    >
      <ol>
        {rungs.map((rung) => (
          <li key={rung.step} className={rung.isReached ? 'rung rung-true' : 'rung'}>
            <span className="rung-mark">{markOf(rung)}</span>
            <strong>
              {rung.step === 'waiting'
                ? say('ladder.waited', { time: clockOf(rung.waitedSeconds) })
                : say(`ladder.${rung.step}`)}
            </strong>
            {rung.isReached && <time dateTime={rung.at}>{timeOf(rung.at, now(), language)}</time>}
            {rung.isReached && rung.by && rung !== last && <small>{rung.by}</small>}
            {rung === last && <p>{aboutOf(rung)}</p>}
          </li>
        ))}
      </ol>
      {report && stateWords()}
      {local && (local.shows === 'ask' || local.shows === 'refused') && (
        <div className="row">
          <button type="button" className="button main" onClick={() => void outbox.agree(local.id)}>
            {say(local.shows === 'ask' ? 'ladder.send-now' : 'ladder.retry')}
          </button>
          {local.shows === 'ask' && (
            <button
              type="button"
              className="button"
              onClick={() => void outbox.drop(local.id).then(() => go('/', { replace: true }))}
            >
              {say('ladder.drop')}
            </button>
          )}
        </div>
      )}
    </section>
  )

  function aboutOf(rung: Rung): string {
    switch (rung.step) {
      case 'queued':
      case 'unknown':
        return say(props.isQuiet ? `ladder.about.${rung.step}-quiet` : `ladder.about.${rung.step}`)
      case 'refused': {
        const { refused = '', facts = {} } = local?.refusal ?? {}
        return say('ladder.about.refused', {
          reason: sayOr(say, `refusal.${refused}`, facts as Record<string, string>),
        })
      }
      case 'delivered':
        return props.isQuiet
          ? say('ladder.about.delivered-quiet')
          : say('ladder.about.delivered', { desk: report?.desk?.name ?? say('ladder.desk') })
      case 'received':
        return say('ladder.about.received', { by: rung.isReached && rung.by ? rung.by : say('ladder.desk') })
      case 'accepted':
        return say('ladder.about.accepted', { number: report?.incident?.number ?? '' })
      case 'waiting':
        return ''
      default:
        return say(`ladder.about.${rung.step}`)
    }
  }

  function stateWords() {
    const state = report?.state
    if (state === 'verifying' || state === 'merged' || state === 'transferred')
      return <p>{say(`state.${state}`)}</p>
    if (state !== 'declined' && state !== 'invalid') return null
    return (
      <p>
        <strong>{say(`state.${state}`)}</strong>{' '}
        {report?.outcome && say('state.reason', { reason: report.outcome })}
      </p>
    )
  }
}

function markOf(rung: Rung) {
  if (rung.isReached) return <Check {...icon} />
  if (rung.step === 'sending') return <LoaderCircle {...icon} />
  if (rung.step === 'ask' || rung.step === 'refused') return <TriangleAlert {...icon} />
  return <Clock {...icon} />
}
