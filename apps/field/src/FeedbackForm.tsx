import { useRef, useState } from 'react'
import { Button } from '@open110/ui/button'
import { outcomes, type Feedback } from '@open110/modules/dispatch'
import { categories, categoryPath } from '@open110/modules/incident/category'
import { countNames, emptyDraft, feedbackOf, type Draft } from './feedback.state.ts'
import type { Shelf } from './shelf.ts'
import { say } from './words.ts'
import './feedback.css'

/** 反馈单 — what was found and done. Every keystroke is kept, so a call in between loses nothing. */
export function FeedbackForm(given: {
  slip: string
  shelf: Shelf
  onSubmit: (feedback: Feedback) => void
  onCancel: () => void
}) {
  const { slip, shelf } = given
  const [draft, setDraft] = useState<Draft>(
    () => shelf.read<Record<string, Draft>>('drafts')?.[slip] ?? emptyDraft,
  )
  const [missing, setMissing] = useState<string>()
  const form = useRef<HTMLFormElement>(null)
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part }
    setDraft(next)
    setMissing(undefined)
    // One unit works on one feedback at a time; older drafts are of slips that have ended.
    shelf.write('drafts', { [slip]: next })
  }
  const submit = () => {
    const read = feedbackOf(draft)
    if ('missing' in read) {
      setMissing(say(`field.feedback.missing.${read.missing}`))
      form.current?.querySelector<HTMLElement>(`[name="${read.missing}"]`)?.focus()
      return
    }
    shelf.drop('drafts')
    given.onSubmit(read.feedback)
  }
  return (
    <form
      ref={form}
      className="feedback"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <fieldset>
        <legend>{say('field.feedback.outcome')}</legend>
        <div className="feedback-outcomes">
          {outcomes.map((outcome) => (
            <label key={outcome}>
              <input
                type="radio"
                name="outcome"
                checked={draft.outcome === outcome}
                onChange={() => change({ outcome })}
              />
              <span>{say(`outcome.${outcome}`)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <label>
        {say('field.feedback.words')}
        <textarea
          name="words"
          rows={4}
          maxLength={5_000}
          placeholder={say('field.feedback.words.hint')}
          value={draft.words}
          onChange={(event) => change({ words: event.target.value })}
        />
      </label>
      <fieldset>
        <legend>{say('field.feedback.counts')}</legend>
        <div className="feedback-counts">
          {countNames.map((name) => (
            <label key={name}>
              {say(`field.feedback.${name}`)}
              <input
                name={name}
                inputMode="numeric"
                autoComplete="off"
                value={draft.counts[name]}
                onChange={(event) => change({ counts: { ...draft.counts, [name]: event.target.value } })}
              />
            </label>
          ))}
        </div>
      </fieldset>
      <label>
        {say('field.feedback.category')}
        <select
          value={draft.categoryFound ?? ''}
          onChange={({ target }) => {
            const { categoryFound: _, ...rest } = draft
            setDraft(rest)
            change(target.value ? { categoryFound: target.value } : {})
          }}
        >
          <option value="">{say('field.feedback.category.same')}</option>
          {categories.map(({ code }) => (
            <option key={code} value={code}>
              {categoryPath(code)}
            </option>
          ))}
        </select>
      </label>
      <div role="alert">{missing ? <p className="fault">{missing}</p> : undefined}</div>
      <div className="feedback-acts">
        <Button kind="primary" size="large" isSubmit>
          {say('field.feedback.submit')}
        </Button>
        <Button kind="quiet" onPress={given.onCancel}>
          {say('action.back')}
        </Button>
      </div>
    </form>
  )
}
