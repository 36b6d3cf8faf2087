import { categoryPath } from '@open110/modules/incident/category'
import * as incidents from '@open110/modules/incident/api'
import { incidentMoves, type Similar } from '@open110/modules/incident'
import { reportMoves, type ReportView } from '@open110/modules/report'
import { sayOr } from '@open110/core/words/console'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useRoom, useWish } from '../Desk/desk.tsx'
import { metresText } from '../Queue/age.state.ts'
import { ReasonedAct } from '../parts/ReasonedAct.tsx'

/** 相似 — why this may be the same event as an incident, or as another report. Merging is a person's act and can be undone (promise 6). */
export function SimilarList({ report }: { report: ReportView }) {
  const { say, call, room } = useDesk()
  const similar = useRoom((workplace) => workplace.similar)
  const acting = useAct()
  const own = report.staff?.incidentId
  const isMerged = report.state === 'merged'
  const incident = useRoom((workplace) => workplace.incident)
  /** A report that is none yet goes into the other incident by itself; an incident goes with all its reports. */
  const canMerge =
    own === undefined
      ? (reportMoves.merge.from as readonly string[]).includes(report.state)
      : incident !== undefined && (incidentMoves.merge.from as readonly string[]).includes(incident.state)
  const others = (similar ?? []).filter((other) => other.incident?.id !== own || own === undefined)
  const again = () => room.refresh(['queue', 'report', 'similar', 'incident'])

  const merge = async (into: string) => {
    const done = await acting.run<unknown>(() =>
      own === undefined
        ? call(incidents.mergeReport, { params: { incident: into }, body: { report: report.id } })
        : call(incidents.mergeIncident, { params: { incident: own }, body: { into } }),
    )
    if (done) room.open({ report: report.id, incident: into })
    again()
  }
  /** The other report has no incident: it comes into this one, if this is one. */
  const fetchIn = async (other: string) => {
    if (!own) return
    await acting.run(() =>
      call(incidents.mergeReport, { params: { incident: own }, body: { report: other } }),
    )
    again()
  }
  const unmerge = async (reason: string) => {
    if (!own) return false
    const done = await acting.run(() =>
      call(incidents.unmergeReport, { params: { incident: own, report: report.id }, body: { reason } }),
    )
    if (done) room.open({ report: report.id })
    again()
    return done !== undefined
  }
  useWish('/merge', async (argument) => {
    if (!canMerge) return say('console.merge-not-now')
    const known = others.find(
      (other) => other.incident?.number.endsWith(argument) || other.incident?.id === argument,
    )
    if (known?.incident) return merge(known.incident.id)
    const found = await call(incidents.list, { query: { search: argument, scope: 'open' } })
    const [row] = Array.isArray(found) ? found : []
    return row && row.id !== own ? merge(row.id) : say('console.merge-unknown', { number: argument })
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
        {others.map((other) => (
          <SimilarRow
            key={other.incident?.id ?? other.report?.id}
            similar={other}
            isBusy={acting.isBusy}
            canMerge={canMerge}
            isInIncident={own !== undefined}
            onMerge={(into) => void merge(into)}
            onFetch={(id) => void fetchIn(id)}
          />
        ))}
      </ul>
      <Said text={acting.said} />
    </section>
  )
}

/** 一条提示 — which it is, why it may be the same, and the one act that is open from here. */
function SimilarRow({
  similar: { incident, report, reasons },
  isBusy,
  canMerge,
  isInIncident,
  onMerge,
  onFetch,
}: {
  similar: Similar
  isBusy: boolean
  canMerge: boolean
  isInIncident: boolean
  onMerge: (incident: string) => void
  onFetch: (report: string) => void
}) {
  const { say, room } = useDesk()
  const why = reasons
    .map(({ kind, value }) =>
      sayOr(say, `console.similar-why.${kind}`, {
        metres: metresText(value),
        minutes: Math.max(1, value),
        percent: value,
      }),
    )
    .join(' · ')
  const isWaiting = report?.state === 'delivered'
  const no = incident
    ? canMerge
      ? undefined
      : say('console.merge-not-now')
    : isWaiting
      ? say('fusion.other-waits')
      : isInIncident
        ? undefined
        : say('fusion.accept-first')
  return (
    <li>
      <button
        type="button"
        className="link"
        onClick={() => room.open(incident ? { incident: incident.id } : { report: report!.id })}
      >
        {incident?.number ?? report?.receiptCode}
      </button>
      <span>{incident ? categoryPath(incident.category) : say('fusion.not-accepted')}</span>
      <span className="similar-gist">{incident?.gist ?? report?.gist}</span>
      <span className="note">{why}</span>
      <button
        type="button"
        className="button"
        disabled={isBusy}
        aria-disabled={no !== undefined || undefined}
        title={no}
        onClick={() => {
          if (no !== undefined) return
          if (incident) onMerge(incident.id)
          else if (report) onFetch(report.id)
        }}
      >
        {say(incident ? (isInIncident ? 'incident.move.merge' : 'console.merge') : 'fusion.fetch-in')}
      </button>
    </li>
  )
}
