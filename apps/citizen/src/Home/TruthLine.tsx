import { ChevronRight } from 'lucide-react'
import { usePhone } from '../app/hooks.ts'
import { go } from '../app/path.ts'
import { enterQuiet } from '../app/quiet.ts'
import { clockOf } from '../app/spell.ts'
import { A } from '../parts/A.tsx'
import type { Truth } from './home.state.ts'

/** The one line about an open report; the whole line is the way to it. */
export function TruthLine({ truth }: { truth: Truth }) {
  const { say } = usePhone()
  const to = `/r/${truth.id}`
  const isQuiet = (truth.kind === 'waiting' || truth.kind === 'open') && truth.isQuiet
  return (
    <A to={to} className="truth" onGo={() => (isQuiet ? enterQuiet(to) : go(to))}>
      <span role="status">
        {words()}
        {truth.kind === 'open' && truth.unread > 0 && <b>{say('line.news', { count: truth.unread })}</b>}
      </span>
      <ChevronRight size={20} strokeWidth={1.75} aria-hidden />
    </A>
  )

  function words(): string {
    switch (truth.kind) {
      case 'ask':
        return say('line.ask')
      case 'sending':
        if (truth.shows === 'unknown') return say('line.unknown')
        return say('line.sending', { state: say(`ladder.${truth.shows}`) })
      case 'waiting':
        return say('line.waiting', { delivered: say('ladder.delivered'), time: clockOf(truth.waitedSeconds) })
      case 'open':
        return say('line.open', { state: say(`report.state.${truth.state}`), desk: truth.desk })
    }
  }
}
