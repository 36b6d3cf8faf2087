import type { ReactNode } from 'react'
import './button.css'

/** 按钮 — names one act. `why` says what stands in the way when it cannot be pressed. */
export function Button(given: {
  children: ReactNode
  onPress?: () => void
  kind?: 'primary' | 'plain' | 'quiet' | 'danger'
  size?: 'ordinary' | 'large'
  isSubmit?: boolean
  isBusy?: boolean
  isDisabled?: boolean
  why?: string
  /** The key that does the same, shown beside the words. */
  keyHint?: string
  isPressed?: boolean
  isExpanded?: boolean
  label?: string
}) {
  const isOff = given.isDisabled === true || given.isBusy === true
  return (
    <button
      type={given.isSubmit ? 'submit' : 'button'}
      className={`ui-button ui-button-${given.kind ?? 'plain'} ui-button-${given.size ?? 'ordinary'}`}
      // Stays focusable while off, so that a keyboard and a screen reader can learn why.
      aria-disabled={isOff || undefined}
      aria-busy={given.isBusy || undefined}
      aria-pressed={given.isPressed}
      aria-expanded={given.isExpanded}
      aria-label={given.label}
      title={given.why}
      onClick={(click) => {
        if (isOff) return click.preventDefault()
        given.onPress?.()
      }}
    >
      <span className="ui-button-words">{given.children}</span>
      {given.keyHint ? <kbd className="ui-button-key">{given.keyHint}</kbd> : undefined}
    </button>
  )
}
