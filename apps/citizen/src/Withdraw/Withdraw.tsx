import { useState } from 'react'
import type { SeenItem } from '@open110/core/item'
import { usePhone } from '../app/hooks.ts'
import { hide } from '../app/quiet.ts'
import { PinPad } from './PinPad.tsx'
import { hasAsked, maySend, pressed } from './withdraw.state.ts'
import './Withdraw.css'

/** 撤回 — a request and no more. Whatever is typed, what follows on this screen is the same (lessons b4). */
export function Withdraw({
  of,
  items,
  isQuiet,
}: {
  of: string
  items: readonly SeenItem[]
  isQuiet: boolean
}) {
  const { say, outbox, newId } = usePhone()
  const [typed, setTyped] = useState<string>()
  const ask = () => {
    const pin = typed ?? ''
    if (!maySend(pin)) return
    setTyped(undefined)
    const parcel = { kind: 'withdrawal', body: pin ? { pin } : {} } as const
    void outbox.press([{ id: newId(), of, parcel }])
  }

  if (hasAsked(items))
    return (
      <section className="card withdraw">
        <p>{say('withdraw.asked')}</p>
        <p className="about">{say('withdraw.asked-about')}</p>
        {isQuiet && (
          <button type="button" className="button" onClick={hide}>
            {say('withdraw.leave')}
          </button>
        )}
      </section>
    )
  if (typed === undefined)
    return (
      <button type="button" className="button plain withdraw-ask" onClick={() => setTyped('')}>
        {say('withdraw.ask')}
      </button>
    )
  return (
    <section className="card withdraw" aria-label={say('withdraw.ask')}>
      <p className="about">{say('withdraw.about')}</p>
      <PinPad count={typed.length} onPress={(key) => setTyped(pressed(typed, key))} />
      <div className="row">
        <button type="button" className="button" onClick={() => setTyped(undefined)}>
          {say('withdraw.cancel')}
        </button>
        <button type="button" className="button main" disabled={!maySend(typed)} onClick={ask}>
          {say('withdraw.send')}
        </button>
      </div>
    </section>
  )
}
