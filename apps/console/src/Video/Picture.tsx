import { useEffect, useRef } from 'react'
import type { VideoCall } from '@open110/modules/video'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { useFile } from '../Evidence/useFile.ts'
import { ageText, secondsSince } from '../Queue/age.state.ts'
import type { Seen } from './session.state.ts'
import type { Stage } from './video.state.ts'

/** 现场画面 — small, grey and blurred until somebody opens it on purpose (lessons b9). It never sounds by itself. */
export function Picture({
  video,
  seen,
  still,
  stage,
  isOpen,
  onOpen,
  onClose,
  onSnapshot,
}: {
  video: VideoCall
  seen?: Seen
  /** The newest single picture, where pictures come singly. */
  still?: { id: string; at: string }
  stage: Stage
  isOpen: boolean
  onOpen: () => void
  onClose: () => void
  onSnapshot: () => void
}) {
  const { say } = useDesk()
  const nowMs = useNow()
  const shown = still ? (
    <Still video={video.id} id={still.id} />
  ) : seen?.stream && seen.kinds.includes('video') ? (
    <Film stream={seen.stream} />
  ) : (
    <p className="video-nothing">
      {say(stage === 'voice' || stage === 'text' ? `video.stage.${stage}` : 'video.nothing')}
    </p>
  )
  const age = still ? (
    <span className="video-age figure">
      {say('video.still-age', { age: ageText(secondsSince(still.at, nowMs)) })}
    </span>
  ) : null
  if (!isOpen)
    return (
      <button
        type="button"
        className="video-picture is-closed"
        data-picture
        data-lost={seen?.isLost || undefined}
        aria-label={say('video.open')}
        onClick={onOpen}
      >
        {shown}
        <span className="video-veil">{say('video.open-short')}</span>
        {age}
      </button>
    )
  return (
    // The picture takes keys: Enter keeps the frame, Esc puts it away.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      className="video-picture"
      data-picture
      data-lost={seen?.isLost || undefined}
      role="group"
      aria-label={say('video.picture')}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      ref={takeFocus}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || event.code !== 'Enter') return
        event.preventDefault()
        event.stopPropagation()
        onSnapshot()
      }}
    >
      {shown}
      {age}
      <button type="button" className="button video-close" onClick={onClose}>
        {say('video.put-away')} <kbd className="key">Esc</kbd>
      </button>
    </div>
  )
}

/** The hand that has opened it stays with it. */
const takeFocus = (element: HTMLElement | null): void => element?.focus({ preventScroll: true })

function Film({ stream }: { stream: MediaStream }) {
  const film = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const element = film.current
    if (!element || element.srcObject === stream) return
    element.srcObject = stream
    void element.play().catch(() => undefined) // taken from the page meanwhile
  }, [stream])
  // Sound goes its own way, through the desk's speakers (see 听).
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <video ref={film} muted playsInline autoPlay />
}

function Still({ video, id }: { video: string; id: string }) {
  const path = `/api/v1/videos/${encodeURIComponent(video)}/stills/${encodeURIComponent(id)}`
  const url = useFile(path)
  const last = useRef<string>(undefined)
  if (url && url !== 'none') last.current = url
  return last.current ? <img src={last.current} alt="" /> : <p className="video-nothing" />
}
