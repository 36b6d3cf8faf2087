import { useEffect, useRef, useState } from 'react'
import type { VideoCall } from '@open110/modules/video'
import { useDesk, useWish } from '../Desk/desk.tsx'
import { useExposed } from '../Exposure/useExposed.ts'
import { Finding } from './Finding.tsx'
import { Objects } from './Objects.tsx'
import { inOrder, lengthOf, seekBy, speeds, timeText, type Speed } from './playback.state.ts'
import { Player } from './Player.tsx'
import { Track } from './Track.tsx'
import { useClock } from './useClock.ts'
import { useRecording } from './useRecording.ts'
import './Playback.css'

/** 回放 — everybody's object on one clock, with what happened beside it. Blurred and silent until it is opened on purpose. */
export function Playback({
  video,
  onClose,
  onGrow,
}: {
  video: Pick<VideoCall, 'id' | 'report'>
  onClose: () => void
  onGrow?: (isBig: boolean) => void
}) {
  const { say, session } = useDesk()
  const { recording, fault, again } = useRecording(video.id)
  const [isOpen, open] = useState(false)
  const [isMuted, mute] = useState(false)
  const lengthMs = recording ? lengthOf(recording) : 0
  const clock = useClock(lengthMs)
  const box = useRef<HTMLDivElement>(null)
  useExposed(isOpen, 'recording', video.id, video.report)
  useEffect(() => {
    onGrow?.(true)
    return () => onGrow?.(false)
  }, [onGrow])
  useWish('dismiss', () => {
    if (!isOpen) return onClose()
    open(false)
    clock.run(false)
  })
  if (!recording)
    return (
      <div className="playback">
        <p className="video-line note">
          {say(fault ? 'video.recording-unread' : 'console.loading')}
          {fault ? (
            <button type="button" className="button" onClick={again}>
              {say('action.retry')}
            </button>
          ) : null}
          <button type="button" className="button is-quiet" onClick={onClose}>
            {say('action.close')}
          </button>
        </p>
      </div>
    )
  const isPlayable = recording.objects.length > 0
  return (
    // Its keys are heard while the hand is in it.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      ref={box}
      className="playback"
      data-open={isOpen || undefined}
      onKeyDown={(event) => {
        const { target } = event
        if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return
        if (target instanceof HTMLElement && target.matches('input, textarea, select')) return
        if (event.code === 'Space' && !(target instanceof HTMLButtonElement)) {
          event.preventDefault()
          return isOpen && clock.run(!clock.isRunning)
        }
        const atMs = seekBy(event.code, clock.atMs, lengthMs)
        if (atMs === undefined) return
        event.preventDefault()
        clock.seek(atMs)
      }}
    >
      <header className="video-line">
        <span className="chip">{say(`video.recording.${recording.state}`)}</span>
        <span className="figure">{timeText(lengthMs)}</span>
        {fault ? <span className="note">{say('console.part-stale')}</span> : null}
        <button type="button" className="button is-quiet video-end" onClick={onClose}>
          {say('action.close')}
        </button>
      </header>
      {recording.state === 'failed' ? <p className="said">{say('video.recording-failed')}</p> : null}
      {recording.state === 'sealing' || recording.state === 'recording' ? (
        <p className="note video-line" role="status">
          {say('video.recording-later')}
        </p>
      ) : null}
      {isPlayable ? (
        <>
          <div className="playback-films">
            {inOrder(recording.objects).map((piece) => (
              <Player
                key={piece.attachment}
                piece={piece}
                clock={clock}
                isOpen={isOpen}
                isMuted={isMuted || !isOpen}
              />
            ))}
            {isOpen ? null : (
              <button type="button" className="button is-primary playback-open" onClick={() => open(true)}>
                {say('video.recording-open')}
              </button>
            )}
          </div>
          <div className="video-line">
            <button
              type="button"
              className="button"
              disabled={!isOpen}
              onClick={() => clock.run(!clock.isRunning)}
            >
              {say(clock.isRunning ? 'video.pause' : 'video.play')}{' '}
              <kbd className="key">{say('video.space')}</kbd>
            </button>
            <button type="button" className="button" aria-pressed={isMuted} onClick={() => mute(!isMuted)}>
              {say('video.mute')}
            </button>
            <label className="playback-speed">
              {say('video.speed')}{' '}
              <select
                className="select"
                value={clock.speed}
                onChange={(event) => clock.hurry(Number(event.target.value) as Speed)}
              >
                {speeds.map((speed) => (
                  <option key={speed} value={speed}>
                    {speed}×
                  </option>
                ))}
              </select>
            </label>
            <span className="figure">
              {timeText(clock.atMs)} / {timeText(lengthMs)}
            </span>
          </div>
        </>
      ) : null}
      <Track recording={recording} lengthMs={lengthMs} atMs={clock.atMs} onSeek={clock.seek} />
      <Objects recording={recording} />
      {session.staff.permissions.includes('video.supervise') ? (
        <Finding video={video} atMs={clock.atMs} onDone={again} />
      ) : null}
    </div>
  )
}
