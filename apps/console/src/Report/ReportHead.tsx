import { sayOr, type Say } from '@open110/core/words/console'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ageText, clockText, secondsSince, signalTone, waitingTone } from '../Queue/age.state.ts'
import { Priority } from '../parts/Priority.tsx'
import type { Incident } from '@open110/modules/incident'
import type { ReportView } from '@open110/modules/report'

/** 抬头 — which report this is, where it stands, how long, and how its reporter may be answered. */
export function ReportHead({ report, incident }: { report: ReportView; incident: Incident | undefined }) {
  const { say } = useDesk()
  const nowMs = useNow()
  const staff = report.staff
  const waited = secondsSince(report.deliveredAt, nowMs)
  const received = report.ladder.find((rung) => rung.step === 'received')
  const signal = staff?.lastSignalAt ? secondsSince(staff.lastSignalAt, nowMs) : undefined
  const isOver = ['done', 'declined', 'invalid', 'transferred'].includes(report.state)
  const callSafe = incident?.callSafe ?? staff?.callSafe ?? false
  const level = incident ? (incident.level.confirmed ?? incident.level.initial) : staff?.urgency.level
  return (
    <header className="report-head">
      <div className="report-title">
        {level ? <Priority level={level} say={say} /> : null}
        <h2>
          {incident ? incident.number : report.receiptCode}
          <span className="report-kind">
            {say(incident ? 'console.incident-number' : 'console.receipt-code')}
          </span>
        </h2>
        <span className="state">
          {incident ? sayOr(say, `incident.state.${incident.state}`) : say(`report.state.${report.state}`)}
        </span>
        <span className={`policy${callSafe ? '' : ' is-closed'}`}>
          {say(
            report.mode === 'silent'
              ? 'console.policy.silent'
              : callSafe
                ? 'console.policy.call-ok'
                : 'console.policy.no-call',
          )}
        </span>
        {staff?.firstDesk ? (
          <span className="chip">{say('console.first-desk', { desk: staff.firstDesk })}</span>
        ) : null}
      </div>
      <dl className="report-facts">
        <div>
          <dt>{say('console.delivered-at')}</dt>
          <dd>
            {clockText(report.deliveredAt)}{' '}
            {received ? null : <span className={`age is-${waitingTone(waited)}`}>{ageText(waited)}</span>}
          </dd>
        </div>
        {received ? (
          <div>
            <dt>{say('console.received-at')}</dt>
            <dd>
              {clockText(received.at)} ·{' '}
              {say('console.after', {
                span: ageText((Date.parse(received.at) - Date.parse(report.deliveredAt)) / 1000),
              })}
            </dd>
          </div>
        ) : null}
        {staff?.owner ? (
          <div>
            <dt>{say('console.owner-label')}</dt>
            <dd data-state={staff.owner.state} className="row-owner">
              {say(staff.owner.state === 'live' ? 'console.owner' : 'console.owner-lost', {
                seat: staff.owner.seat,
                name: staff.owner.name,
              })}
            </dd>
          </div>
        ) : null}
        <div>
          <dt>{say('console.last-signal')}</dt>
          <dd>
            {signal === undefined ? (
              say('console.no-signal')
            ) : (
              <span className={isOver ? 'signal' : `signal is-${signalTone(signal)}`}>
                {say('console.seconds-ago', { age: ageText(signal) })}
              </span>
            )}
          </dd>
        </div>
        {incident ? (
          <div>
            <dt>{say('console.receipt-code')}</dt>
            <dd>{report.receiptCode}</dd>
          </div>
        ) : (
          <div>
            <dt>{say('console.mode')}</dt>
            <dd>{say(`mode.${report.mode}`)}</dd>
          </div>
        )}
      </dl>
      {staff && staff.urgency.reasons.length + staff.flags.length > 0 ? (
        <p className="report-why">
          {staff.urgency.reasons.length > 0 ? (
            <span>
              {say('console.urgency-why')}
              {staff.urgency.reasons.map((reason) => sayReason(say, reason)).join('、')}
            </span>
          ) : null}
          {staff.flags.map((flag) => (
            <span key={flag} className="chip">
              {sayOr(say, `console.flag.${flag}`)}
            </span>
          ))}
        </p>
      ) : null}
    </header>
  )
}

const sayReason = (say: Say, reason: string): string => sayOr(say, `console.reason.${reason}`)
