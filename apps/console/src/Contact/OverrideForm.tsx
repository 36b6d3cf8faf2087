import { useEffect, useId, useRef, useState } from 'react'
import { isRefusal } from '@open110/kit/refuse'
import { Way } from '@open110/modules/contact'
import * as contacts from '@open110/modules/contact/api'
import type { ContactSeen } from '@open110/modules/contact/override'
import { Said, sayRefusal, useAct } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'

/** 破例单 — one way and the reason for it; at level 1 it stands at once, otherwise another person agrees first. */
export function OverrideForm({
  report,
  contact,
  onDone,
  onCancel,
}: {
  report: string
  contact: ContactSeen
  onDone: () => void
  onCancel: () => void
}) {
  const { say, call } = useDesk()
  const shut = contact.ways.filter(({ isOpen }) => !isOpen).map(({ way }) => way)
  const [way, choose] = useState(shut[0])
  const [reason, write] = useState('')
  const [asked, tell] = useState('')
  const asking = useAct()
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  useEffect(() => field.current?.focus(), [])
  const isAtOnce = contact.level === 1
  const ask = async () => {
    if (!way) return
    if (reason.trim() === '') return field.current?.focus()
    const done = await asking.run(async () => {
      const answer = await call(contacts.override, {
        params: { report },
        body: { way, reason: reason.trim() },
      })
      if (!isRefusal(answer) || answer.refused !== 'contact.second-person-missing') return answer
      // It was taken down and waits for another person: nothing more is to be done here.
      tell(sayRefusal(say, answer))
      return 'waits' as const
    })
    if (done) onDone()
  }
  return (
    <form
      className="contact-form is-override"
      aria-label={say('contact.override')}
      onSubmit={(event) => {
        event.preventDefault()
        void ask()
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.code === 'Escape') onCancel()
      }}
    >
      <label htmlFor={`${id}-way`}>{say('contact.override-way')}</label>
      <select
        id={`${id}-way`}
        className="select"
        value={way}
        onChange={(event) => choose(Way.parse(event.target.value))}
      >
        {shut.map((each) => (
          <option key={each} value={each}>
            {say(`contact.way.${each}`)}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}-reason`}>{say('contact.override-reason')}</label>
      <input
        id={`${id}-reason`}
        ref={field}
        className="input"
        type="text"
        maxLength={500}
        autoComplete="off"
        value={reason}
        onChange={(event) => write(event.target.value)}
      />
      <button type="submit" className="button is-primary" disabled={asking.isBusy || reason.trim() === ''}>
        {say(isAtOnce ? 'contact.override-now' : 'contact.override-ask')}
      </button>
      <button type="button" className="button is-quiet" onClick={onCancel}>
        {say('action.cancel')}
      </button>
      <p className="note">{say(isAtOnce ? 'contact.override-hint-1' : 'contact.override-hint-2')}</p>
      <Said text={asking.said || asked} />
    </form>
  )
}
