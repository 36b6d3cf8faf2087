import { useState } from 'react'
import * as videos from '@open110/modules/video/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { timeText } from './playback.state.ts'

/** 督察意见 — what a supervisor saw, in the call or at a place of its recording (NY-41). */
export function Finding({
  video,
  atMs,
  onDone,
}: {
  video: { id: string }
  atMs?: number
  onDone?: () => void
}) {
  const { say, call } = useDesk()
  const acting = useAct()
  const [words, write] = useState('')
  const [isKept, keep] = useState(false)
  const send = async () => {
    const body = { words: words.trim(), ...(atMs === undefined ? {} : { atMs: Math.round(atMs) }) }
    const done = await acting.run(() =>
      call(videos.finding, { params: { video: video.id }, body, key: makeKey() }),
    )
    if (!done) return
    write('')
    keep(true)
    onDone?.()
  }
  return (
    <form
      className="video-finding"
      aria-label={say('video.finding')}
      onSubmit={(event) => {
        event.preventDefault()
        if (words.trim()) void send()
      }}
    >
      <textarea
        className="area"
        rows={2}
        maxLength={2_000}
        aria-label={say('video.finding')}
        placeholder={say('video.finding')}
        value={words}
        onChange={(event) => {
          write(event.target.value)
          keep(false)
        }}
      />
      <button type="submit" className="button" disabled={acting.isBusy || words.trim() === ''}>
        {atMs === undefined
          ? say('video.finding-keep')
          : say('video.finding-keep-at', { at: timeText(atMs) })}{' '}
        <kbd className="key">Ctrl+Enter</kbd>
      </button>
      {isKept ? (
        <span className="note" role="status">
          {say('video.finding-kept')}
        </span>
      ) : null}
      <Said text={acting.said} />
    </form>
  )
}
