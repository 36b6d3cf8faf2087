import { useState } from 'react'
import type { Attachment } from '@open110/modules/report'
import { sayOr } from '@open110/core/words/console'
import { useDesk } from '../Desk/desk.tsx'
import { useExposed } from '../Exposure/useExposed.ts'
import { clockText } from '../Queue/age.state.ts'
import { useFile } from './useFile.ts'
import './Evidence.css'

const viewPath = (id: string, part: 'view' | 'thumb') =>
  `/api/v1/attachments/${encodeURIComponent(id)}/view?part=${part}`

/** 附件 — a thumbnail first; the picture, clip or voice only after a press. It is blurred until then and nothing plays by itself (lessons b9). */
export function Piece({ piece, report }: { piece: Attachment; report: string }) {
  const { say } = useDesk()
  const [isOpen, setOpen] = useState(false)
  const isReady = piece.view === 'ready'
  useExposed(isReady && isOpen, 'attachment', piece.id, report)
  const thumb = useFile(
    isReady && piece.kind !== 'voice' && piece.kind !== 'file' ? viewPath(piece.id, 'thumb') : undefined,
  )
  const whole = useFile(isReady && isOpen ? viewPath(piece.id, 'view') : undefined)
  const name = say(`console.piece.${piece.kind}`)
  return (
    <figure className="piece" data-kind={piece.kind}>
      {isReady ? null : (
        <p className="piece-wait">
          {say(piece.view === 'pending' ? 'console.piece-pending' : 'console.piece-unavailable')}
        </p>
      )}
      {isReady && !isOpen ? (
        <button
          type="button"
          className="piece-thumb"
          aria-label={say('console.piece-open', { name })}
          onClick={() => setOpen(true)}
        >
          {thumb && thumb !== 'none' ? (
            <img src={thumb} alt="" />
          ) : (
            <span className="piece-name">▶ {name}</span>
          )}
          {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
          {piece.kind === 'video' ? <span className="piece-play">▶</span> : null}
        </button>
      ) : null}
      {isReady && isOpen ? (
        <Whole piece={piece} url={whole} name={name} onClose={() => setOpen(false)} />
      ) : null}
      <figcaption>
        {name} · {clockText(piece.at)} · {sizeText(piece.bytes)}
        {piece.durationSeconds === undefined ? '' : ` · ${Math.round(piece.durationSeconds)} 秒`}
        {piece.bySide === 'unit' ? (
          <span className="chip">
            {say('console.piece-scene')}
            {piece.takenAt ? ` ${clockText(piece.takenAt)}` : ''}
          </span>
        ) : null}
        {piece.isLate ? <span className="chip">{say('console.piece-late')}</span> : null}
        {piece.warnings.map((warning) => (
          <span key={warning} className="chip">
            {sayOr(say, `console.warning.${warning}`)}
          </span>
        ))}
      </figcaption>
    </figure>
  )
}

function Whole({
  piece,
  url,
  name,
  onClose,
}: {
  piece: Attachment
  url: string | undefined
  name: string
  onClose: () => void
}) {
  const { say } = useDesk()
  if (url === undefined) return <p className="piece-wait">{say('console.piece-loading')}</p>
  if (url === 'none') return <p className="piece-wait">{say('console.piece-lost')}</p>
  return (
    <div className="piece-whole">
      {piece.kind === 'photo' ? <img src={url} alt={name} /> : null}
      {/* What a reporter sends has no captions; the words of a clip are not known. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
      {piece.kind === 'video' ? <video src={url} controls playsInline aria-label={name} /> : null}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
      {piece.kind === 'voice' ? <audio src={url} controls aria-label={name} /> : null}
      {piece.kind === 'file' ? (
        <a href={url} download>
          {say('console.piece-save')}
        </a>
      ) : null}
      <button type="button" className="button is-quiet" onClick={onClose}>
        {say('console.piece-fold')}
      </button>
    </div>
  )
}

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
