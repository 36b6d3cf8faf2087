import { useRef, useState } from 'react'
import { Button } from '@open110/ui/button'
import { feedbackForm, type Feedback, type FeedbackSheet } from '@open110/modules/dispatch'
import { draftOf, feedbackOf, type Draft } from './feedback.state.ts'
import { FeedbackLine, fieldWords } from './FeedbackLine.tsx'
import type { Shelf } from './shelf.ts'
import { say } from './words.ts'
import './feedback.css'

/** 反馈单 — what was found and done, by category. Every keystroke is kept, so a call in between loses nothing. */
export function FeedbackForm(given: {
  slip: string
  category: string
  /** 退回补正: what was written before, and what is missing in it. */
  sentBack: FeedbackSheet | undefined
  shelf: Shelf
  onSubmit: (feedback: Feedback) => void
  onCancel: () => void
}) {
  const { slip, shelf, sentBack } = given
  const fields = feedbackForm(given.category)
  const [draft, setDraft] = useState<Draft>(
    () => shelf.read<Record<string, Draft>>('drafts')?.[slip] ?? draftOf(sentBack?.content ?? {}),
  )
  const [fault, setFault] = useState<keyof Feedback>()
  const lacking = new Set<string>(sentBack?.missing ?? [])
  const [isWhole, setIsWhole] = useState(lacking.size > 0)
  const form = useRef<HTMLFormElement>(null)
  const change = (part: Draft) => {
    const next = { ...draft, ...part }
    setDraft(next)
    setFault(undefined)
    // One unit works on one feedback at a time; older drafts are of slips that have ended.
    shelf.write('drafts', { [slip]: next })
  }
  const submit = () => {
    const read = feedbackOf(draft, fields)
    if ('missing' in read) {
      setFault(read.missing)
      setIsWhole(true)
      form.current?.querySelector<HTMLElement>(`[name="${read.missing}"]`)?.focus()
      return
    }
    shelf.drop('drafts')
    given.onSubmit(read.feedback)
  }
  const hidden = fields.filter(({ isFirst }) => !isFirst)
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
      {sentBack ? (
        <p className="fault" role="alert">
          {say('field.sent-back', { reason: sentBack.sentBackReason ?? '' })}
          {lacking.size > 0
            ? ` ${say('field.feedback.lacking', { fields: [...lacking].map(fieldWords).join('、') })}`
            : ''}
        </p>
      ) : undefined}
      {fields
        .filter(({ isFirst }) => isFirst || isWhole)
        .map((field) => (
          <FeedbackLine
            key={field.name}
            field={field}
            value={draft[field.name] ?? ''}
            isLacking={lacking.has(field.name)}
            onChange={(text) => change({ [field.name]: text })}
          />
        ))}
      {isWhole || hidden.length === 0 ? undefined : (
        <Button isExpanded={false} onPress={() => setIsWhole(true)}>
          {say('field.feedback.more', { count: hidden.length })}
        </Button>
      )}
      <div role="alert">
        {fault ? (
          <p className="fault">{say('field.feedback.missing', { field: fieldWords(fault) })}</p>
        ) : undefined}
      </div>
      <div className="feedback-acts">
        <Button kind="primary" size="large" isSubmit>
          {say('field.feedback.submit')}
        </Button>
        <Button kind="quiet" onPress={given.onCancel}>
          {say('action.cancel')}
        </Button>
      </div>
    </form>
  )
}
