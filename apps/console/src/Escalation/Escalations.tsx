import { useState } from 'react'
import { useDesk } from '../Desk/desk.tsx'
import { EscalationRow } from './EscalationRow.tsx'
import { useEscalations } from './useEscalations.ts'
import './Escalation.css'

/** 请示列表 — what this desk has asked and was asked, the unanswered first. */
export function Escalations({ onOpen }: { onOpen?: (incident: string) => void }) {
  const { say, session } = useDesk()
  const [scope, look] = useState<'open' | 'all'>('open')
  const { found, fault, again } = useEscalations({ scope })
  return (
    <section className="escalations" aria-label={say('escalation.title')}>
      <div className="escalation-head">
        <h2>{say('escalation.title')}</h2>
        {(['open', 'all'] as const).map((each) => (
          <button
            key={each}
            type="button"
            className="button"
            aria-pressed={scope === each}
            onClick={() => look(each)}
          >
            {say(`escalation.scope.${each}`)}
          </button>
        ))}
      </div>
      {fault ? (
        <p className="said" role="alert">
          {say(found ? 'console.part-stale' : 'console.unanswered')}{' '}
          <button type="button" className="button" onClick={again}>
            {say('action.retry')}
          </button>
        </p>
      ) : null}
      {!found && !fault ? <p className="empty">{say('console.loading')}</p> : null}
      {found?.length === 0 ? <p className="empty">{say('escalation.empty')}</p> : null}
      {found?.length ? (
        <ul className="escalation-list">
          {found.map((one) => (
            <EscalationRow key={one.id} escalation={one} onChange={again}>
              {onOpen && one.desk === session.staff.org ? (
                <button type="button" className="link" onClick={() => onOpen(one.incident)}>
                  {one.number}
                </button>
              ) : (
                <b>{one.number}</b>
              )}
              {one.desk === session.staff.org ? null : <span className="chip">{one.desk}</span>}
            </EscalationRow>
          ))}
        </ul>
      ) : null}
    </section>
  )
}
