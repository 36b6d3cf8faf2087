import type { View } from '../Header/views.state.ts'

/** 按键 — one table gives the acts and the help. Keys are places on the board (`event.code`), whatever the input method makes of them. */
export type Where = 'text' | 'control' | 'queue' | 'free'

export type Stroke = {
  readonly code: string
  readonly ctrl: boolean
  readonly shift: boolean
  readonly alt: boolean
  readonly isComposing: boolean
  readonly where: Where
}

export type Act =
  | 'command'
  | 'answer'
  | 'take'
  | 'dismiss'
  | 'previous'
  | 'next'
  | 'open'
  | 'narrative'
  | 'submit'
  | 'go-map'
  | 'go-dialogue'
  | 'go-units'
  | 'lock-map'
  | 'refit-map'
  | 'mute'
  | 'help'
  | 'panic'
  | 'video'
  | `view-${View}`
  | `level-${1 | 2 | 3 | 4}`
  | `phrase-${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`

type Row = {
  readonly code: string
  readonly act: Act
  readonly ctrl?: true
  readonly shift?: true
  /** After G. */
  readonly chord?: true
  /** Where it fires; not inside a text field unless said. */
  readonly where?: readonly Where[]
  /** How the help writes it; rows without one are explained by their neighbour. */
  readonly shown?: string
}

const anywhere = ['text', 'control', 'queue', 'free'] as const
const list = ['queue', 'free'] as const

export const keyTable: readonly Row[] = [
  { code: 'Slash', act: 'command', shown: '/  Ctrl+K' },
  { code: 'KeyK', ctrl: true, act: 'command', where: anywhere },
  { code: 'KeyA', act: 'answer', shown: 'A' },
  { code: 'KeyT', act: 'take', shown: 'T' },
  { code: 'ArrowUp', act: 'previous', where: list, shown: '↑ ↓' },
  { code: 'ArrowDown', act: 'next', where: list },
  { code: 'Enter', act: 'open', where: list, shown: 'Enter' },
  { code: 'Digit1', act: 'level-1', shown: '1 – 4' },
  { code: 'Digit2', act: 'level-2' },
  { code: 'Digit3', act: 'level-3' },
  { code: 'Digit4', act: 'level-4' },
  { code: 'KeyN', act: 'narrative', shown: 'N' },
  { code: 'Enter', ctrl: true, act: 'submit', where: anywhere, shown: 'Ctrl+Enter' },
  { code: 'KeyM', chord: true, act: 'go-map', shown: 'G M' },
  { code: 'KeyD', chord: true, act: 'go-dialogue', shown: 'G D' },
  { code: 'KeyU', chord: true, act: 'go-units', shown: 'G U' },
  { code: 'KeyD', ctrl: true, shift: true, act: 'go-units', where: anywhere, shown: 'Ctrl+Shift+D' },
  { code: 'KeyH', chord: true, act: 'view-desk', shown: 'G H' },
  { code: 'KeyB', chord: true, act: 'view-board', shown: 'G B' },
  { code: 'KeyO', chord: true, act: 'view-overdue', shown: 'G O' },
  { code: 'KeyL', chord: true, act: 'view-loops', shown: 'G L' },
  { code: 'KeyV', chord: true, act: 'view-duty', shown: 'G V' },
  { code: 'KeyI', chord: true, act: 'view-incidents', shown: 'G I' },
  { code: 'KeyF', chord: true, act: 'view-follow-ups', shown: 'G F' },
  { code: 'KeyX', chord: true, act: 'view-handover', shown: 'G X' },
  { code: 'KeyQ', chord: true, act: 'view-escalations', shown: 'G Q' },
  { code: 'KeyC', chord: true, act: 'view-videos', shown: 'G C' },
  { code: 'KeyS', chord: true, act: 'view-figures', shown: 'G S' },
  { code: 'KeyE', chord: true, act: 'view-seats', shown: 'G E' },
  { code: 'F9', act: 'panic', where: anywhere, shown: 'F9' },
  { code: 'F10', act: 'video', where: anywhere, shown: 'F10' },
  { code: 'F1', act: 'phrase-1', where: anywhere, shown: 'F1 – F8' },
  { code: 'F2', act: 'phrase-2', where: anywhere },
  { code: 'F3', act: 'phrase-3', where: anywhere },
  { code: 'F4', act: 'phrase-4', where: anywhere },
  { code: 'F5', act: 'phrase-5', where: anywhere },
  { code: 'F6', act: 'phrase-6', where: anywhere },
  { code: 'F7', act: 'phrase-7', where: anywhere },
  { code: 'F8', act: 'phrase-8', where: anywhere },
  { code: 'KeyZ', act: 'lock-map', shown: 'Z' },
  { code: 'KeyZ', shift: true, act: 'refit-map', shown: 'Shift+Z' },
  { code: 'Period', ctrl: true, act: 'mute', where: anywhere, shown: 'Ctrl+.' },
  { code: 'Escape', act: 'dismiss', where: anywhere, shown: 'Esc' },
  { code: 'Slash', shift: true, act: 'help', shown: '?' },
]

export type Heard = { readonly act?: Act; readonly chord: boolean }

/** What a stroke means. `chord` says whether G has just been pressed; the answer says whether it is now. */
export function hear(stroke: Stroke, chord: boolean): Heard {
  if (stroke.isComposing || stroke.alt) return { chord: false }
  const row = keyTable.find(
    (key) =>
      key.code === stroke.code &&
      (key.ctrl ?? false) === stroke.ctrl &&
      (key.shift ?? false) === stroke.shift &&
      (key.chord ?? false) === chord &&
      (key.where ?? ['control', 'queue', 'free']).includes(stroke.where),
  )
  if (row) return { act: row.act, chord: false }
  const isChord = stroke.code === 'KeyG' && !stroke.ctrl && !stroke.shift && stroke.where !== 'text'
  return { chord: isChord }
}
