import { CloudOff } from 'lucide-react'
import { useCell, usePhone, useShown, useSpoken } from '../app/hooks.ts'
import { waitingCount } from './home.state.ts'
import './Lines.css'

/**
 * What the person must know about the line and about what waits on the phone. Silent when all is well. A page that
 * shows the state of each thing itself does without the number.
 */
export function Lines({ isCounted = true }: { isCounted?: boolean }) {
  const { say, isOnline, watch } = usePhone()
  const { items } = useShown()
  const spoken = useSpoken()
  const online = useCell(isOnline)
  const { isUnanswered } = useCell(watch.list)
  const waiting = waitingCount(items)
  const isLoose = items.some(({ isKept, shows }) => !isKept && (shows === 'queued' || shows === 'unknown'))
  return (
    <div className="lines" role={spoken}>
      {!online && (
        <p>
          <CloudOff size={20} strokeWidth={1.75} aria-hidden />
          {say('line.offline')}
        </p>
      )}
      {online && isUnanswered && <p>{say('line.server')}</p>}
      {isCounted && waiting > 0 && (!online || isUnanswered) && (
        <p>{say('line.queued', { count: waiting })}</p>
      )}
      {isLoose && <p>{say('write.not-kept')}</p>}
    </div>
  )
}
