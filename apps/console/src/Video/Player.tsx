import { useEffect, useRef, useState } from 'react'
import { useDesk } from '../Desk/desk.tsx'
import { useFile } from '../Evidence/useFile.ts'
import { keepTime, placeIn, type Piece } from './playback.state.ts'
import type { Clock } from './useClock.ts'
import { titleOf } from './video.state.ts'

/** 一人的录像 — kept on the clock of them all. */
export function Player({
  piece,
  clock,
  isOpen,
  isMuted,
}: {
  piece: Piece
  clock: Clock
  isOpen: boolean
  isMuted: boolean
}) {
  const { say } = useDesk()
  const url = useFile(`/api/v1/attachments/${encodeURIComponent(piece.attachment)}/view?part=view`)
  const film = useRef<HTMLVideoElement>(null)
  const [isSound, hearOnly] = useState(false)
  const { now, isRunning, speed, atMs } = clock
  // While it stands still, each place that is sought is shown.
  const soughtMs = isRunning ? undefined : atMs
  useEffect(() => {
    const player = film.current
    if (!player || !url || url === 'none') return
    const keep = () => {
      const { seekTo, run } = keepTime({ seconds: player.currentTime, isPaused: player.paused }, piece, {
        atMs: now(),
        isRunning,
        speed,
      })
      if (seekTo !== undefined && !player.seeking) player.currentTime = seekTo
      if (run && player.paused && !player.ended) void player.play().catch(() => undefined) // left meanwhile
      if (!run && !player.paused) player.pause()
      player.playbackRate = speed
    }
    keep()
    if (!isRunning) return
    const timer = setInterval(keep, 250)
    return () => clearInterval(timer)
  }, [url, piece, now, isRunning, speed, soughtMs])
  const isIn = placeIn(piece, atMs) !== undefined
  return (
    <figure data-role={piece.role} data-in={isIn || undefined} data-sound={isSound || undefined}>
      {url === 'none' ? (
        <p className="video-nothing">{say('console.piece-lost')}</p>
      ) : url ? (
        // Nobody has written down what is said in it.
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <video
          ref={film}
          src={url}
          muted={isMuted}
          playsInline
          preload="auto"
          aria-hidden={!isOpen}
          onLoadedMetadata={(event) => hearOnly(event.currentTarget.videoWidth === 0)}
        />
      ) : (
        <p className="video-nothing">{say('console.piece-loading')}</p>
      )}
      <figcaption>
        {titleOf(say(`video.role.${piece.role}`), piece.name)}
        {isSound ? ` · ${say('video.sends-sound')}` : ''}
        {isIn ? '' : ` · ${say('video.not-in')}`}
      </figcaption>
    </figure>
  )
}
