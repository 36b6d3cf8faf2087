import { quickQuestions, type QuestionKey } from '@open110/modules/thread'
import * as threads from '@open110/modules/thread/api'
import type { ReportView } from '@open110/modules/report'
import { sayOr } from '@open110/core/words/console'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useWish } from '../Desk/desk.tsx'
import { answersOf, askedOf } from './dialogue.state.ts'

/** 快捷提问 — one press asks, the reporter answers with a tap, and the answer fills its field. */
export function Questions({ report }: { report: ReportView }) {
  const { say, call, room } = useDesk()
  const asking = useAct()
  const asked = askedOf(report.messages)
  const answers = answersOf(report.messages)
  const ask = async (question: string) => {
    await asking.run(() => call(threads.ask, { params: { report: report.id }, body: { question } }))
    room.refresh(['report'])
  }
  useWish('/ask', (argument) => {
    const found = (Object.keys(quickQuestions) as QuestionKey[]).find(
      (key) =>
        key === argument ||
        say(`question.${key}`).includes(argument) ||
        say(`console.question.${key}`).includes(argument),
    )
    return found ? void ask(found) : say('console.question-unknown')
  })
  return (
    <div className="questions" role="group" aria-label={say('console.questions')}>
      {(Object.keys(quickQuestions) as QuestionKey[]).map((key) => {
        const answer = answers.get(key)
        return (
          <button
            key={key}
            type="button"
            className="button"
            data-asked={asked.has(key) || undefined}
            disabled={asking.isBusy}
            title={say(`question.${key}`)}
            onClick={() => void ask(key)}
          >
            {say(`console.question.${key}`)}
            {answer ? (
              <b>{sayOr(say, `option.${key}.${answer}`)}</b>
            ) : asked.has(key) ? (
              <span className="note">{say('console.waiting-answer')}</span>
            ) : null}
          </button>
        )
      })}
      <Said text={asking.said} />
    </div>
  )
}
