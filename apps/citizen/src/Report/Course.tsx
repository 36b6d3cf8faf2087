import { useState } from 'react'
import { sayOr } from '@open110/core/words/citizen'
import type { ReportView } from '@open110/modules/report'
import { usualAnswer } from '@open110/modules/report/urge'
import { usePhone } from '../app/hooks.ts'
import { timeOf } from '../app/spell.ts'

/** 经过 — everything that has happened to the report, in order. */
export function Course({ report }: { report: ReportView }) {
  const { say, now, language } = usePhone()
  const [isOpen, setOpen] = useState(false)
  return (
    <details className="card course" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say('course.title')}</summary>
      {isOpen && report.incident && (
        <p>
          {say('course.number', { number: '' })}
          <b className="code">{report.incident.number}</b>
        </p>
      )}
      <ol>
        {(isOpen ? report.timeline : []).map(({ at, what, by, words }, index) => (
          <li key={`${at}${what}${index}`}>
            <time dateTime={at}>{timeOf(at, now(), language)}</time>
            <span>
              {sayOr(say, what.startsWith('ladder.') ? what : `course.${what}`)}
              {words && `:${words === usualAnswer ? say('urge.usual') : words}`}
              {by && <small> {by}</small>}
            </span>
          </li>
        ))}
      </ol>
    </details>
  )
}
