import { useEffect, useState } from 'react'
import { sayOr } from '@open110/core/words/citizen'
import { useCell, usePhone } from '../app/hooks.ts'
import { go } from '../app/path.ts'
import { pressReport } from '../app/press.ts'
import { markOwn } from '../app/quiet.ts'
import { whereWords } from '../Where/where.state.ts'
import { Again } from './Again.tsx'
import { HideBar } from './HideBar.tsx'
import { TagIcon } from './TagIcon.tsx'
import { buttonsOf } from './tags.state.ts'
import './Silent.css'

/** 静默报警 — one tap says what is happening and sends it; no sound, no vibration, no light, no name. */
export function Silent() {
  const phone = usePhone()
  const { say, locator, ownTags } = phone
  const sight = useCell(locator.sight)
  const buttons = buttonsOf(useCell(ownTags))
  const [isPressed, setPressed] = useState(false)
  useEffect(() => locator.follow(), [locator])

  const press = (tag?: string) => {
    if (isPressed) return
    setPressed(true)
    const id = phone.newId()
    void pressReport(phone, { id, mode: 'silent', ...(tag ? { tag } : {}), callSafe: false })
    markOwn()
    go(`/r/${id}`, { replace: true, quiet: true })
  }

  return (
    <main className="silent">
      <HideBar />
      <Again />
      <h1>{say('silent.pick')}</h1>
      <p className="about">{say('silent.about')}</p>
      <div className="silent-tags">
        {buttons.map(({ tag, icon }) => (
          <button
            key={tag}
            type="button"
            className="silent-tag"
            disabled={isPressed}
            onClick={() => press(tag)}
          >
            <TagIcon name={icon} />
            <span>{sayOr(say, `tag.${tag}`)}</span>
          </button>
        ))}
        <button
          type="button"
          className="silent-tag silent-other"
          disabled={isPressed}
          onClick={() => press()}
        >
          <TagIcon name="help" />
          <span>{say('silent.other')}</span>
        </button>
      </div>
      <p className="about">{whereWords(say, sight, phone.now())}</p>
      <p className="about">{say('silent.back-hint')}</p>
      <p className="about">{say('silent.mute')}</p>
    </main>
  )
}
