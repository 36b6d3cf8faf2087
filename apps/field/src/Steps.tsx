import { useEffect, useState } from 'react'
import { Check, Clock } from 'lucide-react'
import { Button } from '@open110/ui/button'
import { Reason } from '@open110/ui/reason'
import { slipMoves, type SlipMove } from '@open110/modules/dispatch'
import type { Extra } from './duty.state.ts'
import { FeedbackForm } from './FeedbackForm.tsx'
import type { Seen } from './outbox.state.ts'
import type { Shelf } from './shelf.ts'
import { clockTime, say } from './words.ts'
import './steps.css'

const path = ['sign', 'depart', 'arrive', 'settle', 'report'] as const satisfies readonly SlipMove[]
const returnReasons = ['far', 'busy', 'area', 'car'] as const

/** The large button stays in its place and changes its meaning: a second tap of a shaking thumb must not be the next step. */
const holdMs = 700

/** When the officer took the step; a step that waits is shown with the phone's own time. */
function takenAt({ card, waiting }: Seen, step: SlipMove): { at: string; isWaiting: boolean } | undefined {
  const press = waiting.findLast(({ move }) => move === step)
  if (press) return { at: press.madeAt, isWaiting: true }
  const time = card.slip.times.findLast(({ move }) => move === step)
  return time ? { at: time.deviceAt ?? time.at, isWaiting: false } : undefined
}

const answers: Readonly<Record<string, 'field.sent-back' | 'field.return-refused'>> = {
  'send-back': 'field.sent-back',
  'refuse-return': 'field.return-refused',
}

/** 处置步骤 — one large button: the next step that the table of moves allows (promise 4, promise 8). */
export function Steps(given: {
  seen: Seen
  isSending: boolean
  shelf: Shelf
  onPress: (name: SlipMove, extra?: Extra) => void
}) {
  const { seen } = given
  const [asked, setAsked] = useState<'return' | 'feedback'>()
  const [next, ...others] = seen.open.filter((name) => name !== 'ask-return')
  const mayReturn = seen.open.includes('ask-return')
  const answered = answers[seen.card.slip.times.at(-1)?.move ?? '']
  const [isHeld, setIsHeld] = useState(false)
  useEffect(() => {
    if (!isHeld) return
    const release = setTimeout(() => setIsHeld(false), holdMs)
    return () => clearTimeout(release)
  }, [isHeld])
  const press = (name: SlipMove) => {
    setIsHeld(true)
    if (slipMoves[name as 'report'].needs?.includes('feedback')) setAsked('feedback')
    else given.onPress(name)
  }
  const isFeedback = asked === 'feedback' && seen.open.includes('report')
  const isReturn = asked === 'return' && mayReturn
  return (
    <footer className="steps">
      <ol className="steps-path" aria-label={say('field.steps')}>
        {path.map((step) => {
          const taken = takenAt(seen, step)
          return (
            <li
              key={step}
              data-taken={taken ? (taken.isWaiting ? 'waiting' : 'yes') : 'no'}
              aria-current={step === next ? 'step' : undefined}
            >
              <span>
                {taken ? (
                  taken.isWaiting ? (
                    <Clock size={14} aria-hidden="true" />
                  ) : (
                    <Check size={14} strokeWidth={2.5} aria-hidden="true" />
                  )
                ) : undefined}
                {say(`slip.move.${step}`)}
              </span>
              <time>{taken ? clockTime(taken.at).slice(0, 5) : ''}</time>
            </li>
          )
        })}
      </ol>
      <div role="status">
        {seen.waiting.length > 0 ? (
          <p className="steps-kept">
            <b>{say('field.kept', { count: seen.waiting.length })}</b>{' '}
            {given.isSending ? say('field.sending') : say('field.kept.why')}
          </p>
        ) : undefined}
        {!next && seen.state === 'return-asked' ? <p>{say('field.wait.return-asked')}</p> : undefined}
        {!next && seen.state === 'reported' ? <p>{say('field.wait.reported')}</p> : undefined}
        {answered && seen.waiting.length === 0 ? (
          <p className="fault">{say(answered, { reason: seen.card.slip.reason ?? '' })}</p>
        ) : undefined}
      </div>
      {isFeedback ? (
        <FeedbackForm
          slip={seen.card.slip.id}
          shelf={given.shelf}
          onCancel={() => setAsked(undefined)}
          onSubmit={(feedback) => {
            setAsked(undefined)
            given.onPress('report', { feedback })
          }}
        />
      ) : undefined}
      {isReturn ? (
        <Reason
          question={say('field.return.why')}
          offered={returnReasons.map((reason) => say(`field.return.${reason}`))}
          confirm={say('slip.move.ask-return')}
          cancel={say('action.cancel')}
          onCancel={() => setAsked(undefined)}
          onConfirm={(reason) => {
            setAsked(undefined)
            given.onPress('ask-return', { reason })
          }}
        />
      ) : undefined}
      {next && !isFeedback && !isReturn ? (
        <div className="steps-acts">
          {others.length > 0 || mayReturn ? (
            <div className="steps-others">
              {others.map((name) => (
                <Button key={name} onPress={() => press(name)}>
                  {say(`slip.move.${name}`)}
                </Button>
              ))}
              {mayReturn ? (
                <Button kind="quiet" onPress={() => setAsked('return')}>
                  {say('slip.move.ask-return')}
                </Button>
              ) : undefined}
            </div>
          ) : undefined}
          <Button kind="primary" size="large" isBusy={isHeld} onPress={() => press(next)}>
            {say(`slip.move.${next}`)}
          </Button>
        </div>
      ) : undefined}
    </footer>
  )
}
