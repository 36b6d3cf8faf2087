import { useId, useRef, useState } from 'react'
import { Button } from './button.tsx'
import './reason.css'

/**
 * 理由 — asked where the act is, never in a modal. Nothing happens until there are words;
 * Ctrl+Enter confirms, Escape puts it away, and neither fires while an input method is composing.
 */
export function Reason(given: {
  question: string
  /** Reasons that are given most, one press each; they fill the field and can still be changed. */
  offered?: readonly string[]
  confirm: string
  cancel: string
  isBusy?: boolean
  maxLength?: number
  onConfirm: (reason: string) => void
  onCancel: () => void
}) {
  const id = useId()
  const [words, setWords] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const reason = words.trim()
  const confirm = () => {
    if (reason) given.onConfirm(reason)
    else field.current?.focus()
  }
  return (
    <div className="ui-reason">
      <label htmlFor={id}>{given.question}</label>
      {given.offered?.length ? (
        <div className="ui-reason-offered">
          {given.offered.map((offer) => (
            <Button
              key={offer}
              isPressed={reason === offer}
              onPress={() => {
                setWords(offer)
                field.current?.focus()
              }}
            >
              {offer}
            </Button>
          ))}
        </div>
      ) : undefined}
      <textarea
        id={id}
        ref={field}
        rows={2}
        maxLength={given.maxLength ?? 500}
        value={words}
        // Opened by the person's own press on the act, so the caret belongs here.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        onChange={(change) => setWords(change.target.value)}
        onKeyDown={(press) => {
          if (press.nativeEvent.isComposing) return
          if (press.code === 'Enter' && (press.ctrlKey || press.metaKey)) confirm()
          if (press.code === 'Escape') given.onCancel()
        }}
      />
      <div className="ui-reason-acts">
        <Button kind="primary" onPress={confirm} isDisabled={!reason} isBusy={given.isBusy ?? false}>
          {given.confirm}
        </Button>
        <Button kind="quiet" onPress={given.onCancel}>
          {given.cancel}
        </Button>
      </div>
    </div>
  )
}
