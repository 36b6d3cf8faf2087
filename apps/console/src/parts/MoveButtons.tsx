import type { ReactNode } from 'react'
import { sayOr, type Say } from '@open110/core/words/console'
import type { Button } from '../Report/buttons.state.ts'
import { ReasonedAct } from './ReasonedAct.tsx'

/** 流转按钮 — drawn from a table of moves: open ones act, those that need a reason ask for it, absent ones say why. */
export function MoveButtons(given: {
  say: Say
  buttons: readonly Button[]
  label: (move: string) => string
  /** Whose states the reasons name. */
  kind: 'report' | 'incident' | 'slip'
  isBusy: boolean
  onMove: (move: string, reason?: string) => Promise<boolean>
  /** Further fields that a move needs beside its reason. */
  more?: (button: Button) => ReactNode
}) {
  return given.buttons.map((button) => {
    const label = given.label(button.move)
    if (!button.isOpen) {
      return (
        <button
          key={button.move}
          type="button"
          className="button"
          aria-disabled="true"
          title={sayWhy(given.say, button.why, given.kind)}
        >
          {label}
        </button>
      )
    }
    if (!button.needs.includes('reason')) {
      return (
        <button
          key={button.move}
          type="button"
          className="button"
          disabled={given.isBusy}
          onClick={() => void given.onMove(button.move)}
        >
          {label}
        </button>
      )
    }
    return (
      <ReasonedAct
        key={button.move}
        say={given.say}
        label={label}
        isBusy={given.isBusy}
        onAct={(reason) => given.onMove(button.move, reason)}
      >
        {given.more?.(button)}
      </ReasonedAct>
    )
  })
}

/** Why an act is absent: another role's, or not from this state. */
export function sayWhy(say: Say, why: Button['why'], kind: 'report' | 'incident' | 'slip'): string {
  if (!why) return ''
  return why.is === 'denied'
    ? say('console.why.denied', { by: why.by.map((role) => sayOr(say, `console.role.${role}`)).join('、') })
    : say('console.why.not-now', {
        from: why.from.map((state) => sayOr(say, `${kind}.state.${state}`)).join('、'),
      })
}
