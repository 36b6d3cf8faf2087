import { Flashlight, Mic, MicOff, PhoneOff, SwitchCamera } from 'lucide-react'
import { useState } from 'react'
import { usePhone } from '../app/hooks.ts'
import type { Sight } from './video.state.ts'
import type { OpenVideo } from './video.ts'

const icon = { size: 22, strokeWidth: 1.75, 'aria-hidden': true } as const

/** What the person can do with the camera. A torch is never lit by anybody else: light gives away where somebody is. */
export function Controls({
  video,
  sight,
  isQuiet,
  onLeave,
}: {
  video: OpenVideo
  sight: Sight
  isQuiet: boolean
  /** Of a guest, without whom the call goes on. */
  onLeave?: () => void
}) {
  const { say } = usePhone()
  const end = onLeave ? 'film.link.leave' : isQuiet ? 'film.end-quiet' : 'film.end'
  const sure = onLeave ? 'film.link.leave-sure' : isQuiet ? 'film.end-sure-quiet' : 'film.end-sure'
  const [isEnding, setEnding] = useState(false)
  const isSounding = sight.hasSound && !sight.isMuted
  if (isEnding) {
    return (
      <div className="film-end" role="group" aria-label={say(end)}>
        <p>{say(sure)}</p>
        <div className="row">
          <button type="button" className="button" onClick={onLeave ?? video.end}>
            {say(end)}
          </button>
          <button type="button" className="button plain" onClick={() => setEnding(false)}>
            {say('film.stay')}
          </button>
        </div>
      </div>
    )
  }
  return (
    <div className="film-controls">
      {sight.hasPicture && (
        <button type="button" className="button" onClick={() => void video.turn()}>
          <SwitchCamera {...icon} />
          {say('film.turn')}
        </button>
      )}
      {sight.hasTorch && (
        <button
          type="button"
          className="button"
          aria-pressed={sight.isTorchOn}
          onClick={() => void video.torch()}
        >
          <Flashlight {...icon} />
          {say('film.torch')}
        </button>
      )}
      {!isQuiet && (sight.hasPicture || sight.hasSound) && (
        <button
          type="button"
          className="button"
          aria-pressed={isSounding}
          onClick={() => void video.setMuted(isSounding)}
        >
          {isSounding ? <Mic {...icon} /> : <MicOff {...icon} />}
          {say('film.sound')}
        </button>
      )}
      <button type="button" className="button" onClick={() => setEnding(true)}>
        <PhoneOff {...icon} />
        {say(end)}
      </button>
    </div>
  )
}
