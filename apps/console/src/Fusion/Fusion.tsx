import { useState } from 'react'
import { categoryPath } from '@open110/modules/incident/category'
import { incidentMoves, isEnded, type Incident } from '@open110/modules/incident'
import * as incidents from '@open110/modules/incident/api'
import type { ReportView } from '@open110/modules/report'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useWish } from '../Desk/desk.tsx'
import { ReasonedAct } from '../parts/ReasonedAct.tsx'
import { Broadcast } from './Broadcast.tsx'
import './Fusion.css'

/** 并案 — which reports and incidents are this one event, whose view is best, and one answer to all of them. */
export function Fusion({ incident, report }: { incident: Incident; report: ReportView }) {
  const { say, call, room, session } = useDesk()
  const acting = useAct()
  const [isOpen, open] = useState(false)
  const roles: readonly string[] = session.staff.roles
  const canPart = incidentMoves.unmerge.by.some((role) => roles.includes(role))
  const params = { incident: incident.id }
  const again = () => room.refresh(['incident', 'report', 'queue', 'similar'])
  const part = async (id: string, reason: string) => {
    const done = await acting.run(() =>
      call(incidents.unmergeIncident, { params: { incident: id }, body: { reason } }),
    )
    again()
    return done !== undefined
  }
  const pin = async (id: string | null) => {
    await acting.run(() => call(incidents.bestView, { params, body: { report: id } }))
    again()
  }
  useWish('/all', () => open(true))

  if (incident.mergedInto) {
    const into = incident.mergedInto
    return (
      <section className="fusion" aria-label={say('fusion.title')}>
        <span>{say('console.merged-into', { number: into.number })}</span>
        <button type="button" className="button" onClick={() => room.open({ incident: into.id })}>
          {say('fusion.open')}
        </button>
        {canPart ? (
          <ReasonedAct
            say={say}
            label={say('incident.move.unmerge')}
            isBusy={acting.isBusy}
            onAct={(reason) => part(incident.id, reason)}
          />
        ) : null}
        <Said text={acting.said} />
      </section>
    )
  }
  const isBest = incident.bestView === report.id
  const best = incident.reports.find(({ id }) => id === incident.bestView)
  if (incident.reports.length < 2 && incident.fused.length === 0) return null
  return (
    <section className="fusion" aria-label={say('fusion.title')}>
      <h3>{say('fusion.count', { reports: incident.reports.length })}</h3>
      {best && !isBest ? (
        <button
          type="button"
          className="button"
          onClick={() => room.open({ report: best.id, incident: incident.id })}
        >
          {say('fusion.show-best')}
        </button>
      ) : null}
      {isEnded(incident.state) ? null : (
        <button
          type="button"
          className="button"
          aria-pressed={isBest}
          disabled={acting.isBusy}
          onClick={() => void pin(isBest ? null : report.id)}
        >
          {say(isBest ? 'fusion.is-best' : 'fusion.pin')}
        </button>
      )}
      <button type="button" className="button" aria-expanded={isOpen} onClick={() => open(!isOpen)}>
        {say('fusion.broadcast')}
      </button>
      {isOpen ? <Broadcast incident={incident} onClose={() => open(false)} /> : null}
      {incident.fused.length > 0 ? (
        <ul>
          {incident.fused.map((one) => (
            <li key={one.id}>
              <button type="button" className="link" onClick={() => room.open({ incident: one.id })}>
                {one.number}
              </button>
              <span className="fusion-what">{categoryPath(one.category)}</span>
              <span className="note">{say('console.siblings-count', { count: one.reports })}</span>
              {canPart ? (
                <ReasonedAct
                  say={say}
                  label={say('incident.move.unmerge')}
                  isBusy={acting.isBusy}
                  onAct={(reason) => part(one.id, reason)}
                />
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      <Said text={acting.said} />
    </section>
  )
}
