import { useState } from 'react'
import type { Recording } from '@open110/modules/video'
import { useDesk } from '../Desk/desk.tsx'
import { sizeText } from '../Evidence/Piece.tsx'
import { timeText } from './playback.state.ts'
import { titleOf } from './video.state.ts'

/** 证据 — each sealed object with its digests; whoever may, takes the original out, and that is on record. */
export function Objects({ recording }: { recording: Recording }) {
  const { say, session } = useDesk()
  const mayTake = session.staff.permissions.includes('evidence.original')
  if (recording.objects.length === 0) return null
  return (
    <ul className="playback-objects" aria-label={say('video.objects')}>
      {recording.objects.map((piece) => (
        <li key={piece.attachment}>
          <b>{titleOf(say(`video.role.${piece.role}`), piece.name)}</b>
          <span className="note figure">
            {timeText(piece.durationMs)} · {sizeText(piece.bytes)} · {piece.mime}
            {piece.framesLost > 0 ? ` · ${say('video.frames-lost', { count: piece.framesLost })}` : ''}
          </span>
          <p className="digest">SHA-256 {piece.sha256}</p>
          <p className="digest">SM3 {piece.sm3}</p>
          {mayTake ? <TakeOut attachment={piece.attachment} name={nameOf(recording, piece)} /> : null}
        </li>
      ))}
      {recording.indexAttachment ? (
        <li>
          <b>{say('video.index')}</b>
          {mayTake ? (
            <TakeOut attachment={recording.indexAttachment} name={`${recording.video}-index.json`} />
          ) : null}
        </li>
      ) : null}
      {mayTake ? null : <li className="note">{say('video.take-out-denied')}</li>}
    </ul>
  )
}

const nameOf = ({ video }: Recording, { role, participant, mime }: Recording['objects'][number]): string =>
  `${video}-${role}-${participant}.${mime.includes('mp4') ? 'mp4' : 'webm'}`

function TakeOut({ attachment, name }: { attachment: string; name: string }) {
  const { say, fetchFile } = useDesk()
  const [state, become] = useState<'idle' | 'busy' | 'lost'>('idle')
  const take = async () => {
    become('busy')
    const file = await fetchFile(`/api/v1/attachments/${encodeURIComponent(attachment)}/original`)
    if (!file) return become('lost')
    const url = URL.createObjectURL(file)
    const way = document.createElement('a')
    way.href = url
    way.download = name
    way.click()
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
    become('idle')
  }
  return (
    <>
      <button type="button" className="button" disabled={state === 'busy'} onClick={() => void take()}>
        {say(state === 'busy' ? 'video.taking-out' : 'video.take-out')}
      </button>
      {state === 'lost' ? (
        <span className="note" role="alert">
          {say('console.piece-lost')}
        </span>
      ) : null}
    </>
  )
}
