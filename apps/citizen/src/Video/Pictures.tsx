import { useCallback, useState } from 'react'
import { isDesk } from '@open110/modules/video/routing'
import { usePhone } from '../app/hooks.ts'
import type { Heard } from './video.state.ts'

/** 自己的画面 — small, without sound, mirrored where the person looks at themselves. */
export function Preview({ stream, isMirrored }: { stream: MediaStream | undefined; isMirrored: boolean }) {
  const { say } = usePhone()
  const show = useCallback(
    (element: HTMLVideoElement | null) => {
      if (element && element.srcObject !== (stream ?? null)) element.srcObject = stream ?? null
    },
    [stream],
  )
  return (
    <video
      ref={show}
      className={isMirrored ? 'film-own film-mirrored' : 'film-own'}
      aria-label={say('film.preview')}
      autoPlay
      muted
      playsInline
    />
  )
}

/** 听见的人 — there is no element that could sound before a line was let in (NY-15). */
export function HeardHere({ heard, isQuiet }: { heard: readonly Heard[]; isQuiet: boolean }) {
  const { say } = usePhone()
  if (heard.length === 0) return null
  return (
    <section className="card film-heard" role={isQuiet ? undefined : 'status'}>
      {!isQuiet && heard.some(({ role }) => isDesk(role)) && <p>{say('film.talking')}</p>}
      {heard.map((one) => (
        <Line key={one.participant} one={one} isQuiet={isQuiet} />
      ))}
    </section>
  )
}

function Line({ one, isQuiet }: { one: Heard; isQuiet: boolean }) {
  const { say } = usePhone()
  const { stream, kinds, name } = one
  const [element, setElement] = useState<HTMLMediaElement>()
  const [isHeld, setHeld] = useState(false)
  const show = useCallback(
    (made: HTMLMediaElement | null) => {
      setElement(made ?? undefined)
      if (!made || made.srcObject === stream) return
      made.srcObject = stream
      // A browser may want one more touch before anything sounds.
      made.play().then(
        () => setHeld(false),
        () => setHeld(true),
      )
    },
    [stream],
  )
  const hasPicture = kinds.includes('video') && !isQuiet
  return (
    <figure className={hasPicture ? 'film-other' : undefined}>
      {/* Nobody writes captions of what is said just now; the dialogue beside it is in writing. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
      {hasPicture && <video ref={show} autoPlay playsInline aria-label={name} />}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
      {!hasPicture && <audio ref={show} autoPlay />}
      {hasPicture && <figcaption>{name}</figcaption>}
      {isHeld && (
        <button
          type="button"
          className="button"
          onClick={() => void element?.play().then(() => setHeld(false))}
        >
          {say('film.talking-hear')}
        </button>
      )}
    </figure>
  )
}
