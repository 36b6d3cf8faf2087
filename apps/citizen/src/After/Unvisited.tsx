import { useState, type FormEvent } from 'react'
import { contest } from '@open110/modules/followup/api'
import type { After } from '@open110/modules/report/after'
import { useAct } from '../app/act.ts'
import { usePhone, useSpoken } from '../app/hooks.ts'

/** 未出警结案 — nobody came, and here is why; whoever does not agree says so once. */
export function Unvisited(props: {
  of: string
  unvisited: NonNullable<After['unvisited']>
  isQuiet: boolean
}) {
  const { say, call, newId } = usePhone()
  const spoken = useSpoken()
  const act = useAct()
  const [words, setWords] = useState('')
  const { reason, contestedAt } = props.unvisited
  const send = (event: FormEvent) => {
    event.preventDefault()
    const body = { words: words.trim() }
    void act.run(() => call(contest, { params: { report: props.of }, body, key: newId() }))
  }
  return (
    <section className="card unvisited" aria-label={say('unvisited.title')}>
      <h2>{say('unvisited.title')}</h2>
      <p>{say('unvisited.reason', { reason })}</p>
      {contestedAt ? (
        <p role={spoken}>{say('unvisited.contested')}</p>
      ) : (
        <details>
          <summary>{say('unvisited.contest')}</summary>
          <form className="field" onSubmit={send}>
            <p className="about">{say(props.isQuiet ? 'unvisited.about-quiet' : 'unvisited.about')}</p>
            <textarea
              rows={3}
              maxLength={2_000}
              aria-label={say('unvisited.words')}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
            <button type="submit" className="button" disabled={!words.trim() || act.isBusy}>
              {say('unvisited.send')}
            </button>
          </form>
        </details>
      )}
      {act.problem && <p role={spoken}>{act.problem}</p>}
    </section>
  )
}
