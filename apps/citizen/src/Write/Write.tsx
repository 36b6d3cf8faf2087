import { lazy, Suspense, useEffect, useState } from 'react'
import { Compass } from 'lucide-react'
import { useCell, usePhone } from '../app/hooks.ts'
import { go } from '../app/path.ts'
import { pressReport } from '../app/press.ts'
import { Lines } from '../Home/Lines.tsx'
import { Top } from '../parts/Top.tsx'
import { WhereCard } from '../Where/WhereCard.tsx'
import { sha256Of } from '../phone/digest.ts'
import { Files } from './Files.tsx'
import { openDraft } from './write.state.ts'
import './Write.css'

const PinBoard = lazy(() => import('./PinBoard.tsx').then(({ PinBoard: board }) => ({ default: board })))

/** 快速报警 — one page; every part is optional, and the button is always there. */
export function Write() {
  const phone = usePhone()
  const { say, locator, store, newId, now } = phone
  const [drafting] = useState(() => openDraft({ store, newId, now, digest: sha256Of }))
  const draft = useCell(drafting.draft)
  const { fix } = useCell(locator.sight)
  const [isPressed, setPressed] = useState(false)
  const [isElsewhere, setElsewhere] = useState(false)
  useEffect(() => locator.follow(), [locator])

  const send = () => {
    if (isPressed) return
    setPressed(true)
    const { said, files, also } = drafting.close(fix)
    void pressReport(phone, said, files, also)
    go(`/r/${said.id}`, { replace: true })
  }

  return (
    <>
      <Top title={say('write.title')} />
      <main className="stack write">
        <Lines />
        {draft.isRestored && (
          <p className="write-restored about">
            {say('write.restored')}
            <button type="button" className="button plain" onClick={() => void drafting.clear()}>
              {say('write.clear')}
            </button>
          </p>
        )}
        <div className="field">
          <label htmlFor="words">{say('write.words')}</label>
          <textarea
            id="words"
            rows={4}
            maxLength={20_000}
            placeholder={say('write.words-hint')}
            value={draft.words}
            onChange={(event) => drafting.change({ words: event.target.value })}
          />
        </div>
        <Files drafting={drafting} />
        <WhereCard />
        <div className="field">
          <label htmlFor="place">{say('write.place')}</label>
          <input
            id="place"
            type="text"
            maxLength={500}
            placeholder={say('write.place-hint')}
            value={draft.placeWords}
            onChange={(event) => drafting.change({ placeWords: event.target.value })}
          />
        </div>
        {fix && (
          <button
            type="button"
            className="button"
            aria-expanded={isElsewhere}
            onClick={() => {
              setElsewhere(!isElsewhere)
              if (isElsewhere) drafting.change({ pin: undefined })
            }}
          >
            <Compass size={20} strokeWidth={1.75} aria-hidden />
            {say('write.elsewhere')}
          </button>
        )}
        {fix && (isElsewhere || draft.pin) && (
          <Suspense fallback={null}>
            <PinBoard pin={draft.pin} onPin={(pin) => drafting.change({ pin })} />
          </Suspense>
        )}
        <fieldset className="field">
          <legend className="label">{say('write.call-safe')}</legend>
          <div className="choices">
            {([true, false] as const).map((isSafe) => (
              <label key={String(isSafe)} className="choice">
                <input
                  type="radio"
                  name="call-safe"
                  checked={draft.callSafe === isSafe}
                  onChange={() => drafting.change({ callSafe: isSafe })}
                />
                <span>{say(isSafe ? 'write.call-safe.yes' : 'write.call-safe.no')}</span>
              </label>
            ))}
          </div>
        </fieldset>
      </main>
      <div className="write-foot">
        <button type="button" className="button main" disabled={isPressed} onClick={send}>
          {say('write.send')}
        </button>
      </div>
    </>
  )
}
