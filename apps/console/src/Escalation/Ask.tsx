import { useEffect, useId, useRef, useState } from 'react'
import { aims, type Aim } from '@open110/modules/escalation'
import * as escalations from '@open110/modules/escalation/api'
import type { Attachment } from '@open110/modules/report'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useDraft } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { keyring } from '../Session/draft.state.ts'

const textOf = (kept: unknown) => (typeof kept === 'string' ? kept : '')

/** 请示单 — whom to ask, in words, with the pictures that show it. */
export function Ask({
  incident,
  pictures,
  onDone,
  onCancel,
}: {
  incident: string
  pictures: readonly Attachment[]
  onDone: () => void
  onCancel: () => void
}) {
  const { say, call } = useDesk()
  const asking = useAct()
  const [to, choose] = useState<Aim>('duty-officer')
  const [words, write, clear] = useDraft('message', `ask-${incident}`, textOf)
  const [photos, pick] = useState<readonly string[]>([])
  const [keys] = useState(() => keyring(makeKey))
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  useEffect(() => field.current?.focus(), [])
  const ask = async () => {
    if (words.trim() === '') return field.current?.focus()
    const body = { to, words: words.trim(), photos: [...photos] }
    const key = keys.keyFor({ incident, ...body })
    const done = await asking.run(() => call(escalations.ask, { params: { incident }, body, key }))
    if (!done) return
    keys.answered()
    clear()
    onDone()
  }
  return (
    <form
      className="escalation-form"
      onSubmit={(event) => {
        event.preventDefault()
        void ask()
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.code === 'Escape') onCancel()
      }}
    >
      <label htmlFor={id}>{say('escalation.to')}</label>
      <select id={id} className="select" value={to} onChange={(event) => choose(event.target.value as Aim)}>
        {aims.map((aim) => (
          <option key={aim} value={aim}>
            {say(`escalation.aim.${aim}`)}
          </option>
        ))}
      </select>
      <textarea
        ref={field}
        className="area"
        rows={2}
        maxLength={2_000}
        aria-label={say('escalation.words')}
        placeholder={say('escalation.words')}
        value={words}
        onChange={(event) => write(event.target.value)}
      />
      {pictures.length > 0 ? (
        <fieldset className="escalation-photos">
          <legend>{say('escalation.photos')}</legend>
          {pictures.map((picture, index) => (
            <label key={picture.id}>
              <input
                type="checkbox"
                checked={photos.includes(picture.id)}
                onChange={(event) =>
                  pick(
                    event.target.checked
                      ? [...photos, picture.id]
                      : photos.filter((other) => other !== picture.id),
                  )
                }
              />{' '}
              {say('escalation.photo', { number: index + 1 })}
            </label>
          ))}
        </fieldset>
      ) : null}
      <button type="submit" className="button is-primary" disabled={asking.isBusy || words.trim() === ''}>
        {say('escalation.ask')} <kbd className="key">Ctrl+Enter</kbd>
      </button>
      <button type="button" className="button is-quiet" onClick={onCancel}>
        {say('action.cancel')}
      </button>
      <Said text={asking.said} />
    </form>
  )
}
