import { useEffect, useState } from 'react'
import type { Speaker } from '../Alarm/sound.ts'
import { say } from '../words.ts'

/** 提示音自检 — nobody begins a shift without having heard the alarm; or it is noted that they did not. */
export function SoundTest({
  speaker,
  onHeard,
  onSilent,
}: {
  speaker: Speaker
  onHeard: () => void
  onSilent: () => void
}) {
  const [hasPlayed, setPlayed] = useState(false)
  const play = () => {
    speaker.unlock()
    speaker.play('p1')
    setPlayed(true)
  }
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.code === 'KeyA' && hasPlayed && !event.isComposing && !event.ctrlKey) onHeard()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [hasPlayed, onHeard])
  return (
    <main className="entry">
      <section className="entry-card" aria-label={say('console.sound-test')}>
        <h1>{say('console.sound-test')}</h1>
        <p>{say('console.sound-test.words')}</p>
        <button type="button" className="button is-large" onClick={play}>
          {say(hasPlayed ? 'console.sound-test.again' : 'console.sound-test.play')}
        </button>
        <button type="button" className="button is-primary is-large" disabled={!hasPlayed} onClick={onHeard}>
          {say('console.sound-test.heard')} <kbd className="key">A</kbd>
        </button>
        <button type="button" className="button is-quiet" onClick={onSilent}>
          {say('console.sound-test.none')}
        </button>
      </section>
    </main>
  )
}
