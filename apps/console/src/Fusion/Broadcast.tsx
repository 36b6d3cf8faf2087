import { useEffect, useId, useRef, useState } from 'react'
import type { Incident } from '@open110/modules/incident'
import type { GivesOf } from '@open110/kit/route'
import * as threads from '@open110/modules/thread/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useDraft } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { keyring } from '../Session/draft.state.ts'

const textOf = (kept: unknown) => (typeof kept === 'string' ? kept : '')

/** 统一回复 — one message to all who reported it; who must not be told is told so quietly that nobody beside them sees it. */
export function Broadcast({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const { say, call, room } = useDesk()
  const [words, write, clear] = useDraft('message', `all-${incident.id}`, textOf)
  const [told, tell] = useState<GivesOf<typeof threads.broadcast>>()
  const sending = useAct()
  const [keys] = useState(() => keyring(makeKey))
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  useEffect(() => field.current?.focus(), [])
  const covert = incident.reports.filter(({ isCovert }) => isCovert).length

  const send = async () => {
    const body = { words: words.trim() }
    if (body.words === '') return field.current?.focus()
    const key = keys.keyFor({ incident: incident.id, ...body })
    const done = await sending.run(() =>
      call(threads.broadcast, { params: { incident: incident.id }, body, key }),
    )
    if (!done) return
    keys.answered()
    clear()
    tell(done)
    room.refresh(['report', 'incident'])
  }
  if (told) {
    return (
      <p className="fusion-told" role="status">
        {say('fusion.told', { ordinary: told.ordinary, covert: told.covert })}
        {told.skipped.length > 0 ? ` ${say('fusion.told-not', { count: told.skipped.length })}` : ''}{' '}
        <button type="button" className="button is-quiet" onClick={onClose}>
          {say('action.close')}
        </button>
      </p>
    )
  }
  return (
    <form
      className="fusion-form"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.code === 'Escape') onClose()
      }}
    >
      <label htmlFor={id} className="field-label">
        {say('fusion.broadcast-to', { count: incident.reports.length, covert })}
      </label>
      <textarea
        id={id}
        ref={field}
        className="area"
        rows={2}
        maxLength={5_000}
        value={words}
        onChange={(event) => write(event.target.value)}
      />
      <p className="note">{say('fusion.broadcast-quiet')}</p>
      <span className="field-acts">
        <button type="submit" className="button is-primary" disabled={sending.isBusy || words.trim() === ''}>
          {say('fusion.send-all')} <kbd className="key">Ctrl+Enter</kbd>
        </button>
        <button type="button" className="button is-quiet" onClick={onClose}>
          {say('action.cancel')}
        </button>
      </span>
      <Said text={sending.said} />
    </form>
  )
}
