import type { VideoCall } from '@open110/modules/video'
import { useEffect, useRef } from 'react'
import { useDesk } from '../Desk/desk.tsx'
import type { Seen } from './session.state.ts'
import { titleOf } from './video.state.ts'

/** 其他画面 — an interpreter's hands, an officer's camera; small, beside the scene. */
export function Others({
  seen,
  video,
  isOpen,
}: {
  seen: readonly Seen[]
  video: VideoCall
  isOpen: boolean
}) {
  const { say } = useDesk()
  const films = seen.filter(({ stream, kinds }) => stream && kinds.includes('video'))
  if (films.length === 0) return null
  return (
    <ul className="video-others">
      {films.map(({ of, stream, isLost }) => {
        const who = video.participants.find(({ id }) => id === of)
        return (
          <li key={of} data-closed={!isOpen || undefined} data-lost={isLost || undefined}>
            <Small stream={stream!} />
            <span>{who ? titleOf(say(`video.role.${who.role}`), who.name) : ''}</span>
          </li>
        )
      })}
    </ul>
  )
}

function Small({ stream }: { stream: MediaStream }) {
  const film = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (!film.current) return
    film.current.srcObject = stream
    void film.current.play().catch(() => undefined) // taken from the page meanwhile
  }, [stream])
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <video ref={film} muted playsInline autoPlay />
}
