import { useCell, usePhone, useSpoken, useTick } from '../app/hooks.ts'
import type { Sight } from '@open110/core/watch'

/** Says how long the line has been silent, and offers to try; absent while the page is known to be true. */
export function StaleBar({ problem }: { problem: Sight['problem'] }) {
  const { say, watch } = usePhone()
  const link = useCell(watch.link)
  const spoken = useSpoken()
  const isStale = link === 'stale' || problem === 'unanswered'
  useTick(isStale)
  if (!isStale) return null
  return (
    <div className="stale" role={spoken}>
      <span>{say('report.stale', { seconds: watch.silentSeconds() })}</span>
      <button type="button" className="button" onClick={() => watch.reconnect()}>
        {say('report.reconnect')}
      </button>
    </div>
  )
}
