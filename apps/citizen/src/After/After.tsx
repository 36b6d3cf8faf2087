import type { ReportView } from '@open110/modules/report'
import { usePhone } from '../app/hooks.ts'
import { Rate } from './Rate.tsx'
import { Reach } from './Reach.tsx'
import { Unvisited } from './Unvisited.tsx'
import { hasAfter } from './after.state.ts'
import './After.css'

/**
 * 事后 — why nobody came, how it was, and how one may be reached. On a quiet page, and while somebody still waits for
 * help, it lies folded and asks nothing by itself.
 */
export function After(props: { of: string; report: ReportView; isQuiet: boolean; isOver: boolean }) {
  const { of, report, isQuiet, isOver } = props
  const { say } = usePhone()
  const { after } = report
  if (!after || !hasAfter(after, isQuiet)) return null
  const parts = (
    <>
      {after.unvisited && <Unvisited of={of} unvisited={after.unvisited} isQuiet={isQuiet} />}
      {(['handling', 'answer'] as const).map((stage) => (
        <Rate
          key={stage}
          of={of}
          stage={stage}
          given={after.ratings.find((rating) => rating.stage === stage)}
          isOpen={after.rateable.includes(stage)}
        />
      ))}
      {after.reach && !isQuiet && <Reach of={of} reach={after.reach} />}
    </>
  )
  if (!isQuiet && isOver) return parts
  return (
    <details className="card after-folded">
      <summary>{say(isQuiet ? 'after.more' : 'rate.title.answer')}</summary>
      {parts}
    </details>
  )
}
