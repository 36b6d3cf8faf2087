import { useEffect, useState, type FormEvent } from 'react'
import { languages } from '@open110/core/language'
import { sayOr } from '@open110/core/words/citizen'
import { needs as allNeeds } from '@open110/modules/person'
import { useCell, usePhone, useTick } from '../app/hooks.ts'
import { looks, setLooks } from '../app/looks.ts'
import { Lines } from '../Home/Lines.tsx'
import { Top } from '../parts/Top.tsx'
import { Pins } from '../Withdraw/Pins.tsx'
import { openProfile } from './me.state.ts'

/** 个人中心 — phone, name, needs and how the pages look; none of it stands before a report. */
export function Me() {
  const { say, call, session, nowMs, newId, language } = usePhone()
  const [held] = useState(() => openProfile({ call, session, nowMs, newKey: newId, language }))
  const profile = useCell(held.profile)
  const chosen = useCell(looks)
  useEffect(() => void held.load(), [held])
  const waitSeconds = Math.ceil(((profile.codeAgainAtMs ?? 0) - nowMs()) / 1000)
  useTick(waitSeconds > 0)
  const submit = (act: () => Promise<void>) => (event: FormEvent) => {
    event.preventDefault()
    void act()
  }

  return (
    <>
      <Top title={say('me.title')} />
      <main className="stack">
        <Lines />
        <p className="about">{say('me.about')}</p>
        <form className="card" onSubmit={submit(profile.codeSentTo ? held.verify : held.askCode)}>
          <div className="field">
            <label htmlFor="phone">{say('me.phone')}</label>
            {profile.known?.phone && <p>{say('me.verified', { phone: profile.known.phone })}</p>}
            <input
              id="phone"
              type="tel"
              autoComplete="tel"
              placeholder={say('me.phone-hint')}
              value={profile.phone}
              onChange={(event) => held.change({ phone: event.target.value })}
            />
          </div>
          {profile.codeSentTo && (
            <div className="field">
              <p className="about">{say('me.code-sent', { phone: profile.codeSentTo })}</p>
              <label htmlFor="sms-code">{say('me.code')}</label>
              <input
                id="sms-code"
                type="text"
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={10}
                value={profile.code}
                onChange={(event) => held.change({ code: event.target.value })}
              />
            </div>
          )}
          <div className="row">
            {profile.codeSentTo && (
              <button type="submit" className="button main" disabled={!profile.code.trim()}>
                {say('me.verify')}
              </button>
            )}
            <button
              type={profile.codeSentTo ? 'button' : 'submit'}
              className="button"
              disabled={waitSeconds > 0 || !profile.phone.trim()}
              onClick={profile.codeSentTo ? () => void held.askCode() : undefined}
            >
              {waitSeconds > 0 ? say('me.get-code-again', { seconds: waitSeconds }) : say('me.get-code')}
            </button>
          </div>
        </form>
        <form className="card" onSubmit={submit(held.save)}>
          <div className="field">
            <label htmlFor="name">{say('me.name')}</label>
            <input
              id="name"
              type="text"
              autoComplete="name"
              maxLength={60}
              value={profile.name}
              onChange={(event) => held.change({ name: event.target.value })}
            />
          </div>
          <fieldset className="field">
            <legend className="label">{say('me.needs')}</legend>
            <p className="about">{say('me.needs-about')}</p>
            <div className="choices">
              {allNeeds.map((need) => (
                <label key={need} className="choice">
                  <input
                    type="checkbox"
                    checked={profile.needs.includes(need)}
                    onChange={(event) =>
                      held.change({
                        needs: event.target.checked
                          ? [...profile.needs, need]
                          : profile.needs.filter((each) => each !== need),
                      })
                    }
                  />
                  <span>{say(`need.${need}`)}</span>
                </label>
              ))}
            </div>
          </fieldset>
          <button type="submit" className="button main">
            {say('me.save')}
          </button>
        </form>
        <Pins />
        <section className="card">
          <div className="field">
            <label htmlFor="language">{say('me.language')}</label>
            <select
              id="language"
              value={profile.language}
              onChange={(event) => held.change({ language: event.target.value })}
            >
              {Object.entries(languages).map(([code, { name }]) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </select>
          </div>
          <fieldset className="field">
            <legend className="label">{say('me.theme')}</legend>
            <div className="choices">
              {(['auto', 'light', 'dark'] as const).map((theme) => (
                <label key={theme} className="choice">
                  <input
                    type="radio"
                    name="theme"
                    checked={chosen.theme === theme}
                    onChange={() => setLooks({ ...chosen, theme })}
                  />
                  <span>{say(`me.theme.${theme}`)}</span>
                </label>
              ))}
            </div>
          </fieldset>
          <div className="choices">
            <label className="choice">
              <input
                type="checkbox"
                checked={chosen.large}
                onChange={(event) => setLooks({ ...chosen, large: event.target.checked })}
              />
              <span>{say('me.large')}</span>
            </label>
          </div>
        </section>
        <p role="status" className="notice">
          {notice()}
        </p>
      </main>
    </>
  )

  function notice(): string {
    const { refusal, says } = profile
    if (refusal) return sayOr(say, `refusal.${refusal.refused}`, refusal.facts as Record<string, string>)
    if (says === 'ready') return ''
    return say(`me.${says}`)
  }
}
