import { useState } from 'react'
import type { ReportView } from '@open110/modules/report'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { momentText } from '../Queue/age.state.ts'
import { openOverrides } from './contact.state.ts'
import { OverrideForm } from './OverrideForm.tsx'
import { OverrideRow } from './OverrideRow.tsx'
import { Tighten } from './Tighten.tsx'
import { useContact } from './useContact.ts'
import { Withdrawals } from './Withdrawals.tsx'
import './Contact.css'

/** 联络 — how this reporter may be reached now, what makes it stricter, and what two people may open beside it. */
export function Contact({ report }: { report: ReportView }) {
  const { say } = useDesk()
  const nowMs = useNow()
  const { found, fault, again } = useContact(report.id)
  const [isAsking, ask] = useState(false)
  if (!found) {
    return (
      <section className="contact" aria-label={say('contact.title')}>
        {fault ? (
          <p className="said" role="alert">
            {say('contact.unread')}{' '}
            <button type="button" className="button" onClick={again}>
              {say('action.retry')}
            </button>
          </p>
        ) : (
          <p className="empty">{say('console.loading')}</p>
        )}
      </section>
    )
  }
  const { contact, withdrawals } = found
  const { policy, set, ways } = contact
  const open = ways.filter(({ isOpen }) => isOpen).map(({ way }) => say(`contact.way.${way}`))
  const overrides = openOverrides(contact.overrides)
  return (
    <section className="contact" aria-label={say('contact.title')}>
      <Withdrawals report={report} withdrawals={withdrawals} onChange={again} />
      <div className="contact-line">
        <span className={policy.mode === 'call-ok' ? 'policy' : 'policy is-closed'}>
          {say(`contact.mode.${policy.mode}`)}
        </span>
        <span className="note">
          {set
            ? say('contact.set-by', { by: set.by, time: momentText(set.at, nowMs) })
            : say('contact.by-report')}
          {policy.until ? ` · ${say('contact.until', { time: momentText(policy.until, nowMs) })}` : ''}
        </span>
        {fault ? <span className="note">{say('console.part-stale')}</span> : null}
        <Tighten report={report.id} policy={policy} onChange={again} />
        {policy.mode === 'call-ok' || isAsking ? null : (
          <button type="button" className="button" onClick={() => ask(true)}>
            {say('contact.override')}
          </button>
        )}
      </div>
      {policy.mode === 'call-ok' ? null : (
        <p className="note">
          {say('contact.ways-open')}:{open.join('、')}
        </p>
      )}
      {isAsking ? (
        <OverrideForm
          report={report.id}
          contact={contact}
          onDone={() => {
            ask(false)
            again()
          }}
          onCancel={() => ask(false)}
        />
      ) : null}
      {overrides.length > 0 ? (
        <ul className="contact-overrides" aria-label={say('contact.overrides')}>
          {overrides.map((override) => (
            <OverrideRow key={override.id} override={override} onChange={again} />
          ))}
        </ul>
      ) : null}
    </section>
  )
}
