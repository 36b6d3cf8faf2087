import { sayOr } from '@open110/core/words/citizen'
import { useCell, useItems, usePhone } from '../app/hooks.ts'
import { go } from '../app/path.ts'
import { isOwn } from '../app/quiet.ts'
import { timeOf } from '../app/spell.ts'
import { silentLines } from './shown.state.ts'

/** 发过的 — the silent reports of this phone, for whoever has come by the way back; nobody else sees that there are any. */
export function Again() {
  const { say, watch, now, language } = usePhone()
  const items = useItems()
  const { rows, isUnanswered } = useCell(watch.list)
  const isOpen = useCell(isOwn)
  if (!isOpen) return null
  const lines = silentLines(items, rows)
  return (
    <>
      {lines.length > 0 && (
        <ul className="silent-sent" aria-label={say('silent.sent')}>
          {lines.map((line) => (
            <li key={line.id}>
              <button
                type="button"
                className="silent-tag"
                onClick={() => go(`/r/${line.id}`, { quiet: true })}
              >
                {[
                  line.state === 'delivered'
                    ? say('ladder.delivered')
                    : sayOr(say, line.isUnsent ? `ladder.${line.state}` : `report.state.${line.state}`),
                  line.tag && sayOr(say, `tag.${line.tag}`),
                  timeOf(line.at, now(), language),
                  line.unread > 0 && say('line.news', { count: line.unread }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </button>
            </li>
          ))}
        </ul>
      )}
      {!rows && <p className="about">{say(isUnanswered ? 'mine.unanswered' : 'report.loading')}</p>}
    </>
  )
}
