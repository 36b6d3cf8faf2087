import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import type { Say } from '@open110/core/words/console'

/** 有理由的操作 — an act that asks for its reason in place, beside its button and never in a window of its own. */
export function ReasonedAct({
  say,
  label,
  hint,
  isBusy = false,
  reasonLabel,
  children,
  onAct,
  askAt,
}: {
  say: Say
  label: string
  hint?: string
  isBusy?: boolean
  reasonLabel?: string
  /** Further fields that the act needs. */
  children?: ReactNode
  /** Says whether it was done; the field stays open with its words when it was not. */
  onAct: (reason: string) => Promise<boolean>
  /** Rises when a key asks for this act. */
  askAt?: number
}) {
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  useEffect(() => {
    if (isOpen) field.current?.focus()
  }, [isOpen])
  useEffect(() => {
    if (askAt) setOpen(true)
  }, [askAt])
  if (!isOpen) {
    return (
      <button type="button" className="button" title={hint} disabled={isBusy} onClick={() => setOpen(true)}>
        {label}
      </button>
    )
  }
  return (
    <form
      className="reasoned"
      onSubmit={(event) => {
        event.preventDefault()
        if (reason.trim() === '') return field.current?.focus()
        void onAct(reason.trim()).then((isDone) => {
          if (!isDone) return
          setOpen(false)
          setReason('')
        })
      }}
      onKeyDown={(event) => {
        if (event.code !== 'Escape' || event.nativeEvent.isComposing) return
        event.preventDefault()
        setOpen(false)
      }}
    >
      <label htmlFor={id}>{reasonLabel ?? say('console.reason-for', { act: label })}</label>
      <input
        id={id}
        ref={field}
        className="input"
        type="text"
        maxLength={500}
        autoComplete="off"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {children}
      <button type="submit" className="button is-primary" disabled={isBusy || reason.trim() === ''}>
        {say('console.confirm', { act: label })}
      </button>
      <button type="button" className="button is-quiet" onClick={() => setOpen(false)}>
        {say('action.cancel')}
      </button>
    </form>
  )
}
