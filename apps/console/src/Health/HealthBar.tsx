import { useState, useSyncExternalStore } from 'react'
import type { Degradation } from '@open110/kit/health'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ageText, momentText, secondsSince } from '../Queue/age.state.ts'
import { shownAt, wordsFor } from './health.state.ts'
import './Health.css'

const marks = { critical: '▲', major: '◆', minor: '○' } as const

/** 降级条 — what is wrong, since when, what still works and what to do. One line until somebody asks for more. */
export function HealthBar() {
  const { say, health, session } = useDesk()
  const degraded = shownAt(session.staff.org, useSyncExternalStore(health.subscribe, health.get))
  const [isOpen, open] = useState(false)
  const nowMs = useNow()
  const [worst] = degraded
  if (!worst || (worst.severity === 'minor' && !isOpen)) return null
  const others = degraded.length - 1
  return (
    <section className="health" aria-label={say('health.bar')}>
      {(isOpen ? degraded : [worst]).map((one) => (
        <Line key={one.name} one={one} nowMs={nowMs} isOpen={isOpen} />
      ))}
      <button
        type="button"
        className="button is-quiet"
        aria-expanded={isOpen}
        onClick={() => open((was) => !was)}
      >
        {isOpen
          ? say('health.less')
          : others > 0
            ? `${say('health.more')} · ${say('health.others', { count: others })}`
            : say('health.more')}
      </button>
    </section>
  )
}

function Line({ one, nowMs, isOpen }: { one: Degradation; nowMs: number; isOpen: boolean }) {
  const { say } = useDesk()
  const { what, works, act } = wordsFor(say, one)
  const since = { time: momentText(one.since, nowMs), age: ageText(secondsSince(one.since, nowMs)) }
  return (
    <div className="health-line" data-severity={one.severity}>
      <p className="health-what">
        <span className="health-mark" aria-hidden="true">
          {marks[one.severity]}
        </span>
        <span className="visually-hidden">{say(`health.severity.${one.severity}`)} </span>
        {/* The running age stays out of the live region: a screen reader must not count seconds aloud. */}
        <strong role={one.severity === 'critical' ? 'alert' : 'status'}>{what}</strong>
        <span className="health-since">{say('health.since', since)}</span>
        {isOpen || !act ? null : <span className="health-next">{act}</span>}
      </p>
      {isOpen ? (
        <dl className="health-more">
          <dt>{say('health.works')}</dt>
          <dd>{works}</dd>
          <dt>{say('health.act')}</dt>
          <dd>{act}</dd>
        </dl>
      ) : null}
    </div>
  )
}
