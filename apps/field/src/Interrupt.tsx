import { useEffect, useRef } from 'react'
import { Button } from '@open110/ui/button'
import type { Ask } from './asks.state.ts'
import { clockTime, say, sayOr } from './words.ts'
import './interrupt.css'

/** 插话 — what came since stands over the next step until it is read back. Dangers and supplements red, the desk's words calmer. */
export function Interrupt(given: { ask: Ask; place: string | undefined; more: number; onRead: () => void }) {
  const { ask } = given
  const sheet = useRef<HTMLElement>(null)
  useEffect(() => {
    sheet.current?.focus({ preventScroll: true })
  }, [ask.what, ask.upTo])
  return (
    <section
      ref={sheet}
      tabIndex={-1}
      className="interrupt"
      data-what={ask.what}
      role="alertdialog"
      aria-labelledby="interrupt-title"
      aria-describedby="interrupt-words"
    >
      <div className="interrupt-head">
        <h2 id="interrupt-title">{say(`field.ask.${ask.what}`, { count: ask.lines.length })}</h2>
        {given.place ? <span>{given.place}</span> : undefined}
      </div>
      <div id="interrupt-words">
        {ask.lines.map(({ at, words, danger }) => (
          <p key={at + (danger ?? words)}>
            <time dateTime={at}>{clockTime(at)}</time>{' '}
            {danger ? sayOr(`danger.${danger}`) : (words ?? say('field.ask.urge.words'))}
          </p>
        ))}
      </div>
      <Button kind="primary" size="large" onPress={given.onRead}>
        {say('field.supplements.read')}
      </Button>
      {given.more > 0 ? (
        <p className="interrupt-more">{say('field.ask.more', { count: given.more })}</p>
      ) : undefined}
    </section>
  )
}
