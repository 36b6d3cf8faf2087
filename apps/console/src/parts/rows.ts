import type { KeyboardEvent } from 'react'

/** 行间走动 — arrows walk the rows of a table, Enter presses what opens the row; inside a field the keys are the field's. */
export function rowKeys(event: KeyboardEvent<HTMLElement>): void {
  const { target } = event
  if (event.nativeEvent.isComposing || !(target instanceof HTMLElement)) return
  if (target.matches('input, select, textarea')) return
  const row = target.closest<HTMLElement>('[data-row]')
  if (!row) return
  const step = event.code === 'ArrowDown' ? 1 : event.code === 'ArrowUp' ? -1 : 0
  if (step !== 0) {
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')]
    const next = rows[rows.indexOf(row) + step]
    if (!next) return
    event.preventDefault()
    next.focus()
  } else if (event.code === 'Enter' && target === row) {
    event.preventDefault()
    row.querySelector<HTMLElement>('[data-open]')?.click()
  }
}
