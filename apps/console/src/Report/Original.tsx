import type { ReportView } from '@open110/modules/report'
import { quickQuestions } from '@open110/modules/thread'
import { sayOr } from '@open110/core/words/console'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { clockText, secondsSince } from '../Queue/age.state.ts'

/** 原话 — what the reporter sent, unchanged, and what was added later; nobody edits here (promise 8). */
export function Original({ report }: { report: ReportView }) {
  const { say } = useDesk()
  const nowMs = useNow()
  const answers = Object.entries(report.staff?.answers ?? {})
  return (
    <section className="original" aria-label={say('console.original')}>
      <blockquote>
        {report.tag ? <b>{sayOr(say, `tag.${report.tag}`)} </b> : null}
        {report.words || (report.tag ? '' : say('console.no-words'))}
        {report.placeWords ? (
          <footer>{say('console.place-said', { words: report.placeWords })}</footer>
        ) : null}
      </blockquote>
      {report.supplements.map((supplement) => (
        <p
          key={supplement.id}
          className={`supplement${secondsSince(supplement.at, nowMs) < 120 ? ' is-new' : ''}`}
        >
          <span className="chip is-news">{say('console.supplement')}</span>
          <time dateTime={supplement.at}>{clockText(supplement.at)}</time>
          {supplement.words ?? say('console.supplement-fix')}
        </p>
      ))}
      {answers.length > 0 && !report.staff?.incidentId ? (
        <dl className="answers">
          {answers.map(([field, value]) => (
            <div key={field}>
              <dt>{sayOr(say, `fact.${field}`)}</dt>
              <dd>
                {sayAnswer(say, field, value)} <span className="note">{say('console.fact-from.answer')}</span>
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
    </section>
  )
}

const questionOf: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(quickQuestions).map(([question, { field }]) => [field, question]),
)

/** An answer is stored as its option; anything else is a person's own words. */
export function sayAnswer(say: Parameters<typeof sayOr>[0], field: string, value: string): string {
  const question = questionOf[field]
  const key = `option.${question}.${value}`
  const words = question ? sayOr(say, key) : value
  return words === `${question}.${value}` ? value : words
}
