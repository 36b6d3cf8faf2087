import { useState } from 'react'
import { isEnded, type Incident } from '@open110/modules/incident'
import { shouldAsk } from '@open110/modules/escalation'
import type { ReportView } from '@open110/modules/report'
import { useDesk, useWish } from '../Desk/desk.tsx'
import { Ask } from './Ask.tsx'
import { EscalationRow } from './EscalationRow.tsx'
import { useEscalations } from './useEscalations.ts'
import './Escalation.css'

/** 请示与批示 — of the open incident. A level 1 says that it should be reported up; nobody is asked by itself. */
export function IncidentEscalations({ incident, report }: { incident: Incident; report: ReportView }) {
  const { say } = useDesk()
  const { found, fault, again } = useEscalations({ incident: incident.id })
  const [isAsking, ask] = useState(false)
  const isOver = isEnded(incident.state)
  useWish('/escalate', () => {
    if (isOver) return say('refusal.incident.already-closed')
    ask(true)
    return undefined
  })
  if (!found && !fault) return null
  const level = incident.level.confirmed ?? incident.level.initial
  const isHinted = !isOver && found !== undefined && shouldAsk(level, found)
  if (isOver && !found?.length) return null
  return (
    <section className="escalation" aria-label={say('escalation.title')}>
      <div className="escalation-head">
        <h3>{say('escalation.title')}</h3>
        {fault ? <span className="note">{say('console.part-stale')}</span> : null}
        {isHinted && !isAsking ? <span className="escalation-hint">{say('escalation.hint')}</span> : null}
        {isOver || isAsking ? null : (
          <button type="button" className="button" onClick={() => ask(true)}>
            {say('escalation.ask')}
          </button>
        )}
      </div>
      {isAsking ? (
        <Ask
          incident={incident.id}
          pictures={report.attachments.filter(({ kind }) => kind === 'photo')}
          onDone={() => {
            ask(false)
            again()
          }}
          onCancel={() => ask(false)}
        />
      ) : null}
      {found?.length ? (
        <ul className="escalation-list">
          {found.map((one) => (
            <EscalationRow key={one.id} escalation={one} onChange={again} />
          ))}
        </ul>
      ) : null}
    </section>
  )
}
