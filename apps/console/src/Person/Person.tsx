import type { ReportView } from '@open110/modules/report'
import { sayOr } from '@open110/core/words/console'
import { useDesk } from '../Desk/desk.tsx'

/** 报警人 — how sure we are who this is, what they need, and how they may be answered. */
export function Person({ report }: { report: ReportView | undefined }) {
  const { say } = useDesk()
  const staff = report?.staff
  if (!staff) return <p className="empty">{say('console.person-empty')}</p>
  const { reporter } = staff
  const rows: readonly (readonly [string, string])[] = [
    [say('console.person.assurance'), sayOr(say, `assurance.${reporter.assurance}`)],
    [say('console.person.name'), reporter.name ?? say('console.none')],
    [say('console.person.phone'), reporter.phone ?? say('console.none')],
    [
      say('console.person.needs'),
      reporter.needs.map((need) => say(`need.${need}`)).join('、') || say('console.none'),
    ],
    [
      say('console.person.language'),
      /^[a-z]/.test(reporter.language)
        ? sayOr(say, `console.language.${reporter.language}`)
        : say('console.language-unsaid'),
    ],
    [say('console.person.prior'), say('console.times', { count: reporter.priorReports })],
    [say('console.person.call'), say(staff.callSafe ? 'console.policy.call-ok' : 'console.policy.no-call')],
    [
      say('console.person.denied'),
      staff.denied.map((what) => sayOr(say, `console.denied.${what}`)).join('、') || say('console.none'),
    ],
    [say('console.person.routed'), say(`console.routed.${staff.routedBy}`)],
    [
      say('console.person.division'),
      [staff.division, staff.station].filter(Boolean).join(' · ') || say('console.none'),
    ],
  ]
  return (
    <div className="person">
      <dl className="answers">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {staff.alternatives.length > 0 ? (
        <p className="note">
          {say('console.person.alternatives')}{' '}
          {staff.alternatives.map((other) => `${other.name} ${Math.round(other.share * 100)}%`).join('、')}
        </p>
      ) : null}
    </div>
  )
}
