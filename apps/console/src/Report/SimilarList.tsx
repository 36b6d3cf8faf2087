import { categoryPath } from '@open110/modules/incident/category'
import * as incidents from '@open110/modules/incident/api'
import type { Similar } from '@open110/modules/incident'
import { reportMoves, type ReportView } from '@open110/modules/report'
import { sayOr } from '@open110/core/words'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useRoom, useWish } from '../Desk/desk.tsx'
import { metresText } from '../Queue/age.state.ts'
import { ReasonedAct } from '../parts/ReasonedAct.tsx'

/** 相似警情 — why two reports may be one event. Merging is a person's act and can be undone (promise 6). */
export function SimilarList({ report }: { report: ReportView }) {
  const { say, call, room } = useDesk()
  const similar = useRoom((workplace) => workplace.similar)
  const acting = useAct()
  const own = report.staff?.incidentId
  const isMerged = report.state === 'merged'
  const canMerge = (reportMoves.merge.from as readonly string[]).includes(report.state)
  const others = (similar ?? []).filter((other) => other.incident.id !== own)

  const merge = async (incident: string) => {
    const done = await acting.run(() =>
      call(incidents.mergeReport, { params: { incident }, body: { report: report.id } }),
    )
    if (done) room.open({ report: report.id, incident })
    room.refresh(['queue', 'report', 'similar', 'incident'])
  }
  const unmerge = async (reason: string) => {
    if (!own) return false
    const done = await acting.run(() =>
      call(incidents.unmergeReport, { params: { incident: own, report: report.id }, body: { reason } }),
    )
    if (done) room.open({ report: report.id })
    room.refresh(['queue', 'report', 'similar', 'incident'])
    return done !== undefined
  }
  useWish('/merge', async (argument) => {
    if (!canMerge) return say('console.merge-not-now')
    const known = others.find(
      (other) => other.incident.number.endsWith(argument) || other.incident.id === argument,
    )
    if (known) return merge(known.incident.id)
    const found = await call(incidents.list, { query: { search: argument, scope: 'open' } })
    const [row] = Array.isArray(found) ? found : []
    return row ? merge(row.id) : say('console.merge-unknown', { number: argument })
  })

  if (isMerged) {
    return (
      <section className="similar" aria-label={say('console.similar')}>
        <span>{say('console.merged-into', { number: report.incident?.number ?? '' })}</span>
        <ReasonedAct say={say} label={say('console.unmerge')} isBusy={acting.isBusy} onAct={unmerge} />
        <Said text={acting.said} />
      </section>
    )
  }
  if (others.length === 0) return <Said text={acting.said} />
  return (
    <section className="similar" aria-label={say('console.similar')}>
      <h3>{say('console.similar-count', { count: others.length })}</h3>
      <ul>
        {others.map(({ incident, reasons }: Similar) => (
          <li key={incident.id}>
            <button type="button" className="link" onClick={() => room.open({ incident: incident.id })}>
              {incident.number}
            </button>
            <span>{categoryPath(incident.category)}</span>
            <span className="similar-gist">{incident.gist}</span>
            <span className="note">
              {reasons
                .map(({ kind, value }) =>
                  sayOr(say, `console.similar-why.${kind}`, {
                    metres: metresText(value),
                    minutes: Math.max(1, value),
                    percent: Math.round(value * 100),
                  }),
                )
                .join(' · ')}
            </span>
            <button
              type="button"
              className="button"
              disabled={acting.isBusy}
              aria-disabled={!canMerge || undefined}
              title={canMerge ? undefined : say('console.merge-not-now')}
              onClick={() => canMerge && void merge(incident.id)}
            >
              {say('console.merge')}
            </button>
          </li>
        ))}
      </ul>
      <Said text={acting.said} />
    </section>
  )
}
