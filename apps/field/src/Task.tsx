import { useState } from 'react'
import { Button } from '@open110/ui/button'
import { Priority } from '@open110/ui/priority'
import type { SlipMove } from '@open110/modules/dispatch'
import type { Extra } from './duty.state.ts'
import type { Seen } from './outbox.state.ts'
import { Place } from './Place.tsx'
import { Return } from './Return.tsx'
import type { Shelf } from './shelf.ts'
import { Undo } from './Steps.tsx'
import type { OwnFix } from './track.state.ts'
import { say, sayOr } from './words.ts'
import './card.css'
import './steps.css'

/** What a volunteer or a grid worker cannot say of a police matter is not asked. */
const cannotGo = ['too-little-known', 'already-done', 'other'] as const

/** 协助任务 — what to do and where; nothing of whom it is about (domain §2.4). Three presses, and a way to say no. */
export function Task(given: {
  seen: Seen
  now: number
  own: OwnFix | undefined
  held: ReadonlySet<string>
  /** Words of the desk stand where the buttons are. */
  isInterrupted: boolean
  shelf: Shelf
  onPress: (names: readonly SlipMove[], extra?: Extra) => void
  onUndo: (key: string) => void
}) {
  const { seen } = given
  const { slip, incident } = seen.card
  const [isReturning, setIsReturning] = useState(false)
  const held = seen.waiting.find(({ key }) => given.held.has(key))
  const acts: Readonly<Partial<Record<string, readonly SlipMove[]>>> = {
    issued: ['sign'],
    signed: ['arrive'],
    'en-route': ['arrive'],
    'on-scene': ['settle', 'report'],
    'scene-done': ['report'],
  }
  const next = acts[seen.state]
  const question = say('field.task.cannot.why')
  return (
    <>
      <main>
        <article className="card">
          <header className="card-head">
            <Priority level={incident.level} words={sayOr(`level.${incident.level}`)} isLarge />
            <h1>{say('field.task')}</h1>
          </header>
          <section>
            <p className="card-narrative">{slip.words || say('field.task.no-words')}</p>
          </section>
          <Place incident={incident} now={given.now} own={given.own} shelf={given.shelf} />
        </article>
      </main>
      <footer className="steps" hidden={given.isInterrupted}>
        {held ? <Undo press={held} now={given.now} onUndo={() => given.onUndo(held.key)} /> : undefined}
        <div role="status">
          {next ? undefined : (
            <p>{seen.state === 'return-asked' ? say('field.wait.return-asked') : say('field.task.done')}</p>
          )}
        </div>
        {isReturning ? (
          <Return
            question={question}
            reasons={cannotGo}
            onCancel={() => setIsReturning(false)}
            onReturn={(returnReason, reason) => {
              setIsReturning(false)
              given.onPress(['ask-return'], { returnReason, reason })
            }}
          />
        ) : next ? (
          <div className="steps-acts">
            {seen.open.includes('ask-return') ? (
              <Button onPress={() => setIsReturning(true)}>{say('field.task.cannot')}</Button>
            ) : undefined}
            <Button kind="primary" size="large" onPress={() => given.onPress(next)}>
              {say(`field.task.${next[0] as 'sign' | 'arrive' | 'settle' | 'report'}`)}
            </Button>
          </div>
        ) : undefined}
      </footer>
    </>
  )
}
