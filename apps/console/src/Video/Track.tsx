import type { IndexEntry, Recording } from '@open110/modules/video'
import { sayOr } from '@open110/core/words/console'
import { useDesk } from '../Desk/desk.tsx'
import { inOrder, spansOf, stopsOf, timeText } from './playback.state.ts'

/** 时间轴 — who was there when, what lasted and what happened; a press or the arrows lead there. */
export function Track({
  recording,
  lengthMs,
  atMs,
  onSeek,
}: {
  recording: Recording
  lengthMs: number
  atMs: number
  onSeek: (atMs: number) => void
}) {
  const { say } = useDesk()
  const share = (ms: number) => `${((100 * ms) / Math.max(1, lengthMs)).toFixed(3)}%`
  const stops = stopsOf(recording.index)
  const wordsOf = ({ kind, facts }: IndexEntry) => {
    const detail = facts['to'] ?? facts['hint'] ?? facts['kind']
    return (
      sayOr(say, `video.index.${kind}`) +
      (typeof detail === 'string' ? ` ${sayOr(say, `video.detail.${detail}`)}` : '')
    )
  }
  return (
    <>
      <div
        className="track"
        role="slider"
        tabIndex={0}
        aria-label={say('video.track')}
        aria-valuemin={0}
        aria-valuemax={Math.round(lengthMs / 1_000)}
        aria-valuenow={Math.round(atMs / 1_000)}
        aria-valuetext={timeText(atMs)}
        onPointerDown={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect()
          onSeek(((event.clientX - left) / Math.max(1, width)) * lengthMs)
        }}
      >
        {inOrder(recording.objects).map(({ attachment, offsetMs, durationMs, role }) => (
          <span key={attachment} className="track-row">
            <span
              className="track-object"
              data-role={role}
              style={{ insetInlineStart: share(offsetMs), inlineSize: share(durationMs) }}
            />
          </span>
        ))}
        <span className="track-row">
          {spansOf(recording.index, lengthMs).map(({ kind, fromMs, toMs }) => (
            <span
              key={`${kind}-${fromMs}`}
              className="track-span"
              data-kind={kind}
              title={`${say(`video.span.${kind}`)} ${timeText(fromMs)}–${timeText(toMs)}`}
              style={{ insetInlineStart: share(fromMs), inlineSize: share(toMs - fromMs) }}
            />
          ))}
        </span>
        {stops
          .filter(({ kind }) => kind === 'snapshot' || kind === 'mark' || kind === 'finding')
          .map(({ kind, atMs: stopMs }, index) => (
            <span
              key={`${kind}-${stopMs}-${index}`}
              className="track-stop"
              data-kind={kind}
              style={{ insetInlineStart: share(stopMs) }}
            />
          ))}
        <span className="track-now" style={{ insetInlineStart: share(atMs) }} />
      </div>
      <p className="track-legend note">
        <span data-kind="talk">{say('video.span.talk')}</span>
        <span data-kind="stills">{say('video.span.stills')}</span>
        <span data-kind="lost">{say('video.span.lost')}</span>
        <span className="track-keys">{say('video.track-keys')}</span>
      </p>
      <ol className="track-list" aria-label={say('video.index')}>
        {stops.map((entry, index) => (
          <li
            key={`${entry.kind}-${entry.atMs}-${index}`}
            aria-current={isAt(stops, index, atMs) || undefined}
          >
            <button type="button" onClick={() => onSeek(entry.atMs)}>
              <span className="figure">{timeText(entry.atMs)}</span> <span>{wordsOf(entry)}</span>
              {typeof entry.facts['words'] === 'string' ? <span> {entry.facts['words']}</span> : null}
              {entry.isHidden ? <span className="chip">{say('video.unseen')}</span> : null}
              <span className="note">{entry.who}</span>
            </button>
          </li>
        ))}
      </ol>
    </>
  )
}

/** The newest entry that has been passed. */
function isAt(stops: readonly IndexEntry[], index: number, atMs: number): boolean {
  const [entry, next] = [stops[index], stops[index + 1]]
  return entry !== undefined && entry.atMs <= atMs && (next === undefined || next.atMs > atMs)
}
