import type { ReportView } from '@open110/modules/report'
import * as reports from '@open110/modules/report/api'
import { openDecisions, type Withdrawal } from '@open110/modules/report/withdraw'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ReasonedAct } from '../parts/ReasonedAct.tsx'
import { momentText } from '../Queue/age.state.ts'

/** 申请撤回 — what was typed with it, in words, and what a person decides. Nothing of it is shown on the phone. */
export function Withdrawals({
  report,
  withdrawals,
  onChange,
}: {
  report: ReportView
  withdrawals: readonly Withdrawal[]
  onChange: () => void
}) {
  const { say, call, room } = useDesk()
  const nowMs = useNow()
  const acting = useAct()
  const [newest] = withdrawals
  if (!newest) return null
  const open = openDecisions(withdrawals)
  const isDuress = withdrawals.some(({ how }) => how === 'duress')
  return (
    <div className="withdraw" data-duress={isDuress || undefined} role={isDuress ? 'alert' : undefined}>
      <h3>
        {isDuress ? <span aria-hidden="true">▲ </span> : null}
        {say('withdraw.title')}
      </h3>
      <ul>
        {withdrawals.map(({ id, at, how, decision }) => (
          <li key={id}>
            <b>{say(`withdraw.how.${how}`)}</b>{' '}
            <span className="note">{say('withdraw.asked-at', { time: momentText(at, nowMs) })}</span>
            {decision ? (
              <span className="note">
                {' '}
                {say(`withdraw.decided.${decision.what}`, { by: decision.by, reason: decision.reason })}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {open.length > 0 ? (
        <>
          <p className="note">
            {say('withdraw.note')}
            {report.incident && open.includes('agree') ? ` ${say('withdraw.agree-incident')}` : ''}
          </p>
          <div className="withdraw-acts">
            {open.map((decision) => (
              <ReasonedAct
                key={decision}
                say={say}
                label={say(`withdraw.${decision}`)}
                isBusy={acting.isBusy}
                onAct={async (reason) => {
                  const params = { withdrawal: newest.id }
                  const done = await acting.run(() =>
                    call(reports.decideWithdraw, { params, body: { decision, reason } }),
                  )
                  room.refresh(['report', 'queue', 'incident'])
                  onChange()
                  return done !== undefined
                }}
              />
            ))}
          </div>
        </>
      ) : null}
      <Said text={acting.said} />
    </div>
  )
}
