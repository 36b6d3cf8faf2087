import { useId, useState } from 'react'
import * as channels from '@open110/modules/channel/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { keyring } from '../Session/draft.state.ts'
import './Channel.css'

const parts = ['placeWords', 'name', 'phone'] as const
const empty = { words: '', placeWords: '', name: '', phone: '' }

/** 现场报警 — somebody stands at the counter, or rang while the line to the telephone system was away. */
export function WalkInForm() {
  const { say, session, call, room } = useDesk()
  const [isOpen, open] = useState(false)
  const [form, change] = useState(empty)
  const [keys] = useState(() => keyring(makeKey))
  const acting = useAct()
  const id = useId()
  if (session.seat === undefined) return null
  if (!isOpen) {
    return (
      <button type="button" className="button" onClick={() => open(true)}>
        {say('walk-in.open')}
      </button>
    )
  }
  const register = async () => {
    const said = parts.flatMap((part) => (form[part].trim() ? [[part, form[part].trim()] as const] : []))
    const body = { words: form.words.trim(), ...Object.fromEntries(said) }
    const params = { desk: session.staff.org }
    const done = await acting.run(() => call(channels.walkIn, { params, body, key: keys.keyFor(body) }))
    if (!done) return
    keys.answered()
    room.refresh(['queue'])
    room.open({ report: done.report })
  }
  return (
    <form
      className="walk-in"
      aria-label={say('walk-in.open')}
      onSubmit={(event) => {
        event.preventDefault()
        void register()
      }}
    >
      <label htmlFor={id} className="field-label">
        {say('call.words')}
      </label>
      <textarea
        id={id}
        className="area"
        rows={3}
        maxLength={20_000}
        // The form was asked for in order to write in it.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={form.words}
        onChange={(event) => change({ ...form, words: event.target.value })}
      />
      {parts.map((part) => (
        <label key={part} className="field-label">
          {say(`walk-in.${part}`)}
          <input
            className="input"
            autoComplete="off"
            maxLength={part === 'placeWords' ? 300 : 60}
            value={form[part]}
            onChange={(event) => change({ ...form, [part]: event.target.value })}
          />
        </label>
      ))}
      <div className="call-acts">
        <button type="submit" className="button is-primary" disabled={acting.isBusy || !form.words.trim()}>
          {say('call.register')} <kbd className="key">Ctrl+Enter</kbd>
        </button>
        <button type="button" className="button is-quiet" onClick={() => open(false)}>
          {say('action.cancel')}
        </button>
      </div>
      <Said text={acting.said} />
    </form>
  )
}
