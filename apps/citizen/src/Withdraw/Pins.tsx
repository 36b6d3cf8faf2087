import { useState, type FormEvent } from 'react'
import { isRefusal } from '@open110/kit/refuse'
import { sayOr } from '@open110/core/words/citizen'
import { setPins } from '@open110/modules/person/api'
import { usePhone } from '../app/hooks.ts'
import { pinsWrong, pinLetters } from './withdraw.state.ts'
import './Withdraw.css'

const empty = { pin: '', duress: '', old: '' }

/** 撤回密码 — set in calm times. Nothing is kept of it on the phone, and no field is one that a browser would want to remember. */
export function Pins() {
  const { say, call, session, newId } = usePhone()
  const [typed, setTyped] = useState(empty)
  const [isBusy, setBusy] = useState(false)
  const [says, setSays] = useState('')
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const wrong = pinsWrong(typed.pin, typed.duress)
    if (wrong) return setSays(say(`pins.${wrong}`))
    setBusy(true)
    try {
      await session.ready()
      const body = { pin: typed.pin, duressPin: typed.duress, ...(typed.old ? { oldPin: typed.old } : {}) }
      const answer = await call(setPins, { body, key: newId() })
      if (isRefusal(answer)) return setSays(sayOr(say, `refusal.${answer.refused}`))
      setTyped(empty)
      setSays(`${say('pins.saved')}。${say('pins.saved-about')}`)
    } catch {
      setSays(say('me.unanswered'))
    } finally {
      setBusy(false)
    }
  }
  const field = (name: keyof typeof empty, label: string, about?: string) => (
    <div className="field">
      <label htmlFor={`pins-${name}`}>{label}</label>
      {about && <span className="about">{about}</span>}
      <input
        id={`pins-${name}`}
        className="pin-field"
        type="text"
        inputMode="numeric"
        autoComplete="off"
        spellCheck={false}
        maxLength={pinLetters.most}
        value={typed[name]}
        onChange={(event) => setTyped({ ...typed, [name]: event.target.value.replace(/\D/g, '') })}
      />
    </div>
  )
  return (
    <form className="card" onSubmit={(event) => void save(event)} aria-label={say('pins.title')}>
      <h2>{say('pins.title')}</h2>
      <p className="about">{say('pins.about')}</p>
      {field('pin', say('pins.pin'))}
      {field('duress', say('pins.duress'))}
      {field('old', say('pins.old'), say('pins.old-about'))}
      <p role="status">{says}</p>
      <button type="submit" className="button" disabled={isBusy || !typed.pin || !typed.duress}>
        {say('pins.save')}
      </button>
    </form>
  )
}
