import { useDesk, useRoom } from '../Desk/desk.tsx'
import { Contact } from '../Contact/Contact.tsx'
import { CallForm } from '../Channel/CallForm.tsx'
import { LineBar } from '../Channel/LineBar.tsx'
import { WalkInForm } from '../Channel/WalkInForm.tsx'
import { Dialogue } from '../Dialogue/Dialogue.tsx'
import { IncidentEscalations } from '../Escalation/IncidentEscalations.tsx'
import { Fusion } from '../Fusion/Fusion.tsx'
import { AcceptForm } from './AcceptForm.tsx'
import { Claim, ReportMoves } from './Claim.tsx'
import { IncidentMoves } from './IncidentMoves.tsx'
import { IncidentRecord } from './IncidentRecord.tsx'
import { Original } from './Original.tsx'
import { ReportHead } from './ReportHead.tsx'
import { SimilarList } from './SimilarList.tsx'
import './Report.css'

/** 警情区 — the centre zone: what was sent, what is made of it, and the dialogue. */
export function ReportPane() {
  const { say, room } = useDesk()
  const open = useRoom((workplace) => workplace.open)
  const report = useRoom((workplace) => workplace.report)
  const incident = useRoom((workplace) => workplace.incident)
  const fault = useRoom((workplace) => workplace.faults.report ?? workplace.faults.incident)

  if (!open) {
    return (
      <section className="report is-empty" aria-label={say('console.report')}>
        <p className="empty">{say('console.report-empty')}</p>
        <WalkInForm />
      </section>
    )
  }
  if (!report) {
    return (
      <section className="report is-empty" aria-label={say('console.report')}>
        <p className="empty">
          {say(
            fault === undefined
              ? 'console.loading'
              : fault === 'unanswered'
                ? 'console.unanswered'
                : 'console.report-denied',
          )}
        </p>
        {fault ? (
          <button type="button" className="button" onClick={() => room.refresh(['report', 'incident'])}>
            {say('action.retry')}
          </button>
        ) : null}
      </section>
    )
  }
  const canAccept = report.state === 'received' || report.state === 'verifying'
  return (
    <section className="report" aria-label={say('console.report')} data-fault={fault}>
      <ReportHead report={report} incident={incident} />
      {incident && incident.reports.length > 1 ? (
        <nav className="siblings" aria-label={say('console.siblings')}>
          <span className="note">{say('console.siblings-count', { count: incident.reports.length })}</span>
          {incident.reports.map((other) => (
            <button
              key={other.id}
              type="button"
              className="button"
              aria-pressed={other.id === report.id}
              title={other.gist}
              onClick={() => room.open({ report: other.id, incident: incident.id })}
            >
              {other.isCovert ? <span aria-label={say('fusion.covert')}>▨ </span> : null}
              {other.receiptCode}
              {other.isMain ? ` · ${say('console.main')}` : ''}
              {other.id === incident.bestView ? ` · ${say('fusion.best')}` : ''}
            </button>
          ))}
        </nav>
      ) : null}
      {fault ? <p className="said">{say('console.part-stale')}</p> : null}
      <div className="report-body">
        <Original report={report} />
        {report.state === 'delivered' ? null : <Contact report={report} key={`contact-${report.id}`} />}
        {isSpoken(report.mode) ? <CallForm report={report} key={`call-${report.id}`} /> : null}
        {report.mode === 'sms' || report.mode === 'panic' || report.mode === 'agency' ? (
          <LineBar report={report} key={`line-${report.id}`} />
        ) : null}
        <Claim report={report} />
        {report.outcome ? <p className="note">{report.outcome}</p> : null}
        {report.state === 'delivered' ? null : <SimilarList report={report} />}
        {canAccept ? <AcceptForm report={report} key={report.id} /> : null}
        {canAccept || incident ? null : <ReportMoves report={report} />}
        {incident ? <IncidentRecord incident={incident} report={report} key={incident.id} /> : null}
        {incident ? <Fusion incident={incident} report={report} key={`fusion-${incident.id}`} /> : null}
        {incident ? (
          <IncidentEscalations incident={incident} report={report} key={`asked-${incident.id}`} />
        ) : null}
        {incident ? <IncidentMoves incident={incident} /> : null}
      </div>
      {isWritten(report.mode) ? <Dialogue report={report} key={`dialogue-${report.id}`} /> : null}
    </section>
  )
}

/** Whoever speaks is written down by whoever listens. */
const isSpoken = (mode: string): boolean => mode === 'phone' || mode === 'walk-in'
/** Who rang, pressed a button or was handed over by others has nothing to read a message on. */
const isWritten = (mode: string): boolean => !['phone', 'walk-in', 'panic', 'agency'].includes(mode)
