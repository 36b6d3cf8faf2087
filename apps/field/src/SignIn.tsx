import { useState } from 'react'
import type { Call } from '@open110/kit/client/call'
import { Button } from '@open110/ui/button'
import type { Press } from './outbox.state.ts'
import { signIn, type Session, type SignInFault } from './session.state.ts'
import type { Shelf } from './shelf.ts'
import { refusalWords, say } from './words.ts'
import './sign-in.css'

const faultWords = (fault: SignInFault) => {
  if (fault === 'unanswered') return say('field.sign-in.unanswered')
  if (fault === 'no-unit') return say('field.sign-in.no-unit')
  return refusalWords(fault)
}

/** 登录 — one account is one unit's phone. */
export function SignIn(given: {
  call: Call
  shelf: Shelf
  wasEnded: boolean
  onSession: (session: Session) => void
}) {
  const [account, setAccount] = useState('')
  const [password, setPassword] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const [fault, setFault] = useState<SignInFault>()
  const kept = (given.shelf.read<Press[]>('presses') ?? []).length
  const submit = async () => {
    setIsBusy(true)
    setFault(undefined)
    const answer = await signIn(given.call, given.shelf, account, password)
    setIsBusy(false)
    if ('fault' in answer) setFault(answer.fault)
    else given.onSession(answer)
  }
  return (
    <main className="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <p className="sign-in-product">{say('product.name')}</p>
        <h1>{say('field.title')}</h1>
        {given.wasEnded ? <p className="note">{say('field.sign-in.again')}</p> : undefined}
        {kept > 0 ? <p className="note">{say('field.sign-in.kept', { count: kept })}</p> : undefined}
        <label>
          {say('field.sign-in.account')}
          <input
            name="account"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={account}
            onChange={(change) => setAccount(change.target.value)}
          />
        </label>
        <label>
          {say('field.sign-in.password')}
          <input
            name="password"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(change) => setPassword(change.target.value)}
          />
        </label>
        <div role="alert">{fault ? <p className="fault">{faultWords(fault)}</p> : undefined}</div>
        <Button kind="primary" size="large" isSubmit isBusy={isBusy}>
          {say('field.sign-in.submit')}
        </Button>
      </form>
    </main>
  )
}
