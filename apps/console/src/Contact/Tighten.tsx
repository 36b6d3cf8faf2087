import { useId, useState } from 'react'
import type { ContactMode, ContactPolicy } from '@open110/modules/contact'
import * as contacts from '@open110/modules/contact/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'
import { tighterThan } from './contact.state.ts'

/** 收紧 — one press each; and the words by which officers at the door are known. */
export function Tighten({
  report,
  policy,
  onChange,
}: {
  report: string
  policy: ContactPolicy
  onChange: () => void
}) {
  const { say, call, room } = useDesk()
  const acting = useAct()
  const [isWriting, write] = useState(false)
  const set = async (mode: ContactMode, words: { codeword?: string; decoy?: string } = policy) => {
    const { codeword, decoy } = words
    const { until } = policy
    const body = {
      mode,
      ...(mode === policy.mode && until && { until }),
      ...(codeword && { codeword }),
      ...(decoy && { decoy }),
    }
    const done = await acting.run(() => call(contacts.set, { params: { report }, body }))
    onChange()
    room.refresh(['report', 'incident'])
    return done !== undefined
  }
  return (
    <>
      {tighterThan(policy.mode).map((mode) => (
        <button
          key={mode}
          type="button"
          className="button"
          disabled={acting.isBusy}
          aria-label={`${say('contact.tighten')}${say(`contact.tighten.${mode}`)}`}
          onClick={() => void set(mode)}
        >
          <span aria-hidden="true">▨</span> {say(`contact.tighten.${mode}`)}
        </button>
      ))}
      <button
        type="button"
        className="button is-quiet"
        aria-expanded={isWriting}
        onClick={() => write(!isWriting)}
      >
        {say('contact.codeword')}
        {policy.codeword ? ` “${policy.codeword}”` : ''}
      </button>
      {isWriting ? (
        <CodeWords
          policy={policy}
          isBusy={acting.isBusy}
          onSave={async (words) => {
            if (await set(policy.mode, words)) write(false)
          }}
          onCancel={() => write(false)}
        />
      ) : null}
      <Said text={acting.said} />
    </>
  )
}

/** 暗语与掩护语 — both are read out to nobody but those who go there. */
function CodeWords({
  policy,
  isBusy,
  onSave,
  onCancel,
}: {
  policy: ContactPolicy
  isBusy: boolean
  onSave: (words: { codeword: string; decoy: string }) => Promise<void>
  onCancel: () => void
}) {
  const { say } = useDesk()
  const [codeword, setCodeword] = useState(policy.codeword ?? '')
  const [decoy, setDecoy] = useState(policy.decoy ?? '')
  const id = useId()
  return (
    <form
      className="contact-form"
      onSubmit={(event) => {
        event.preventDefault()
        void onSave({ codeword: codeword.trim(), decoy: decoy.trim() })
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.code === 'Escape') onCancel()
      }}
    >
      <label htmlFor={`${id}-code`}>{say('contact.codeword')}</label>
      <input
        id={`${id}-code`}
        className="input"
        type="text"
        maxLength={40}
        autoComplete="off"
        placeholder={say('contact.codeword-hint')}
        value={codeword}
        onChange={(event) => setCodeword(event.target.value)}
      />
      <label htmlFor={`${id}-decoy`}>{say('contact.decoy')}</label>
      <input
        id={`${id}-decoy`}
        className="input"
        type="text"
        maxLength={100}
        autoComplete="off"
        placeholder={say('contact.decoy-hint')}
        value={decoy}
        onChange={(event) => setDecoy(event.target.value)}
      />
      <button type="submit" className="button is-primary" disabled={isBusy}>
        {say('contact.save-words')}
      </button>
      <button type="button" className="button is-quiet" onClick={onCancel}>
        {say('action.cancel')}
      </button>
    </form>
  )
}
