import { VolumeX } from 'lucide-react'
import { useState } from 'react'
import { usePhone } from '../app/hooks.ts'

/** 提示与同意 — what will be seen and kept, before anything is (SH-12). One tap goes on. */
export function Consent(props: { words: string; isQuiet: boolean; onGo: (isMuted: boolean) => void }) {
  const { say } = usePhone()
  const { words, isQuiet } = props
  const [isMuted, setMuted] = useState(isQuiet)
  return (
    <section className="card film-consent">
      {!isQuiet && <p>{words}</p>}
      <p className="about">{say(isQuiet ? 'film.about-quiet' : 'film.about')}</p>
      {!isQuiet && (
        <label className="film-silent">
          <input type="checkbox" checked={isMuted} onChange={(event) => setMuted(event.target.checked)} />
          <VolumeX size={22} strokeWidth={1.75} aria-hidden />
          <span>
            <b>{say('film.silent')}</b>
            <small>{say('film.silent-about')}</small>
          </span>
        </label>
      )}
      <button type="button" className="button main" onClick={() => props.onGo(isMuted)}>
        {say('film.go')}
      </button>
    </section>
  )
}
