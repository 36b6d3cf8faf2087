import { useEffect, useState } from 'react'
import { silentTags, type SilentTag } from '@open110/modules/report'
import { useCell, usePhone } from '../app/hooks.ts'
import { go } from '../app/path.ts'
import { pressReport } from '../app/press.ts'
import { whereWords } from '../Where/where.state.ts'
import { Again } from './Again.tsx'
import { HideBar } from './HideBar.tsx'
import './Silent.css'

/** 静默报警 — one tap says what is happening and sends it; no sound, no vibration, no light, no name. */
export function Silent() {
  const phone = usePhone()
  const { say, locator } = phone
  const sight = useCell(locator.sight)
  const [isPressed, setPressed] = useState(false)
  useEffect(() => locator.follow(), [locator])

  const press = (tag?: SilentTag) => {
    if (isPressed) return
    setPressed(true)
    const id = phone.newId()
    void pressReport(phone, { id, mode: 'silent', ...(tag ? { tag } : {}), callSafe: false })
    go(`/r/${id}`, { replace: true, quiet: true })
  }

  return (
    <main className="silent">
      <HideBar />
      <Again />
      <h1>{say('silent.pick')}</h1>
      <p className="about">{say('silent.about')}</p>
      <div className="silent-tags">
        {silentTags.map((tag) => (
          <button
            key={tag}
            type="button"
            className="silent-tag"
            disabled={isPressed}
            onClick={() => press(tag)}
          >
            {say(`tag.${tag}`)}
          </button>
        ))}
        <button
          type="button"
          className="silent-tag silent-other"
          disabled={isPressed}
          onClick={() => press()}
        >
          {say('silent.other')}
        </button>
      </div>
      <p className="about">{whereWords(say, sight, phone.now())}</p>
      <p className="about">{say('silent.back-hint')}</p>
      <p className="about">{say('silent.mute')}</p>
    </main>
  )
}
