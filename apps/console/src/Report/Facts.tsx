import { useState } from 'react'
import { sayOr } from '@open110/core/words/console'
import type { Incident } from '@open110/modules/incident'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { momentText } from '../Queue/age.state.ts'
import { sayAnswer } from './Original.tsx'
import { offeredFacts, type CorrectionPart } from './record.state.ts'

/** 要素 — each with who said it and when; what a person entered is never changed by an answer. */
export function Facts({
  incident,
  isClosed,
  onCorrect,
}: {
  incident: Incident
  isClosed: boolean
  onCorrect: (part: CorrectionPart) => Promise<boolean>
}) {
  const { say } = useDesk()
  const nowMs = useNow()
  const [editing, edit] = useState<{ field: string; value: string }>()
  const known = Object.keys(incident.facts)
  const missing = offeredFacts.filter((field) => !known.includes(field))
  return (
    <div className="facts">
      <dl className="answers">
        {Object.entries(incident.facts).map(([field, fact]) => (
          <div key={field}>
            <dt>{sayOr(say, `fact.${field}`)}</dt>
            <dd>
              <button
                type="button"
                className="fact"
                disabled={isClosed}
                title={say('console.fact-edit')}
                onClick={() => edit({ field, value: sayAnswer(say, field, fact.value) })}
              >
                {sayAnswer(say, field, fact.value)}
              </button>{' '}
              <span className="note">
                {say(`console.fact-from.${fact.from}`)} {momentText(fact.at, nowMs)}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      {isClosed ? null : editing ? (
        <form
          className="reasoned"
          onSubmit={(event) => {
            event.preventDefault()
            if (editing.value.trim() === '') return
            void onCorrect({ facts: { [editing.field]: editing.value.trim() } }).then(
              (isDone) => isDone && edit(undefined),
            )
          }}
        >
          <label>
            {sayOr(say, `fact.${editing.field}`)}
            <input
              className="input"
              type="text"
              maxLength={500}
              value={editing.value}
              onChange={(event) => edit({ ...editing, value: event.target.value })}
            />
          </label>
          <button type="submit" className="button is-primary">
            {say('action.save')}
          </button>
          <button type="button" className="button is-quiet" onClick={() => edit(undefined)}>
            {say('action.cancel')}
          </button>
        </form>
      ) : (
        <div className="fact-offers">
          <span className="note">{say('console.facts-missing')}</span>
          {missing.map((field) => (
            <button
              key={field}
              type="button"
              className="button is-quiet"
              onClick={() => edit({ field, value: '' })}
            >
              + {say(`fact.${field}`)}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
