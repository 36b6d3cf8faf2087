import { useRef, useState } from 'react'
import { usePhone } from '../app/hooks.ts'
import { reveal } from '../app/quiet.ts'
import { tapSpanMs, threefold, wayBack } from './hide.state.ts'
import './Cover.css'

const notes = [1, 2, 3, 4] as const
const days = ['cover.day-1', 'cover.day-1', 'cover.day-2', 'cover.day-3'] as const

/** 记事 — what a stranger sees. It behaves like a list of notes; three taps on its title, or a word, lead back. */
export function Cover() {
  const { say } = usePhone()
  const [sought, setSought] = useState('')
  const taps = useRef(threefold(tapSpanMs))
  const seek = (words: string) => {
    setSought(words)
    if (words.trim() === wayBack) reveal()
  }
  const found = notes.filter((note) =>
    `${say(`cover.note-${note}`)}${say(`cover.note-${note}-about`)}`.includes(sought.trim()),
  )
  return (
    <main className="cover">
      <h1 onPointerDown={(event) => taps.current.press(event.timeStamp) && reveal()}>{say('cover.title')}</h1>
      <input
        type="search"
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        spellCheck={false}
        aria-label={say('cover.search')}
        placeholder={say('cover.search')}
        value={sought}
        onChange={(event) => seek(event.target.value)}
      />
      <ul>
        {found.map((note) => (
          <li key={note}>
            <strong>{say(`cover.note-${note}`)}</strong>
            <span>{say(`cover.note-${note}-about`)}</span>
            <small>{say(days[note - 1] ?? 'cover.day-1')}</small>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="about">{say('cover.none')}</p>}
    </main>
  )
}
