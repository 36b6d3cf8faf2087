import { useEffect, useState, type ReactNode } from 'react'
import { Check, Clock, Undo2 } from 'lucide-react'
import { Button } from '@open110/ui/button'
import type { SlipMove } from '@open110/modules/dispatch'
import type { Extra } from './duty.state.ts'
import type { Seen, StepPress } from './outbox.state.ts'
import { undoMs } from './sending.state.ts'
import { clockTime, say } from './words.ts'
import './steps.css'

const path = ['sign', 'depart', 'arrive', 'settle', 'report'] as const satisfies readonly SlipMove[]

/** The large button stays in its place and changes its meaning: a second tap of a shaking thumb must not be the next step. */
const holdMs = 700

/** When the officer took the step; a step that waits is shown with the phone's own time. */
function takenAt({ card, waiting }: Seen, step: SlipMove): { at: string; isWaiting: boolean } | undefined {
  const press = waiting.findLast(({ move }) => move === step)
  if (press) return { at: press.madeAt, isWaiting: true }
  const time = card.slip.times.findLast(({ move }) => move === step)
  return time ? { at: time.happenedAt, isWaiting: false } : undefined
}

/** 处置进度 — the steps of this slip with the officer's own times. */
function Path(given: { seen: Seen; next: SlipMove | undefined }) {
  return (
    <ol className="steps-path" aria-label={say('field.steps')}>
      {path.map((step) => {
        const taken = takenAt(given.seen, step)
        return (
          <li
            key={step}
            data-taken={taken ? (taken.isWaiting ? 'waiting' : 'yes') : 'no'}
            aria-current={step === given.next ? 'step' : undefined}
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
  )
}

/** 撤销 — for three seconds the press is only on this phone and can be taken back. */
export function Undo(given: { press: StepPress; now: number; onUndo: () => void }) {
  const { press, now } = given
  const left = Math.max(1, Math.ceil((Date.parse(press.madeAt) + undoMs - now) / 1_000))
  return (
    <div className="steps-undo">
      <span role="status">
        {say('field.undo.done', { move: say(`slip.move.${press.move}`), at: clockTime(press.madeAt) })}
      </span>
      <Button onPress={given.onUndo}>
        <Undo2 size={20} strokeWidth={1.75} aria-hidden="true" /> {say('field.undo')}{' '}
        <span aria-hidden="true">{left}</span>
      </Button>
    </div>
  )
}

const answers: Readonly<Record<string, 'field.sent-back' | 'field.return-refused'>> = {
  'send-back': 'field.sent-back',
  'refuse-return': 'field.return-refused',
}

/** 处置步骤 — one large button: the next step that the table of moves allows (promise 4, promise 8). */
export function Steps(given: {
  seen: Seen
  now: number
  held: ReadonlySet<string>
  onPress: (name: SlipMove, extra?: Extra) => void
  onUndo: (key: string) => void
  onAsk: (what: 'return' | 'feedback') => void
  /** What else can be done here, with the way to give the slip back where there is one. */
  tools: (back: ReactNode) => ReactNode
}) {
  const { seen } = given
  const [next, ...others] = seen.open.filter((name) => name !== 'ask-return')
  const mayReturn = seen.open.includes('ask-return')
  const answered = answers[seen.card.slip.times.at(-1)?.move ?? '']
  const held = seen.waiting.find(({ key }) => given.held.has(key))
  const [isHeld, setIsHeld] = useState(false)
  useEffect(() => {
    if (!isHeld) return
    const release = setTimeout(() => setIsHeld(false), holdMs)
    return () => clearTimeout(release)
  }, [isHeld])
  const press = (name: SlipMove) => {
    setIsHeld(true)
    if (name === 'report') given.onAsk('feedback')
    else given.onPress(name)
  }
  // A slip that has just arrived needs the room for what it says.
  const isNew = seen.state === 'issued'
  const back = mayReturn ? (
    <Button kind="quiet" onPress={() => given.onAsk('return')}>
      {say('slip.move.ask-return')}
    </Button>
  ) : undefined
  return (
    <footer className="steps">
      {isNew ? undefined : <Path seen={seen} next={next} />}
      <div role="status">
        {!next && seen.state === 'return-asked' ? <p>{say('field.wait.return-asked')}</p> : undefined}
        {!next && seen.state === 'reported' ? <p>{say('field.wait.reported')}</p> : undefined}
        {answered && seen.waiting.length === 0 ? (
          <p className="fault">{say(answered, { reason: seen.card.slip.reason ?? '' })}</p>
        ) : undefined}
      </div>
      {held ? <Undo press={held} now={given.now} onUndo={() => given.onUndo(held.key)} /> : undefined}
      {isNew ? undefined : given.tools(back)}
      {next ? (
        <div className="steps-acts">
          {isNew ? back : undefined}
          {others.map((name) => (
            <Button key={name} onPress={() => press(name)}>
              {say(`slip.move.${name}`)}
            </Button>
          ))}
          <Button kind="primary" size="large" isBusy={isHeld} onPress={() => press(next)}>
            {say(`slip.move.${next}`)}
          </Button>
        </div>
      ) : undefined}
    </footer>
  )
}
