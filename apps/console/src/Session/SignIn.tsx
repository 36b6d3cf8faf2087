import { useId, useState } from 'react'
import { Unanswered, type Call } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import { login } from '@open110/modules/staff/api'
import { sayRefusal } from '../Desk/act.tsx'
import { say } from '../words.ts'
import type { Session } from './session.state.ts'
import './SignIn.css'

/** 登录 — account and password; what was typed elsewhere waits untouched. */
export function SignIn({
  call,
  wasSignedOut,
  onDone,
}: {
  call: Call
  wasSignedOut: boolean
  onDone: (session: Session) => void
}) {
  const id = useId()
  const [account, setAccount] = useState('')
  const [password, setPassword] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [said, setSaid] = useState('')
  const submit = async () => {
    setBusy(true)
    setSaid('')
    try {
      const answer = await call(login, { body: { account: account.trim(), password } })
      if (isRefusal(answer)) setSaid(sayRefusal(say, answer))
      else onDone({ token: answer.token, staff: answer.staff })
    } catch (cause) {
      if (!(cause instanceof Unanswered)) throw cause
      setSaid(say('console.sign-in.unanswered'))
    } finally {
      setBusy(false)
    }
  }
  return (
    <main className="entry">
      <form
        className="entry-card"
        aria-label={say('console.sign-in')}
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <h1>{say('console.name')}</h1>
        {wasSignedOut ? <p className="said">{say('console.sign-in.again')}</p> : null}
        <label htmlFor={`${id}-account`}>{say('console.sign-in.account')}</label>
        <input
          id={`${id}-account`}
          className="input"
          name="account"
          type="text"
          autoComplete="username"
          spellCheck={false}
          required
          value={account}
          onChange={(event) => setAccount(event.target.value)}
        />
        <label htmlFor={`${id}-password`}>{say('console.sign-in.password')}</label>
        <input
          id={`${id}-password`}
          className="input"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <button type="submit" className="button is-primary is-large" disabled={isBusy}>
          {say('console.sign-in.submit')}
        </button>
        <p className="said" role="alert" hidden={said === ''}>
          {said}
        </p>
      </form>
    </main>
  )
}
